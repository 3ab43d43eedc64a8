"""Who is on duty in a grid at this moment, one truth for whatever is said of it: by the timetable, or because they act.

A manager at home in the evening who tells everybody that the light is back is there, whatever the timetable says.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from broadcasts.tables import Notice, Update, UpdateState
from grids import grids
from grids.calendar import calendar
from grids.grids import Contact
from grids.hours import hours
from grids.staff import staff
from grids.tables import Duty, Part
from tickets.clocks import standards
from tickets.clocks.tables import Clock
from tickets.tables import Entry

ACTING = timedelta(minutes=30)
"""Who told or answered something so lately is there. What was published by itself, at a time set before, has no seconds to take it back."""


class OnDuty(msgspec.Struct, frozen=True):
    """`here` is nobody where none is there, and where it is not known who is. `again_at`: when somebody is, while nobody is."""

    people: Mapping[Part, Contact]
    here: Contact | None
    again_at: datetime | None

    @property
    def manager(self) -> Contact | None:
        return self.people.get(Part.manager)

    @property
    def to_call(self) -> Contact | None:
        """Whose number stands on a page, on duty or not."""
        return self.here or self.manager or self.people.get(Part.deputy)

    @property
    def by_turn(self) -> Sequence[Contact]:
        """Whom a colleague calls about a question of this grid, on duty or not: who is there first."""
        return sorted(self.people.values(), key=lambda one: (one != self.here, one.part is not Part.manager))


def now(session: Session, grid_id: int) -> OnDuty:
    people, acting = grids.on_duty_in(session, grid_id), _acting(session, grid_id)
    duty, at = standards.duty(session, grid_id, clock.today()), clock.now()
    days = calendar.around(session, at)
    manned, usual = hours.state(duty.hours, at, days), hours.state(duty.manager_hours, at, days)
    turns = ((Part.manager, usual.open), *((part, part in acting) for part in Part), (Part.deputy, manned.open))
    here = next((people[part] for part, there in turns if there and part in people), None)
    return OnDuty(people, here, manned.opens_at if here is None and manned.open is False else None)


def _acting(session: Session, grid_id: int) -> Collection[Part]:
    """The parts of those who told something of a notice here, or answered somebody, just now."""
    since = clock.now() - ACTING
    by_hand = sa.or_(Update.state.not_in((UpdateState.published, UpdateState.reminder)), Notice.undo_until.is_not(None))
    told = sa.select(Update.by_id).join(Notice, Notice.id == Update.notice_id).where(Notice.grid_id == grid_id, Update.at >= since, by_hand)
    said = sa.select(Entry.author_id).join(Clock, Clock.ticket_id == Entry.ticket_id)
    answered = said.where(Clock.grid_id == grid_id, Clock.ended_at >= since, Entry.at >= since, Entry.author_id.is_not(None))
    by = {*session.scalars(told), *session.scalars(answered)}
    here = sa.select(Duty.part).where(Duty.grid_id == grid_id, Duty.person_id.in_(by), *staff.on_duty())
    return set(session.scalars(here)) if by else set()
