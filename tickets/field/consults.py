"""A ten-second note of a question answered face to face or by telephone: what it was, who asked, which answer, solved or not."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.core import audit, clock
from app.core.errors import Mistaken
from app.core.words import phrase as _
from app.core.words import say
from grids.staff.staff import Me
from grids.tables import Estate, Grid
from tickets import answers, asking, conversation, inbox, threads, written
from tickets.answers import Answer, book_uses
from tickets.answers.tables import AnswerUse
from tickets.asking import Asked
from tickets.households import reaches
from tickets.households.tables import Household, Reach
from tickets.kinds import kinds
from tickets.kinds.tables import TicketKind
from tickets.tables import Channel, Ticket

LATELY = timedelta(days=90)
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
    solved: bool


def note(session: Session, grid: Grid, heard: Heard, *, by: Me, token: str, at: datetime | None = None) -> Ticket:
    """A thread of its own, answered; not solved it waits for a person. Sent twice it is one. `at`: when it was tapped."""
    conversation.must_note_for(by, grid.id)
    kinds.must_stand(session, grid.id, heard.kind)
    used = _answer(heard.card)
    words = written.message(heard.words) if heard.words.strip() else _subject(session, grid, heard, used)
    if (known := threads.under(session, token)) is not None:
        return known
    try:
        with session.begin_nested():
            ticket = asking.begin(session, grid, _asked(session, heard, words, token, kind_of(heard, used), by))
    except sa.exc.IntegrityError:  # The same form, sent twice in the same moment.
        return conversation.by_token(session, token)
    entry = threads.give(session, ticket, by, book_uses.wording(used) if used else say("Answered on the spot, by word of mouth."))
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


def offered(session: Session, me: Me) -> Sequence[Answer]:
    """The answers that may be given today: those that this colleague uses most first, then as the book has them.

    What holds in one province alone comes last, until somebody here has used it.
    """
    since = clock.now() - LATELY
    counted = sa.select(AnswerUse.answer, sa.func.count()).where(AnswerUse.by_id == me.id, AnswerUse.at > since)
    uses = {row[0]: row[1] for row in session.execute(counted.group_by(AnswerUse.answer))}
    return sorted(
        (one for one in answers.book() if one.holds(clock.today(), one.province)),
        key=lambda one: (bool(one.province) and one.id not in uses, -uses.get(one.id, 0)),
    )


def kinds_first(session: Session, me: Me, grid_id: int) -> Sequence[TicketKind]:
    """The kinds of the grid, those that this colleague notes most first."""
    mine = sa.select(Ticket.kind, sa.func.count()).where(Ticket.entered_by_id == me.id, Ticket.asked_at > clock.now() - LATELY)
    often = {row[0]: row[1] for row in session.execute(mine.group_by(Ticket.kind))}
    return sorted(kinds.of_grid(session, grid_id), key=lambda one: (-often.get(one.key, 0), one.rank))


def homes_first(session: Session, me: Me, grid_ids: Collection[int], most: int = 6) -> Sequence[tuple[Household, str]]:
    """The households heard of last, those whom this colleague noted first; each with what a list may show of it."""
    own = sa.func.max(sa.case((Ticket.entered_by_id == me.id, 1), else_=0))
    last = sa.select(Ticket.household_id, own.label("own"), sa.func.max(Ticket.asked_at).label("at"))
    near = sa.or_(Ticket.grid_id.in_(me.near), Ticket.entered_by_id == me.id)  # From afar only whom one noted oneself.
    last = last.where(Ticket.grid_id.in_(grid_ids), near, Ticket.household_id.is_not(None), Ticket.asked_at > clock.now() - LATELY)
    ranked = last.group_by(Ticket.household_id).order_by(sa.desc("own"), sa.desc("at")).limit(most).subquery()
    wanted = sa.select(Household).join(ranked, ranked.c.household_id == Household.id).order_by(ranked.c.own.desc(), ranked.c.at.desc())
    return [(one, _shown(session, one)) for one in session.scalars(wanted.options(joinedload(Household.estate)))]


def last(session: Session, me: Me, most: int = 5) -> Sequence[Ticket]:
    """What this colleague noted today, the newest first."""
    midnight = clock.local(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    mine = sa.select(Ticket).where(Ticket.entered_by_id == me.id, Ticket.asked_at >= midnight).order_by(Ticket.id.desc()).limit(most)
    home = joinedload(Ticket.household).joinedload(Household.estate)
    return session.scalars(mine.options(joinedload(Ticket.grid), joinedload(Ticket.estate), home, *inbox.AS_A_ROW)).all()


def last_channel(session: Session, me: Me) -> Channel:
    """How the last question came to this colleague: most likely the next one too."""
    found = session.scalar(sa.select(Ticket.channel).where(Ticket.entered_by_id == me.id).order_by(Ticket.id.desc()).limit(1))
    return found or Channel.counter


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


def _shown(session: Session, home: Household) -> str:
    if home.estate is not None:
        return " ".join(part for part in (home.estate.name, home.building, home.room) if part)
    reach = session.scalar(sa.select(Reach).where(Reach.household_id == home.id).order_by(Reach.id.desc()).limit(1))
    return reach.shown if reach else str(_("Household %(n)s", n=home.id))
