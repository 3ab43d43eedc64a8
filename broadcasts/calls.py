"""Colleagues are called when a promised time has come and nobody has said anything: manager, then deputy, then supervisor.

Each step of the chain is a row with its time. A sweep takes what is due, sends to the colleagues' own phones and writes down
to how many. A worker that dies in the middle leaves a lease that ends: the step is sent again, with the same tag.
"""

import hashlib
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session, joinedload

from app.core import clock
from app.core.jobs import Work
from app.core.words import moment, say
from broadcasts import company
from broadcasts.channels import webpush
from broadcasts.promise_tables import STEPS, Call, Promise, PromiseKind, Topic
from broadcasts.tables import Notice
from grids.staff import on_duty
from grids.tables import Duty, Grid, Organisation, Part, Person, Role
from pwa.push import payload
from pwa.push.outcomes import Verdict, judge
from pwa.push.sending import Urgency
from pwa.tables import Device

LEASE, LASTS, TRIES = timedelta(minutes=2), timedelta(hours=2), 5
log = structlog.get_logger("calls")


def plan(session: Session, promise: Promise, grid_id: int) -> None:
    """One row a step of the grid's chain. A step that has its row already keeps it."""
    planned = set(session.scalars(sa.select(Call.part).where(Call.promise_id == promise.id)))
    for step in company.of(session, grid_id).words(Topic.chain, promise.kind):
        part, _plus, minutes = step.partition("+")
        if part in STEPS and part not in planned:
            session.add(Call(promise_id=promise.id, part=part, due_at=promise.at + timedelta(minutes=int(minutes or 0)), phones=0, tries=0))
    session.flush()


def drop(session: Session, promise: Promise) -> None:
    """Nobody is called any more; who was called stays."""
    session.execute(sa.delete(Call).where(Call.promise_id == promise.id, Call.sent_at.is_(None)))


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
        call = session.scalars(sa.select(Call).where(Call.id == call_id).options(joinedload(Call.promise).joinedload(Promise.notice))).one()
        message, receivers = _message(call, base_url=work.settings.base_url), _receivers(session, call)
    with webpush.channel(work.settings) as channel:
        verdicts = [judge(one) for one in channel.send(message, receivers, begin_until=now + LEASE)]
    reached = verdicts.count(Verdict.SENT)
    with work.database.writing() as session:
        call = session.get_one(Call, call_id)
        if Verdict.RETRY not in verdicts or reached or call.tries >= TRIES:
            call.sent_at, call.phones = clock.now(), reached
    log.info("called", part=call.part, call=call_id, phones=reached)


def people(session: Session, part: str, grid_id: int) -> sa.Select[int]:
    """Who stands in this step: on duty as manager or deputy, or a supervisor of an organisation above the grid."""
    if part in (Part.manager, Part.deputy):
        return sa.select(Duty.person_id).where(Duty.grid_id == grid_id, Duty.part == Part(part), *on_duty())
    path = session.scalar(sa.select(Organisation.path).join(Grid).where(Grid.id == grid_id)) or ""
    above = [int(key) for key in path.strip("/").split("/") if key]
    return sa.select(Person.id).where(Person.role == Role.supervisor, Person.organisation_id.in_(above))


def _due(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    free = sa.or_(Call.leased_until.is_(None), Call.leased_until <= now)
    return Call.sent_at.is_(None), Call.due_at <= now, free


def _receivers(session: Session, call: Call) -> list[webpush.Receiver]:
    who = people(session, call.part, call.promise.notice.grid_id)
    rows = sa.select(Device.id, Device.endpoint, Device.p256dh, Device.auth).where(Device.person_id.in_(who))
    return [webpush.Receiver(*row) for row in session.execute(rows)]


def _message(call: Call, *, base_url: str) -> webpush.Message:
    notice: Notice = call.promise.notice
    when = moment(call.promise.at)
    title = say("News is due: %(title)s", title=notice.title)
    body = say("News was promised for %(time)s. Say in one sentence how it goes.", time=when)
    if call.promise.kind is PromiseKind.eta:
        body = say("The power was to be back %(time)s. Say that it is back, or a new time.", time=when)
    tag = f"call-{call.promise_id}"
    said = payload.declarative(title=title, body=body, navigate=f"{base_url}/desk/notices/{notice.number}", tag=tag)
    return webpush.Message(said, clock.now() + LASTS, Urgency.HIGH, hashlib.sha256(tag.encode()).hexdigest()[:24])
