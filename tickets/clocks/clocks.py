"""The clocks of a question: they begin when somebody asks, stop with the answer or the end, and rest while we wait for the customer.

Every act works the times out anew and writes them down, on the clock and on the question, so that lists sort by them.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.core import audit, clock
from grids.calendar import calendar
from grids.staff.staff import Me
from tickets.clocks import counting, standards
from tickets.clocks.counting import Rule, Span
from tickets.clocks.tables import CallBefore, Clock, Customer, Measure, Pause, ServiceStandard, Unit
from tickets.tables import Closure, Ticket, TicketState

SPARE = timedelta(days=60)
IN_TIME, AT_ONCE = timedelta(hours=1), timedelta(minutes=15)
"""So long before the light goes out somebody is called who lives by it; where that is over already, at once."""


def begin(session: Session, ticket: Ticket) -> Clock:
    """From now on the asker waits: for an answer, and for the end of the matter where a standard sets a time and no clock runs yet."""
    now, standing = clock.now(), {one.measure: one for one in _running(session, ticket)}
    allowed = _standards(session, ticket, now)
    if Measure.first_answer not in allowed:
        raise LookupError("No standard says how long a first answer may take: run `lindian migrate`.")
    if Measure.first_answer in standing:
        standing[Measure.first_answer].ended_at = now
    if Measure.completion in allowed and Measure.completion not in standing:
        _start(session, ticket, allowed[Measure.completion], now)
    return _start(session, ticket, allowed[Measure.first_answer], now)


def part(session: Session, ticket: Ticket, *, seen: datetime, since: datetime, by: Me | None) -> None:
    """Answered is what was seen; what was said since then waits by a clock of its own. Done twice it is done once."""
    one = running(session, ticket, Measure.first_answer)
    if one is not None and one.began_at <= seen and one.began_at != since:
        end(session, ticket, Measure.first_answer, by=by)
        _start(session, ticket, _standards(session, ticket, since)[Measure.first_answer], since)


def end(session: Session, ticket: Ticket, measure: Measure, *, by: Me | None = None) -> None:
    """Stop this clock, if it runs. A colleague's answer tells how long answers take here."""
    one = running(session, ticket, measure)
    if one is None:
        return
    one.ended_at = clock.now()
    if by is not None:
        one.grid_id, one.minutes = ticket.grid_id, minutes_on_duty(session, ticket, one.began_at, one.ended_at)
    if measure is Measure.completion:
        ticket.completion_due_at = None
    session.flush()


def answered_by_notice(session: Session, tickets: sa.Select[int]) -> None:
    """The same for many at once, whom a notice answers."""
    waiting = (Clock.ticket_id.in_(tickets), Clock.measure == Measure.first_answer, Clock.ended_at.is_(None))
    session.execute(sa.update(Clock).where(*waiting).values(ended_at=clock.now()), execution_options={"synchronize_session": False})


def measure_anew(session: Session, ticket: Ticket) -> None:
    """What is asked, or who asks, is seen otherwise: what runs is measured by the standard that holds for that."""
    for one in list(_running(session, ticket)):
        standard = _standards(session, ticket, one.began_at).get(one.measure)
        if standard is None:
            _forget(session, ticket, one)
        else:
            one.standard_id = standard.id
            _set(session, ticket, one, standard)
    since = _asked_at(session, ticket)
    whole = _standards(session, ticket, since).get(Measure.completion)
    if whole and ticket.state is not TicketState.closed and running(session, ticket, Measure.completion) is None:
        _start(session, ticket, whole, since)
    session.flush()


def reckon(session: Session, ticket: Ticket) -> list[tuple[Clock, datetime]]:
    """Work out what runs anew: a pause began or ended, the calendar changed. Which were moved, and from when.

    What has run out stays so, whatever is waited for afterwards.
    """
    before = [(one, one.due_at) for one in _running(session, ticket) if one.due_at > clock.now()]
    for one, _was in before:
        if one.standard is not None:
            _set(session, ticket, one, one.standard)
    session.flush()
    return [(one, was) for one, was in before if one.due_at != was]


