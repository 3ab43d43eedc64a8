"""What an asker is told at once and by itself: that it is here, who answers now, and by when, as honestly as we know.

The time is the standard's. Where enough like questions were answered here lately, four of five of them say what is likely: what has a
clock around the day is reckoned by such clocks alone, and never by the hours on duty.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.core.words import moment, say
from broadcasts.promises.promises import rounded
from grids.grids import Contact
from grids.tables import Part
from tickets.answers.tables import AnswerUse
from tickets.clocks import clocks, counting
from tickets.clocks import on_duty as duty
from tickets.clocks.on_duty import OnDuty
from tickets.clocks.tables import Acknowledgement, CallBefore, Clock, Measure, ServiceStandard, Unit
from tickets.kinds.tables import DANGER
from tickets.tables import Entry, Ticket, TicketState
from tickets.triage import alarms
from tickets.triage.tree import Leaf

PERIOD, NEWEST, FEWEST, SHARE, MINUTE = timedelta(days=90), 200, 5, 0.8, timedelta(minutes=1)
EVENING, MORNING = 17, 6


class Usual(msgspec.Struct, frozen=True):
    """Within how many minutes, as their clocks count, four of five got their first answer; nothing is said of fewer than five."""

    minutes: int | None
    n: int


def tell(session: Session, ticket: Ticket, first: Clock) -> Acknowledgement:
    """Once for each clock."""
    if ticket.kind == DANGER:
        return _keep(session, ticket, first, _danger(session, ticket), first.due_at, 0)
    usual, on_duty = usual_in(session, ticket.grid_id, like=first), duty.now(session, ticket.grid_id)
    again = on_duty.again_at
    nobody = again is not None and again > first.due_at
    expected = _expected(session, ticket, first, usual)
    if nobody and again and not _around_the_day(session, first):
        expected = max(expected, again)
    who, when = _who(on_duty), _nobody(first) if nobody else _when(first, expected, usual)
    words = say("%(who)s %(when)s", who=who, when=when) if who else when
    if ticket.reach_id is None and session.get(CallBefore, ticket.id) is not None:
        words = say("%(words)s Please leave a telephone number below, so that you can be called before the outage.", words=words)
    return _keep(session, ticket, first, words, expected, usual.n)


def _keep(session: Session, ticket: Ticket, first: Clock, words: str, expected: datetime, n: int) -> Acknowledgement:
    told = Acknowledgement(ticket_id=ticket.id, clock_id=first.id, words=words, expected_at=expected, n=n, at=clock.now())
    session.add(told)
    session.flush()
    return told


def _danger(session: Session, ticket: Ticket) -> str:
    """Nobody in danger is told to wait for us, whoever is on duty; nobody is named who is not; and with gas nobody calls in the room."""
    call = _whom_to_call(alarms.reported(_told(session, ticket), dark=ticket.dark))
    here = duty.now(session, ticket.grid_id).here
    return say("%(call)s %(name)s is on duty: a danger stands before all else there.", call=call, name=here.name) if here else call


def _whom_to_call(reported: Sequence[Leaf]) -> str:
    """By the danger itself, so that nobody in a lift reads of cutting the power, and below the red box nothing else than in it."""
    if any(one.no_ringing for one in reported):
        return say("Go outside first, then call, do not wait for an answer here: the gas company or 119, 120 if somebody is faint.")
    if reported:
        return say("Call now, do not wait for an answer here. %(whom)s", whom=str(reported[0].call))
    return say("Call now, do not wait for an answer here: 119 for fire, 120 for the hurt or who cannot breathe, 95598 to cut the power.")


def _told(session: Session, ticket: Ticket) -> Sequence[str]:
    """The asker's own words: neither what a notice told nor what the answer book sent by itself."""
    by_itself = sa.exists().where(AnswerUse.entry_id == Entry.id)
    theirs = (Entry.ticket_id == ticket.id, Entry.author_id.is_(None), Entry.update_id.is_(None), ~by_itself)
    return session.scalars(sa.select(Entry.words).where(*theirs).order_by(Entry.id)).all()


def tell_if_waiting(session: Session, ticket: Ticket) -> None:
    """Whom the notice answered at once needs no receipt, and who came into a thread that waits has one."""
    first = clocks.running(session, ticket, Measure.first_answer)
    if ticket.state is not TicketState.open or first is None:
        return
    if session.scalar(sa.select(Acknowledgement.id).where(Acknowledgement.clock_id == first.id)) is None:
        tell(session, ticket, first)


