"""Colleagues are called when a time is near or has come and nobody has done anything: manager, then deputy, then supervisor.

Each step of the chain is a row with its time. A sweep takes what is due, sends to the colleagues' own phones and writes down
to how many. A worker that dies in the middle leaves a lease that ends: the step is sent again, with the same tag.

What a call is about is named by its subject: promise/12. Who knows about promises, and who above this package about other
things, says what is said (`Speaks`), or that there is nothing left to call for; the roof registers them (app/connecting.py).
"""

import hashlib
import re
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

import msgspec
import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from app.core import clock
from app.core.database import Database
from app.core.jobs import Work
from broadcasts.channels import webpush
from broadcasts.promises import company
from broadcasts.promises.tables import STEPS, SUCCESSOR, Call, Topic
from grids.staff import organisations
from grids.staff.staff import on_duty
from grids.staff.tables import Passing
from grids.tables import Duty, Grid, Organisation, Part, Person, Role
from pwa import devices
from pwa.push import payload
from pwa.push.outcomes import Verdict, judge
from pwa.push.sending import Urgency
from pwa.tables import Device

STEP = re.compile(r"([a-z]+)([+-]\d+)?")
LEASE, LASTS, TRIES = timedelta(minutes=2), timedelta(hours=2), 5
PUT_OFF = timedelta(days=2)
"""A time that is so much later than the one that was called for is another: its steps are called again."""
log = structlog.get_logger("calls")


class Said(msgspec.Struct, frozen=True):
    """What a colleague reads on the phone, and where it leads. Push services abroad see it: nothing of a person stands in it."""

    title: str
    body: str
    path: str


Speaks = Callable[[Session, int], Said | None]
KEY = "speaks of calls"


def register(database: Database, **speakers: Speaks) -> None:
    """Who says what a call of promise/12 says: `promise=promises.spoken`."""
    database.info[KEY] = speakers


def plan(session: Session, subject: str, topic: str, grid_id: int, at: datetime, *, until: datetime | None = None) -> None:
    """One row a step of the grid's chain; only those due by a moment, where one is given. A step that has its row already keeps it."""
    for part, minutes in missing(session, subject, topic, grid_id, at, until=until):
        due_at = at + timedelta(minutes=minutes)
        session.add(Call(subject=subject, grid_id=grid_id, part=part, minutes=minutes, due_at=due_at, phones=0, tries=0))
    session.flush()


def anew(session: Session, subject: str, topic: str, grid_id: int) -> None:
    """It concerns somebody else now, or once more: whoever was called, the chain begins at this moment."""
    session.execute(sa.delete(Call).where(Call.subject == subject))
    plan(session, subject, topic, grid_id, clock.now())


def missing(
    session: Session, subject: str, topic: str, grid_id: int, at: datetime, *, until: datetime | None = None
) -> list[tuple[str, int]]:
    """The steps of the chain that have no row yet, or one for a time that was put off since; due by a moment, where one is given."""
    due = [step for step in chain(session, grid_id, topic) if until is None or at + timedelta(minutes=step[1]) <= until]
    last = sa.select(Call.part, Call.minutes, sa.func.max(Call.due_at)).where(Call.subject == subject).group_by(Call.part, Call.minutes)
    made = {(part, minutes): due_at for part, minutes, due_at in session.execute(last)} if due else {}
    return [step for step in due if step not in made or made[step] <= at + timedelta(minutes=step[1]) - PUT_OFF]


def chain(session: Session, grid_id: int, topic: str) -> list[tuple[str, int]]:
    """manager-30 deputy+10: who is called, and how many minutes before or after the time."""
    steps = [STEP.fullmatch(said) for said in company.of(session, grid_id).words(Topic.chain, topic)]
    return [(step[1], int(step[2] or 0)) for step in steps if step and step[1] in STEPS]


def drop(session: Session, subject: str) -> None:
    """Nobody is called any more; who was called stays."""
    session.execute(sa.delete(Call).where(Call.subject == subject, Call.sent_at.is_(None)))


def made(session: Session, subjects: Collection[str]) -> Sequence[Call]:
    """Who was called about these, the first one first."""
    called = sa.select(Call).where(Call.subject.in_(subjects), Call.sent_at.is_not(None))
    return session.scalars(called.order_by(Call.sent_at, Call.id)).all()


def sweep(work: Work) -> None:
    """Send every step that is due, each in its own short transactions."""
    now = clock.now()
    with work.database.reading() as session:
        due = session.scalars(sa.select(Call.id).where(*_due(now)).order_by(Call.due_at)).all()
    for call_id in due:
        if work.stopping.is_set():
            return
        send(work, call_id=call_id)


def send(work: Work, *, call_id: int) -> None:
    """Safe to run twice, also at once: whoever takes the lease sends."""
    now = clock.now()
    with work.database.writing() as session:
        ours = sa.update(Call).where(Call.id == call_id, *_due(now)).values(leased_until=now + LEASE, tries=Call.tries + 1)
        if session.execute(ours).rowcount != 1:  # type: ignore[attr-defined]
            return
        call = session.get_one(Call, call_id, populate_existing=True)
        said = _said(session, call.subject)
        if said is None:
            session.delete(call)
            return
        message, receivers = _message(call.subject, said, base_url=work.settings.base_url), _receivers(session, call)
    with webpush.channel(work.settings) as channel:
        verdicts = [judge(one) for one in channel.send(message, receivers, begin_until=now + LEASE)]
    reached = verdicts.count(Verdict.SENT)
    with work.database.writing() as session:
        call = session.get_one(Call, call_id)
        if Verdict.RETRY not in verdicts or reached or call.tries >= TRIES:
            call.sent_at, call.phones = clock.now(), reached
    log.info("called", part=call.part, call=call_id, phones=reached)


def people(session: Session, part: str, grid_id: int) -> sa.Select[int]:
    """Who stands in this step: on duty as manager or deputy, who is to take the grid over, or a supervisor above it."""
    if part in (Part.manager, Part.deputy):
        return sa.select(Duty.person_id).where(Duty.grid_id == grid_id, Duty.part == Part(part), *on_duty())
    if part == SUCCESSOR:
        return sa.select(Passing.to_id).where(Passing.grid_id == grid_id, Passing.ended_at.is_(None))
    path = session.scalar(sa.select(Organisation.path).join(Grid).where(Grid.id == grid_id)) or ""
    return sa.select(Person.id).where(Person.role == Role.supervisor, Person.organisation_id.in_(organisations.line(path)))


def _due(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    free = sa.or_(Call.leased_until.is_(None), Call.leased_until <= now)
    return Call.sent_at.is_(None), Call.due_at <= now, free


def _receivers(session: Session, call: Call) -> list[webpush.Receiver]:
    who = people(session, call.part, call.grid_id)
    rows = sa.select(Device.id, Device.endpoint, Device.p256dh, Device.auth).where(devices.of(who))
    return [webpush.Receiver(*row) for row in session.execute(rows)]


def _said(session: Session, subject: str) -> Said | None:
    speakers: dict[str, Speaks] = session.info.get(KEY, {})
    kind, _slash, key = subject.partition("/")
    return speakers[kind](session, int(key))


def _message(subject: str, said: Said, *, base_url: str) -> webpush.Message:
    tag = "call-" + subject.replace("/", "-")
    words = payload.declarative(title=said.title, body=said.body, navigate=f"{base_url}{said.path}", tag=tag)
    return webpush.Message(words, clock.now() + LASTS, Urgency.HIGH, hashlib.sha256(tag.encode()).hexdigest()[:24])
