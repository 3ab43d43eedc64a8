"""What the page of a thread says about words: what to fold, what may go into a group, what would be plainer, who may take a rating."""

from collections.abc import Mapping, Sequence

import msgspec
from sqlalchemy.orm import Session

from grids import grids
from grids.staff.staff import Me
from tickets import conversation, ways
from tickets.households import reaches
from tickets.households.tables import ReachKind, Way
from tickets.tables import Entry, Ticket, TicketState
from tickets.wording import moderation, personal, plain
from tickets.wording.personal import Text
from tickets.wording.plain import Hint
from tickets.wording.tables import AbuseMark

LATELY = 10


class Wording(msgspec.Struct, frozen=True):
    marks: Mapping[int, AbuseMark]
    folded: frozenset[int]
    asked: Sequence[Entry]
    """The asker's newest messages, one of which may be marked."""
    group: Text | None
    """The newest answer, ready for a group."""
    pasted: bool
    """A colleague brings answers home to this asker by pasting them."""
    hints: Sequence[Hint]
    may_rate: bool


def of(session: Session, ticket: Ticket, *, for_: Me, said: str = "") -> Wording:
    """`said` is what stands in the answer box."""
    marks, mine = moderation.marks(session, ticket), for_.looks_after(ticket.grid_id)
    alone = {use.entry_id for use in ticket.uses if use.by_id is None}
    asked = [one for one in ticket.entries if one.author_id is None and one.update_id is None and one.id not in alone]
    answered = [one for one in ticket.entries if one.author_id is not None and one.update_id is None]
    rated = bool(ticket.ratings) or ticket.answered_at is None or ticket.state is TicketState.open
    return Wording(
        marks=marks, folded=frozenset(one.id for one in asked if one.id in marks or moderation.hurts(one.words)),
        asked=asked[-LATELY:] if mine else [], group=for_a_group(session, ticket, answered[-1].words) if mine and answered else None,
        pasted=_way(ticket) is Way.paste, hints=plain.hints(said),
        may_rate=not rated and conversation.may_note_for(for_, ticket.grid_id),
    )  # fmt: skip


def for_a_group(session: Session, ticket: Ticket, words: str) -> Text:
    """Without what is this household's own; the manager's number may stay, it stands on every page."""
    known, contact = ticket.reach, grids.contact(session, ticket.grid_id)
    names = {reaches.told(session, known)} if known and known.kind is not ReachKind.phone else set()
    rooms = {ticket.household.room} if ticket.household and len(ticket.household.room) > 2 else set()
    return personal.read(words, names=names | rooms, public=[contact.phone] if contact else [])


def _way(ticket: Ticket) -> Way:
    return ways.way(ticket.channel, ticket.reach.kind if ticket.reach else None, ticket.household.prefers if ticket.household else None)