def words_for(session: Session, ticket: Ticket) -> str:
    """What this asker was told last."""
    told = sa.select(Acknowledgement.words).where(Acknowledgement.ticket_id == ticket.id)
    return session.scalar(told.order_by(Acknowledgement.id.desc()).limit(1)) or ""


def likely_later(ticket: Ticket) -> datetime | None:
    """When the asker was told to expect the answer that is waited for, where that is later than the standard. The thread is whole."""
    runs = {one.id for one in ticket.clocks if one.ended_at is None}
    last = next((one for one in reversed(ticket.acknowledgements) if one.clock_id in runs), None)
    return last.expected_at if last is not None and last.expected_at > ticket.due_at else None


def usual_in(session: Session, grid_id: int, *, like: Clock) -> Usual:
    """From the first answers that colleagues gave in this grid in ninety days to what is measured by a standard of the same kind."""
    lately = (Clock.grid_id == grid_id, Clock.ended_at > clock.now() - PERIOD, Clock.measure == Measure.first_answer)
    own = sa.select(ServiceStandard.kind).where(ServiceStandard.id == like.standard_id).scalar_subquery()
    newest = sa.select(Clock).join(ServiceStandard, ServiceStandard.id == Clock.standard_id).where(*lately, ServiceStandard.kind == own)
    whole = _around_the_day(session, like)
    took = sorted(_took(one, whole=whole) for one in session.scalars(newest.order_by(Clock.ended_at.desc()).limit(NEWEST)))
    enough = len(took) >= FEWEST
    return Usual(took[ceil(SHARE * len(took)) - 1] if enough else None, len(took))


def _took(one: Clock, *, whole: bool) -> int:
    """In minutes on duty, or of the whole day."""
    return ceil((one.ended_at - one.began_at) / MINUTE) if whole and one.ended_at else one.minutes or 0


def _around_the_day(session: Session, one: Clock) -> bool:
    standard = session.get(ServiceStandard, one.standard_id) if one.standard_id else None
    return standard is not None and standard.unit is Unit.minutes


def _expected(session: Session, ticket: Ticket, first: Clock, usual: Usual) -> datetime:
    if usual.minutes is None:
        return first.due_at
    unit = Unit.minutes if _around_the_day(session, first) else Unit.duty_minutes
    rule = clocks.rule_of(session, ticket.grid_id, first.began_at, amount=max(1, usual.minutes), unit=unit)
    return rounded(counting.due(rule, first.began_at))


def _when(first: Clock, expected: datetime, usual: Usual) -> str:
    standard = moment(first.due_at)
    if usual.minutes is None:
        return say("You hear from us by %(due)s at the latest.", due=standard)
    told = {"due": standard, "expected": moment(expected), "n": usual.n}
    if expected < first.due_at:
        return say("Likely by %(expected)s: of %(n)s answers lately four of five came as soon. At the latest by %(due)s.", **told)
    return say("The standard is %(due)s, but lately it took longer: of %(n)s answers four of five as long as until %(expected)s.", **told)


def _nobody(first: Clock) -> str:
    return say("By the standard it would be %(due)s, but nobody is on duty then: if it cannot wait, call 95598.", due=moment(first.due_at))


def _who(on_duty: OnDuty) -> str:
    """Who answers now, where it is not the manager as always."""
    manager, here = on_duty.manager, on_duty.here
    if here is not None and here.part is Part.manager:
        return say("%(name)s has your question.", name=here.name)
    if here is not None:
        return _off(manager, say("the deputy %(name)s answers.", name=here.name))
    if on_duty.again_at:
        return _off(manager, say("from %(time)s on somebody is here again.", time=moment(on_duty.again_at)))
    return ""


def _off(manager: Contact | None, then: str) -> str:
    if manager is None:
        return say("Your manager is away, %(then)s", then=then)
    hour = clock.local(clock.now()).hour
    if hour >= EVENING or hour < MORNING:
        return say("%(name)s is off tonight, %(then)s", name=manager.name, then=then)
    return say("%(name)s is off now, %(then)s", name=manager.name, then=then)
