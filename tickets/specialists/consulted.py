"""What the page of a question shows of the specialists who were asked about it."""

from collections.abc import Sequence

import msgspec
from sqlalchemy.orm import Session

from tickets.specialists import consultations, opinions, specialists, topics
from tickets.specialists.tables import Consultation
from tickets.tables import Ticket, TicketState


class Consulted(msgspec.Struct, frozen=True):
    """`choices` are whom one may ask now, by topic; `filled` is the opinion, for the answer box."""

    every: Sequence[Consultation]
    names: dict[str, str]
    choices: list[tuple[str, str]]
    filled: str

    @property
    def now(self) -> Consultation | None:
        return next((one for one in self.every if one.ended_at is None), None)

    @property
    def before(self) -> Sequence[Consultation]:
        return [one for one in self.every if one.ended_at is not None]


def of(session: Session, ticket: Ticket, *, mine: bool) -> Consulted:
    every = consultations.of_ticket(session, ticket)
    opinion = consultations.opinion(session, ticket) if mine and every else None
    asks = mine and ticket.state is not TicketState.closed and all(one.ended_at for one in every)
    return Consulted(
        every=every,
        names={one.key: one.name for one in topics.of_grid(session, ticket.grid_id, retired=True)} if every else {},
        choices=choices(session, ticket.grid_id) if asks else [],
        filled=opinions.wording(opinion) if opinion else "",
    )


def choices(session: Session, grid_id: int, *, but: int = 0) -> list[tuple[str, str]]:
    """For a list to choose from: topic and name."""
    return [(one.key, f"{one.topic.name} · {one.person.name}") for one in specialists.choices(session, grid_id, but=but)]