def choose_customer(session: Session, ticket: Ticket, *, by: Me, customer: Customer) -> Ticket:
    """Say as whom the asker uses electricity."""
    by.must_look_after(ticket.grid_id)
    if ticket.customer is not customer:
        audit.record(session, "tickets.customer", f"ticket/{ticket.id}", by=by.id, customer=customer, before=ticket.customer)
        ticket.customer = customer
        measure_anew(session, ticket)
    return ticket


def running(session: Session, ticket: Ticket, measure: Measure) -> Clock | None:
    return next((one for one in _running(session, ticket) if one.measure is measure), None)


def minutes_on_duty(session: Session, ticket: Ticket, since: datetime, until: datetime) -> int:
    rule = rule_of(session, ticket.grid_id, since, amount=1, unit=Unit.duty_minutes, ahead=until - since)
    return round(counting.used(rule, since, until, _pauses(session, ticket)) / timedelta(minutes=1))


def rule_of(session: Session, grid_id: int, since: datetime, *, amount: int, unit: Unit, ahead: timedelta = timedelta()) -> Rule:
    """An amount as it is counted in this grid."""
    far = ahead + SPARE + amount * (timedelta(days=2) if unit is Unit.workdays else timedelta(minutes=5))
    on_duty = standards.duty(session, grid_id, clock.local(since).date())
    return Rule(amount, unit, on_duty.hours, calendar.around(session, since, ahead=far))


def _start(session: Session, ticket: Ticket, standard: ServiceStandard, at: datetime) -> Clock:
    one = Clock(ticket_id=ticket.id, measure=standard.measure, standard_id=standard.id, began_at=at, due_at=at, ended_at=None, minutes=None)
    _set(session, ticket, one, standard)
    session.add(one)
    session.flush()
    return one


def _set(session: Session, ticket: Ticket, one: Clock, standard: ServiceStandard) -> None:
    pauses = _pauses(session, ticket)
    waited = sum((end - start for start, end in pauses), timedelta())
    rule = rule_of(session, ticket.grid_id, one.began_at, amount=standard.amount or 0, unit=standard.unit, ahead=2 * waited)
    one.due_at = counting.due(rule, one.began_at, pauses)
    if one.measure is Measure.first_answer:
        one.due_at = _before_it_begins(session, one)
        ticket.due_at = one.due_at
    else:
        ticket.completion_due_at = one.due_at


def _before_it_begins(session: Session, one: Clock) -> datetime:
    before = session.get(CallBefore, one.ticket_id)
    if before is None or before.begins_at is None or before.begins_at <= one.began_at:
        return one.due_at
    return min(one.due_at, max(before.begins_at - IN_TIME, one.began_at + AT_ONCE))


def _forget(session: Session, ticket: Ticket, one: Clock) -> None:
    """It was never meant for this question."""
    if one.measure is Measure.completion:
        ticket.completion_due_at = None
    session.delete(one)


def _standards(session: Session, ticket: Ticket, at: datetime) -> dict[Measure, ServiceStandard]:
    return standards.of(session, ticket.grid_id, kind=ticket.kind, customer=ticket.customer, on=clock.local(at).date())


def _asked_at(session: Session, ticket: Ticket) -> datetime:
    """Since when this matter is open: since it was asked, or reopened."""
    again = sa.select(sa.func.max(Closure.reopened_at)).where(Closure.ticket_id == ticket.id)
    return session.scalar(again) or ticket.asked_at


def _pauses(session: Session, ticket: Ticket) -> list[Span]:
    rows = session.scalars(sa.select(Pause).where(Pause.ticket_id == ticket.id).order_by(Pause.at))
    return [(one.at, one.ended_at or one.until_at) for one in rows]


def _running(session: Session, ticket: Ticket) -> Sequence[Clock]:
    found = sa.select(Clock).where(Clock.ticket_id == ticket.id, Clock.ended_at.is_(None)).order_by(Clock.id)
    return session.scalars(found.options(joinedload(Clock.standard))).all()
