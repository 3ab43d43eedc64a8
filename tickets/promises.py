"""What was promised in answers: until when, by whom, and whether it was kept."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.core import audit, clock
from app.core.errors import Missing, Mistaken
from app.core.words import phrase as _
from grids.staff.staff import Me
from tickets.households import merging
from tickets.tables import Entry, Ticket, TicketPromise

EVENING, LONGEST = time(18, 0), timedelta(days=366)
BY = (joinedload(TicketPromise.by), joinedload(TicketPromise.keeper))


def make(session: Session, entry: Entry, *, by: Me, day: date, within: timedelta | None = None) -> TicketPromise:
    """ "By Friday", said with this answer: until the evening of that day, or in ten minutes. The same answer sent twice promises once."""
    due = due_of(entry, day, within)
    known = made_in(session, entry)
    if known is None:
        known = TicketPromise(ticket_id=entry.ticket_id, entry_id=entry.id, by_id=by.id, at=clock.now(), due_at=due, kept_at=None)
        session.add(known)
        session.flush()
        audit.record(session, "promises.make", f"ticket/{entry.ticket_id}", by=by.id, promise=known.id, due=due.isoformat())
    return known


def made_in(session: Session, entry: Entry) -> TicketPromise | None:
    return session.scalar(sa.select(TicketPromise).where(TicketPromise.entry_id == entry.id))


def due_of(entry: Entry, day: date, within: timedelta | None) -> datetime:
    return entry.at + within if within else until(day, "by_day", entry.at)


def until(day: date, field: str, since: datetime | None = None) -> datetime:
    """The evening of that day; on the day it is said at least an hour from then. Raises Mistaken."""
    since = since or clock.now()
    due, said_on = clock.as_utc(datetime.combine(day, EVENING)), clock.local(since).date()
    if day == said_on:
        due = max(due, since + timedelta(hours=1))
    if day < said_on or due > since + LONGEST:
        raise Mistaken(_("Please look again at the marked fields."), {field: _("Please choose a day from today on, within a year.")})
    return due


def keep(session: Session, promise: TicketPromise, *, by: Me) -> TicketPromise:
    """It is done, as promised or late."""
    by.must_look_after(promise.ticket.grid_id)
    if promise.kept_at is None:
        promise.kept_at, promise.kept_by_id = clock.now(), by.id
        session.flush()
        audit.record(session, "promises.keep", f"ticket/{promise.ticket_id}", by=by.id, promise=promise.id)
    return promise


def pass_on(session: Session, grid_id: int, *, leaver: int, to: int) -> None:
    """What the leaver was to keep in this grid is the successor's to keep; who promised it is told as before."""
    here = TicketPromise.ticket_id.in_(sa.select(Ticket.id).where(Ticket.grid_id == grid_id))
    whose = sa.func.coalesce(TicketPromise.keeper_id, TicketPromise.by_id) == leaver
    given = sa.update(TicketPromise).where(here, whose, TicketPromise.kept_at.is_(None)).values(keeper_id=to)
    session.execute(given, execution_options={"synchronize_session": "fetch"})


def open_in(session: Session, grid_id: int) -> Sequence[TicketPromise]:
    """What is still to be kept in a grid, the first due first."""
    wanted = sa.select(TicketPromise).join(Ticket).where(Ticket.grid_id == grid_id, TicketPromise.kept_at.is_(None))
    shown = (joinedload(TicketPromise.ticket), joinedload(TicketPromise.by))
    return session.scalars(wanted.order_by(TicketPromise.due_at, TicketPromise.id).options(*shown)).all()


def find(session: Session, promise_id: int, *, for_: Me) -> TicketPromise:
    wanted = sa.select(TicketPromise).where(TicketPromise.id == promise_id).options(joinedload(TicketPromise.ticket))
    found = session.scalar(wanted.with_for_update(of=TicketPromise)) if 0 < promise_id < 2**63 else None
    if found is None or not for_.sees(found.ticket.grid_id):
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return found


def open_to(session: Session, ticket: Ticket) -> Sequence[TicketPromise]:
    """What was promised to this household, here or in another of its threads, and is not kept; the first due first."""
    here = TicketPromise.ticket_id == ticket.id
    if ticket.household_id is not None:
        family = merging.family(session, ticket.household_id)
        here = sa.or_(here, TicketPromise.ticket_id.in_(sa.select(Ticket.id).where(Ticket.household_id.in_(family))))
    wanted = sa.select(TicketPromise).where(here, TicketPromise.kept_at.is_(None)).order_by(TicketPromise.due_at)
    return session.scalars(wanted.options(*BY, joinedload(TicketPromise.entry))).all()


def told(session: Session, ticket: Ticket, *, after: int = 0) -> Sequence[TicketPromise]:
    """What was promised in this thread to who reads it `after` an entry: kept, to be kept, overdue."""
    wanted = sa.select(TicketPromise).where(TicketPromise.ticket_id == ticket.id, TicketPromise.entry_id > after)
    return session.scalars(wanted.options(*BY).order_by(TicketPromise.due_at, TicketPromise.id)).all()


def due(session: Session, grid_ids: Collection[int], *, before: datetime, limit: int = 50) -> Sequence[TicketPromise]:
    """What is to be kept before this moment in these grids, the longest overdue first."""
    late = (TicketPromise.kept_at.is_(None), TicketPromise.due_at < before)
    wanted = sa.select(TicketPromise).join(Ticket).where(Ticket.grid_id.in_(grid_ids), *late)
    of_ticket = joinedload(TicketPromise.ticket)
    home = (of_ticket.joinedload(Ticket.estate), of_ticket.joinedload(Ticket.household), of_ticket.joinedload(Ticket.grid))
    return session.scalars(wanted.order_by(TicketPromise.due_at).limit(limit).options(*home, *BY)).all()


def overdue(session: Session, grid_ids: Collection[int], *, limit: int = 200) -> Sequence[TicketPromise]:
    return due(session, grid_ids, before=clock.now(), limit=limit)


def choices() -> list[tuple[date, str]]:
    """One tap: today, tomorrow, the coming Friday, a week from now; each day once."""
    today = clock.today()
    friday = today + timedelta(days=(4 - today.weekday()) % 7)
    days = {today: _("today"), today + timedelta(days=1): _("tomorrow")}
    days.setdefault(friday, _("Friday"))
    days.setdefault(today + timedelta(days=7), _("in a week"))
    return [(day, str(words)) for day, words in sorted(days.items())]
