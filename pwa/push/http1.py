"""HTTP/1.1, for services that speak nothing newer: one message after the other, by `h11`."""

import h11

from pwa.push.talk import ENOUGH, Broken, Fields, Heard


class Http1:
    """One connection's. An answer counts from its status on; a body that does not end keeps the connection from being used again."""

    def __init__(self, authority: str) -> None:
        self.out = bytearray()
        self.heard: list[Heard] = []
        self.unserved: list[int] = []
        self.over = False
        self._authority = authority
        self._speech = h11.Connection(h11.CLIENT, max_incomplete_event_size=ENOUGH)
        self._place: int | None = None
        self._let_go = 0

    @property
    def has_room(self) -> bool:
        return self._speech.our_state is h11.IDLE and not self.over

    @property
    def under_way(self) -> list[int]:
        return [] if self._place is None else [self._place]

    def ask(self, place: int, path: str, fields: Fields, body: bytes) -> None:
        self._place, self._let_go = place, 0
        for event in (
            h11.Request(method="POST", target=path, headers=[("Host", self._authority), *fields]),
            h11.Data(data=body),
            h11.EndOfMessage(),
        ):
            self.out += self._speech.send(event) or b""

    def cancel(self, place: int) -> None:
        if self._place == place:
            self._place = None
            raise Broken("nobody waits any more")

    def hear(self, said: bytes) -> None:
        try:
            self._speech.receive_data(said)
            while (event := self._speech.next_event()) not in (h11.NEED_DATA, h11.PAUSED):
                self._take(event)
        except h11.ProtocolError as error:
            raise Broken(str(error)) from error

    def _take(self, event: object) -> None:
        match event:
            case h11.Response(status_code=status, headers=headers) if self._place is not None:
                waits = next((value.decode("latin-1") for name, value in headers if name == b"retry-after"), "")
                self.heard.append(Heard(self._place, status, waits))
                self._place = None
            case h11.Data(data=part):
                self._let_go += len(part)
                if self._let_go > ENOUGH:
                    raise Broken("an answer without an end")
            case h11.EndOfMessage():
                self.over = self._speech.our_state is h11.MUST_CLOSE or self._speech.their_state is h11.MUST_CLOSE
                if not self.over:
                    self._speech.start_next_cycle()
