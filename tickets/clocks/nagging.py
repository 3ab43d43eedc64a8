"""A clock that runs out calls the manager, then the deputy, then the supervisor: by the calls of broadcasts, one way of nagging.

Which steps are due is seen anew each minute, as the time moves with every pause and kind; what was called stays called. Where the
time was put off by two days or more the chain begins again.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.core.jobs import Work
from app.core.words import moment, say
from broadcasts.promises import calls
from broadcasts.promises.calls import Said
from broadcasts.promises.tables import Call
from grids.staff.staff import Me
from grids.tables import Person
from tickets.clocks.tables import Clock, Measure
from tickets.kinds.tables import DANGER
from tickets.tables import Ticket

AHEAD, BACK = timedelta(days=2), timedelta(days=3)
"""So long before and after its time a clock is looked at: who was not reached in three days stands in the review."""


class Warned(msgspec.Struct, frozen=True):
    """A colleague was called, on so many phones."""

    call: Call
    measure: Measure


def sweep(work: Work) -> None:
    """Ask for every step whose time has come."""
    now = clock.now()
    with work.database.reading() as session:
        steps = [step for step in _near(session, now) if calls.missing(session, *step, until=now)]
    if not steps or work.stopping.is_set():
        return
    with work.database.writing() as session:
        for step in steps:
            calls.plan(session, *step, until=now)


def spoken(session: Session, clock_id: int) -> Said | None:
    """What colleagues read; nothing where the clock has stopped, or its time was moved. The asker's own words stay here."""
    found = session.execute(sa.select(Clock, Ticket).join(Ticket, Ticket.id == Clock.ticket_id).where(Clock.id == clock_id)).first()
    if found is None or found.Clock.ended_at is not None:
        return None
    one, ticket = found.Clock, found.Ticket
    path, late = f"/desk/tickets/{ticket.id}", one.due_at <= clock.now()
    if one.measure is Measure.first_answer and ticket.kind == DANGER:
        title = say("Danger reported: question %(n)s", n=ticket.id)
    elif one.measure is Measure.first_answer:
        title = say("Question %(n)s waits for an answer", n=ticket.id)
    else:
        title = say("Question %(n)s is to be finished", n=ticket.id)
    words = say("It was due %(time)s.", time=moment(one.due_at)) if late else say("It is due %(time)s.", time=moment(one.due_at))
    return Said(title, words, path)


def warned(session: Session, running: Sequence[Clock]) -> list[Warned]:
    """Who was called about what runs."""
    about = {f"clock/{one.id}": one.measure for one in running if one.ended_at is None}
    return [Warned(call, about[call.subject]) for call in calls.made(session, about)] if about else []


def unheard(session: Session, warned: Collection[Warned], grid_id: int, *, reader: Me) -> list[tuple[str, Person]]:
    """Who was called and has no phone that hears, step by step: to be rung up by who reads it."""
    steps = dict.fromkeys(one.call.part for one in warned if not one.call.phones)
    found = [(part, calls.people(session, part, grid_id)) for part in steps]
    wanted = [(part, session.scalars(sa.select(Person).where(Person.id.in_(who)).order_by(Person.id))) for part, who in found]
    return [(part, person) for part, people in wanted for person in people if person.id != reader.id]


def rang(session: Session, ticket: Ticket, part: str) -> bool:
    """Whether a phone of who is on duty so was reached about this question, as it waits now. The thread is whole."""
    return any(one.call.part == part and one.call.phones for one in warned(session, ticket.clocks))


def last_called(session: Session, tickets: Collection[Ticket]) -> dict[int, Call]:
    """Of each question whose clock runs, who was called last about it."""
    rows = sa.select(Clock.id, Clock.ticket_id).where(Clock.ticket_id.in_({one.id for one in tickets}), Clock.ended_at.is_(None))
    about = {f"clock/{row.id}": row.ticket_id for row in session.execute(rows)}
    return {about[call.subject]: call for call in calls.made(session, about)} if about else {}


def _near(session: Session, now: datetime) -> list[tuple[str, str, int, datetime]]:
    """What a call needs to know of each clock whose time is near."""
    near = (Clock.ended_at.is_(None), Clock.due_at.between(now - BACK, now + AHEAD))
    rows = sa.select(Clock.id, Clock.measure, Ticket.grid_id, Clock.due_at).join(Ticket, Ticket.id == Clock.ticket_id)
    return [(f"clock/{row.id}", row.measure, row.grid_id, row.due_at) for row in session.execute(rows.where(*near).order_by(Clock.due_at))]
