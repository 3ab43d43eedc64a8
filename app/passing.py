"""What goes with a grid to its successor, and the one act by which it goes: duties, promises, cards, and a list of all the rest."""

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app import passed
from app.core.errors import Forbidden
from app.core.words import phrase as _
from app.core.words import say
from broadcasts.cards import cards
from broadcasts.promises import calls, occasions
from broadcasts.promises.calls import Said
from broadcasts.sending import groups, stewards
from broadcasts.subscribers.audiences import short
from broadcasts.tables import Notice, NoticeState, Place
from grids.points import sightings
from grids.staff import passing
from grids.staff.staff import Me, on_duty
from grids.staff.tables import Passed as What
from grids.staff.tables import PassedThing, Passing
from grids.tables import Duty, Grid
from tickets import promises
from tickets.specialists import consultations
from tickets.tables import Ticket, TicketState

GOING_ON = (NoticeState.draft, NoticeState.scheduled, NoticeState.published)


def prepare(session: Session, grid: Grid, *, to: int, by: Me, note: str = "") -> Passing:
    """The successor hears of it on the phone; who was to be it before hears no more."""
    made = passing.prepare(session, grid, to=to, by=by, note=note)
    calls.anew(session, f"passing/{made.id}", "passing", grid.id)
    return made


def spoken(session: Session, passing_id: int) -> Said | None:
    """What the successor reads; nothing where it was taken or withdrawn."""
    made = session.get_one(Passing, passing_id, options=[joinedload(Passing.grid)])
    if made.ended_at is not None:
        return None
    words = say("%(grid)s: look through it and take it with one tap.", grid=made.grid.name)
    return Said(say("A grid waits for you to take it over"), words, f"/desk/passings/{made.id}")


def take(session: Session, handed: Passing, *, by: Me) -> Passing:
    """The successor acknowledges: from this moment the grid is the successor's, with all that is open in it. Said twice it is said once."""
    if by.id != handed.to_id:
        raise Forbidden(_("Only the successor takes the grid over."))
    if handed.taken:
        return handed
    passing.hold(session, handed)
    passing.must_be_due(session, handed)
    for thing in things(session, session.get_one(Grid, handed.grid_id), leaver_id=handed.from_id):
        session.add(passed.kept(thing, handed))
    promises.pass_on(session, handed.grid_id, leaver=handed.from_id, to=handed.to_id)
    passing.change_duties(session, handed, by=by)
    if not _has_another(session, handed.from_id):
        cards.pass_on(session, leaver=handed.from_id, to=handed.to_id)
    session.flush()
    session.expire(handed, ["things"])
    return handed


def things(session: Session, grid: Grid, *, leaver_id: int) -> Iterator[PassedThing]:
    """Everything that is open in the grid, in the order in which it presses."""
    yield from _promised(session, grid)
    yield from _asked(session, grid)
    yield from _consulted(session, grid)
    yield from _announced(session, grid)
    yield from (_thing(What.group, one.id, one.name, str(one.members or "")) for one in groups.of_grids(session, [grid.id]))
    yield from (_thing(What.steward, one.id, one.name, stewards.masked(one.phone)) for one in stewards.of_grids(session, [grid.id]))
    yield from _regular(session, grid)
    if not _has_another(session, leaver_id, but=grid.id):
        yield from (_thing(What.card, one.card_id, one.title) for one in cards.every(session) if one.card.owner_id == leaver_id)
    yield from _unconfirmed(session, grid)


def _promised(session: Session, grid: Grid) -> Iterator[PassedThing]:
    for one in promises.open_in(session, grid.id):
        yield _thing(What.promise, one.ticket_id, one.ticket.subject, one.by.name, one.due_at)


def _asked(session: Session, grid: Grid) -> Iterator[PassedThing]:
    wanted = sa.select(Ticket).where(Ticket.grid_id == grid.id, Ticket.state.in_((TicketState.open, TicketState.answered)))
    home = (joinedload(Ticket.estate), joinedload(Ticket.household))
    for one in session.scalars(wanted.options(*home).order_by(Ticket.state.desc(), Ticket.due_at, Ticket.id)):
        waits = one.state is TicketState.open
        what, due = (What.question, one.due_at) if waits else (What.answered, one.completion_due_at)
        yield _thing(what, one.id, one.subject, passed.home(one), due)


def _consulted(session: Session, grid: Grid) -> Iterator[PassedThing]:
    for one in consultations.open_in(session, grid.id):
        yield _thing(What.consultation, one.ticket_id, one.ticket.subject, one.specialist.name, one.due_at)


def _announced(session: Session, grid: Grid) -> Iterator[PassedThing]:
    wanted = sa.select(Notice).where(Notice.grid_id == grid.id, Notice.state.in_(GOING_ON)).order_by(Notice.ends_at, Notice.id)
    for one in session.scalars(wanted.options(selectinload(Notice.places).options(joinedload(Place.estate), joinedload(Place.building)))):
        if one.state is not NoticeState.published or one.kind.is_outage:
            yield _thing(What.notice, one.id, one.title, short(one.places), one.publish_at or one.ends_at)


def _regular(session: Session, grid: Grid) -> Iterator[PassedThing]:
    alone = occasions.routines(session, grid)
    for one in occasions.of_grid(session, grid):
        if one.key in alone:
            yield _thing(What.routine, one.id, one.title)


def _unconfirmed(session: Session, grid: Grid) -> Iterator[PassedThing]:
    for one in sightings.standings(session, [grid.id]):
        if one.seen_at is None or one.point.hidden_at is not None:
            yield _thing(What.point, one.point.id, one.point.name)


def _thing(what: What, key: int, words: str, detail: str = "", due_at: datetime | None = None) -> PassedThing:
    return PassedThing(what=what, key=key, words=words, detail=detail, due_at=due_at)


def _has_another(session: Session, person_id: int, *, but: int = 0) -> bool:
    """Whether this colleague looks after another grid still."""
    return session.scalar(sa.select(Duty.id).where(Duty.person_id == person_id, Duty.grid_id != but, *on_duty()).limit(1)) is not None
