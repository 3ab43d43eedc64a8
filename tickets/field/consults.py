"""A ten-second note of a question answered face to face or by telephone: what it was, who asked, which answer, solved or not."""

from datetime import datetime

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import audit
from app.core.errors import Mistaken
from app.core.words import phrase as _
from app.core.words import say
from grids.staff.staff import Me
from grids.tables import Estate, Grid
from tickets import asking, conversation, threads, written
from tickets.answers import Answer, book_uses
from tickets.asking import Asked
from tickets.field import consulted_dangers
from tickets.households import reaches
from tickets.households.tables import Household, Reach
from tickets.kinds import kinds
from tickets.tables import Channel, Ticket

CATEGORIES = {"tier_tariff": "tier_tariff", "remote_top_up": "remote_topup", "procedures": "procedures", "other": "other_enquiry"}
"""How the answer book's categories of enquiries are called among the kinds."""


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """What a thumb has tapped. Who asked is a household that is known, a home, a telephone number, or nobody in particular."""

    channel: Channel
    kind: str = ""
    household: Household | None = None
    estate: Estate | None = None
    building: str = ""
    room: str = ""
    contact: str = ""
    card: str = ""
    words: str = ""
    done: str = ""
    """What was done, where it was a danger."""
    solved: bool


def note(session: Session, grid: Grid, heard: Heard, *, by: Me, token: str, at: datetime | None = None) -> Ticket:
    """A thread of its own, answered; not solved it waits for a person. Sent twice it is one. `at`: when it was tapped."""
    conversation.must_note_for(by, grid.id)
    kinds.must_stand(session, grid.id, heard.kind)
    used = _answer(heard.card)
    words = written.message(heard.words) if heard.words.strip() else _subject(session, grid, heard, used)
    if (known := threads.under(session, token)) is not None:
        return known
    asked, done = _asked(session, heard, words, token, kind_of(heard, used), by), heard.done.strip()
    consulted_dangers.must_be_told(asked, done=done, solved=heard.solved)
    try:
        with session.begin_nested():
            ticket = asking.begin(session, grid, asked)
    except sa.exc.IntegrityError:  # The same form, sent twice in the same moment.
        return conversation.by_token(session, token)
    said = [book_uses.wording(used) if used else "", done]
    entry = threads.give(session, ticket, by, "\n".join(filter(None, said)) or say("Answered on the spot, by word of mouth."))
    ticket.asked_at = ticket.answered_at = at or entry.at
    if used is not None:
        book_uses.note(session, entry, used, by=by)
    if heard.solved:
        threads.shut(session, ticket, by)
    else:
        threads.wait_again(session, ticket)
    audit.record(session, "tickets.consult", f"ticket/{ticket.id}", by=by.id, channel=heard.channel, solved=heard.solved)
    return ticket


def kinds_of(one: Answer) -> tuple[str, ...]:
    """Under which kinds an answer of the book is offered."""
    return (one.kind, CATEGORIES[one.category]) if one.kind == "enquiry" else (one.kind,)


def kind_of(heard: Heard, used: Answer | None) -> str:
    return heard.kind or (kinds_of(used)[-1] if used else "")


def _asked(session: Session, heard: Heard, words: str, token: str, kind: str, by: Me) -> Asked:
    home, contact = heard.household, written.contact(heard.contact)
    estate, building, room = heard.estate, written.line(heard.building, "building"), written.line(heard.room, "room")
    if home is not None:
        known = session.scalar(sa.select(Reach).where(Reach.household_id == home.id).order_by(Reach.id.desc()).limit(1))
        estate, building, room = (session.get(Estate, home.estate_id) if home.estate_id else None), home.building, home.room
        contact = reaches.told(session, known)
    conversation.must_name_the_estate(estate, building, room)
    return Asked(
        words=words, channel=heard.channel, token=token, estate=estate, building=building, room=room, contact=contact, notice=None,
        kind=kind, dark=False, by_id=by.id, apart=True, home=home,
    )  # fmt: skip


def _answer(card: str) -> Answer | None:
    try:
        return book_uses.holding(card) if card else None
    except Mistaken as error:
        raise Mistaken(error.reason, {"card": error.mistakes["words"]}) from error


def _subject(session: Session, grid: Grid, heard: Heard, used: Answer | None) -> str:
    if used is not None:
        return used.title
    name = next((one.name for one in kinds.of_grid(session, grid.id) if one.key == heard.kind), "") if heard.kind else ""
    if not name:
        raise Mistaken(_("Please look again at the marked fields."), {"kind": _("What was it about? One tap is enough.")})
    return name
