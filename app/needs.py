"""What needs the manager now, and nothing else, in order of urgency."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core import clock
from broadcasts.cards import cards
from broadcasts.cards.tables import CardVersion
from broadcasts.promises.tables import Call
from broadcasts.sending import unfinished
from broadcasts.sending.unfinished import Open
from broadcasts.subscribers.audiences import runs
from broadcasts.tables import Notice, NoticeKind, NoticeState, Place
from grids.points import sightings
from grids.staff import passing, staff
from grids.staff.staff import Me
from grids.staff.tables import Passing
from grids.tables import Duty, PaymentPoint
from pwa import devices
from pwa.tables import Device
from tickets import inbox, low_ratings, promises
from tickets.answers import ideas
from tickets.answers.ideas import Idea
from tickets.appointments import appointment_reminders, diary
from tickets.appointments.tables import Appointment
from tickets.clocks import nagging
from tickets.households import moving_in
from tickets.households.moving_in import Told
from tickets.kinds import kinds
from tickets.kinds.tables import DANGER
from tickets.outages import beforehand, reports, still_dark, suspicions
from tickets.outages.tables import Suspicion
from tickets.privacy import asked
from tickets.privacy.tables import DataRequest
from tickets.specialists import consultations
from tickets.specialists.tables import Consultation
from tickets.tables import Entry, Rating, Ticket, TicketPromise, TicketState
from tickets.triage import dangers
from tickets.triage.dangers import Reported

SOON = timedelta(hours=24)
QUIET = ("kinds", "called", "deaf", "threads", "ideas")
CALM = 6
"""So many dangers that were answered are shown; the list of that kind has them all."""
PULLED = 24
"""So many of the threads that wait are kept on the phone, should there be no signal later."""


class Outage(msgspec.Struct, frozen=True):
    """A running outage, the households it touches and how many asked about it."""

    notice: Notice
    households: int
    asked: int


class Suspected(msgspec.Struct, frozen=True):
    """Reports that may be one fault, from how many homes of which buildings."""

    suspicion: Suspicion
    reports: int
    place: str


class Needs(msgspec.Struct, frozen=True):
    passings: Sequence[Passing]
    dangers: Sequence[Reported]
    answered_dangers: Sequence[Reported]
    """Nobody has said yet that they are over; one more than are shown where there are more."""
    still_dark: Sequence[Ticket]
    """Told that the light is back, they say that theirs is not."""
    beforehand: Sequence[Ticket]
    """Who is called before the light goes out."""
    running: Sequence[Outage]
    waiting: Sequence[Ticket]
    waiting_count: int
    suspicions: Sequence[Suspected]
    promised: Sequence[TicketPromise]
    given_back: Sequence[Consultation]
    consulted: Sequence[Consultation]
    moved: Sequence[Told]
    unfinished: Sequence[Ticket]
    unhappy: Sequence[Rating]
    called: dict[int, Call]
    deaf: bool
    """Calls went out that no phone heard, and nobody on duty here has one that would."""
    threads: dict[int, int]
    data_requests: Sequence[DataRequest]
    drafts: Sequence[Notice]
    coming: Sequence[Notice]
    sending: Sequence[Open]
    stale_cards: Sequence[CardVersion]
    shut_places: Sequence[PaymentPoint]
    visits: Sequence[Appointment]
    remind: int
    kinds: dict[str, str]
    ideas: Sequence[Idea]
    """A quiet line: nobody is waiting for it."""

    @property
    def nothing(self) -> bool:
        return not any(getattr(self, name) for name in self.__struct_fields__ if name not in QUIET)

    @property
    def stamp(self) -> str:
        """Another one as soon as the list of questions is."""
        return f"{self.waiting_count}-{max(self.threads.values(), default=0)}"


def of(session: Session, me: Me) -> Needs:
    waiting = sa.select(Ticket).where(Ticket.grid_id.in_(me.own), Ticket.state == TicketState.open)
    count = session.scalar(sa.select(sa.func.count()).select_from(waiting.subquery())) or 0
    shown = (
        waiting.where(Ticket.kind != DANGER, Ticket.id.not_in(beforehand.ahead()), Ticket.id.not_in(still_dark.ids()))
        .order_by(Ticket.due_at)
        .limit(PULLED)
        .options(*inbox.AS_A_ROW, joinedload(Ticket.estate), joinedload(Ticket.household))
    )
    now = clock.now()
    outages = Notice.kind.in_([kind for kind in NoticeKind if kind.is_outage])
    answers, first, before = session.scalars(shown).all(), dangers.open_in(session, me.own), beforehand.to_call(session, me, limit=8)
    dark, calm = still_dark.listed(session, me.own, limit=8), dangers.answered_in(session, me.own, limit=CALM + 1)
    in_danger = [one.ticket for one in (*first, *calm)]
    ends = inbox.unfinished(session, me.own, before=now + SOON, limit=8)
    called = nagging.last_called(session, [*dark, *before, *answers[:8], *ends])
    promised = promises.due(session, me.own, before=now + SOON, limit=8)
    return Needs(
        passings=passing.open_for(session, me),
        dangers=first,
        answered_dangers=calm,
        still_dark=dark,
        beforehand=before,
        running=[_outage(session, notice) for notice in _notices(session, me, NoticeState.published, outages, Notice.starts_at <= now)],
        waiting=answers[:8],
        waiting_count=count,
        suspicions=[_suspected(session, one) for one in suspicions.open_in(session, me.own)],
        promised=promised,
        given_back=consultations.given_back(session, me.own),
        consulted=consultations.overdue(session, me.own),
        moved=moving_in.untold(session, me.own),
        unfinished=ends,
        unhappy=low_ratings.open_in(session, me.own),
        called=called,
        deaf=not all(one.phones for one in called.values()) and not _hears(session, me),
        threads=_threads(session, [*dark, *before, *answers, *ends, *in_danger, *(one.ticket for one in promised)]),
        data_requests=asked.open_in(session, me.own, limit=8),
        drafts=[*_notices(session, me, NoticeState.draft), *_notices(session, me, NoticeState.scheduled)],
        coming=_notices(session, me, NoticeState.published, outages, Notice.starts_at > now, Notice.starts_at <= now + SOON),
        sending=unfinished.of_grids(session, me.own),
        stale_cards=cards.stale(session, owner_id=me.id),
        shut_places=sightings.to_look_at(session, me.own),
        visits=diary.listed(session, me.own, first=clock.today(), days=1),
        remind=appointment_reminders.left(session, me.own),
        kinds=kinds.names(session),
        ideas=ideas.open_to(session, me),
    )


def _hears(session: Session, me: Me) -> bool:
    on_duty = sa.select(Duty.person_id).where(Duty.grid_id.in_(me.own), *staff.on_duty())
    return session.scalar(sa.select(Device.id).where(devices.of(on_duty)).limit(1)) is not None


def _notices(session: Session, me: Me, state: NoticeState, *conditions: sa.ColumnElement[bool]) -> Sequence[Notice]:
    found = sa.select(Notice).where(Notice.grid_id.in_(me.own), Notice.state == state, *conditions)
    shown = selectinload(Notice.places)
    due = sa.func.coalesce(Notice.next_update_at, Notice.ends_at)
    return session.scalars(found.order_by(due, Notice.id).options(shown.joinedload(Place.estate), shown.joinedload(Place.building))).all()


def _threads(session: Session, tickets: Sequence[Ticket]) -> dict[int, int]:
    """By thread: its newest entry, which says whether a kept copy still is what there is."""
    newest = sa.select(Entry.ticket_id, sa.func.max(Entry.id)).where(Entry.ticket_id.in_({one.id for one in tickets}))
    return dict(session.execute(newest.group_by(Entry.ticket_id)).all())


def _outage(session: Session, notice: Notice) -> Outage:
    asked = session.scalar(sa.select(sa.func.count()).select_from(Ticket).where(Ticket.notice_id == notice.id)) or 0
    touched = sum((place.building or place.estate).households for place in notice.places)
    return Outage(notice, touched, asked)


def _suspected(session: Session, suspicion: Suspicion) -> Suspected:
    told = reports.of(session, suspicion)
    buildings = sorted({one.building for one in told})
    estate = suspicion.estate.name if suspicion.estate else ""
    return Suspected(
        suspicion, reports.homes(told), " ".join(part for part in (estate, ", ".join(runs(buildings)), suspicion.transformer) if part)
    )
