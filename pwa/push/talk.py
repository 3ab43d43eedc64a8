"""What HTTP/1.1 and HTTP/2 have in common for us: a message is asked for on a connection, and what came of it is heard."""

from typing import NamedTuple, Protocol

Fields = tuple[tuple[str, str], ...]
"""Headers, by their names in small letters."""
ENOUGH = 65_536
"""Bytes of an answer's body, none of which are kept, after which the line is cut."""


class Broken(Exception):
    """This connection can be used no more. It says why."""


class Heard(NamedTuple):
    """What the service said to the message at this place of the batch: a status, or words why there is none."""

    place: int
    status: int | None
    words: str = ""
    """Why it failed; with a status, its Retry-After."""


class Talk(Protocol):
    out: bytearray
    """What must go over the wire next."""
    heard: list[Heard]
    unserved: list[int]
    """Places of messages that the service said it has not looked at."""
    over: bool
    """Nothing more may be asked here."""

    @property
    def has_room(self) -> bool:
        """For one more message just now."""

    @property
    def under_way(self) -> list[int]:
        """Places of messages without an answer yet."""

    def ask(self, place: int, path: str, fields: Fields, body: bytes) -> None: ...

    def hear(self, said: bytes) -> None:
        """Raises Broken."""

    def cancel(self, place: int) -> None:
        """Nobody waits for this answer any more."""
