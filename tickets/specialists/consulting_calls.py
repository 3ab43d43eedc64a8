"""Whoever has a consultation now hears of it on the phone: the specialist who is asked, or the owners to whom it came back.

`told_at` says that it was sent. A worker that dies before leaves it empty, and a sweep sends again, with the same tag.
"""

import hashlib
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import joinedload

from app.core import clock
from app.core.jobs import Work
from app.core.words import moment, say
from broadcasts.channels import webpush
from grids.staff.staff import on_duty
from grids.tables import Duty, Person
from pwa import devices
from pwa.push import payload
from pwa.push.outcomes import Verdict, judge
from pwa.push.sending import Urgency
from pwa.tables import Device
from tickets.specialists.tables import Consultation

LASTS, TRIED_FOR, OPEN = timedelta(hours=12), timedelta(hours=1), timedelta(minutes=1)
log = structlog.get_logger("consulting")


def tell(work: Work, *, consultation_id: int) -> None:
    """Safe to run twice: what arrives twice is merged on the phone by its tag."""
    with work.database.reading() as session:
        consultation = session.get(Consultation, consultation_id, options=[joinedload(Consultation.ticket)])
        if consultation is None or consultation.told_at is not None:
            return
        had = (consultation.specialist_id, consultation.ended_at)
        message = _message(consultation, base_url=work.settings.base_url)
        receivers = [webpush.Receiver(*row) for row in session.execute(_devices(consultation))]
    with webpush.channel(work.settings) as channel:
        verdicts = [judge(one) for one in channel.send(message, receivers, begin_until=clock.now() + OPEN)]
    if Verdict.RETRY in verdicts and Verdict.SENT not in verdicts:
        return
    with work.database.writing() as session:
        same = (Consultation.id == consultation_id, Consultation.specialist_id == had[0], Consultation.ended_at == had[1])
        session.execute(sa.update(Consultation).where(*same).values(told_at=clock.now()))
    log.info("told", consultation=consultation_id, phones=verdicts.count(Verdict.SENT))


def sweep(work: Work) -> None:
    """What a job has not told yet, while it is still news."""
    with work.database.reading() as session:
        news = sa.func.coalesce(Consultation.ended_at, Consultation.at) > clock.now() - TRIED_FOR
        untold = session.scalars(sa.select(Consultation.id).where(Consultation.told_at.is_(None), news)).all()
    for consultation_id in untold:
        if work.stopping.is_set():
            return
        tell(work, consultation_id=consultation_id)


def _devices(consultation: Consultation) -> sa.Select[int, str, bytes, bytes]:
    owners = sa.select(Duty.person_id).where(Duty.grid_id == consultation.ticket.grid_id, *on_duty())
    specialist = sa.select(Person.id).where(Person.id == consultation.specialist_id)
    return sa.select(Device.id, Device.endpoint, Device.p256dh, Device.auth).where(
        devices.of(owners if consultation.ended_at else specialist)
    )


def _message(consultation: Consultation, *, base_url: str) -> webpush.Message:
    """Nothing in it is about the asker: it passes lock screens."""
    back, key = consultation.ended_at is not None, consultation.id
    title = say("A specialist gave a question back") if back else say("A colleague asks for your opinion")
    body = say("The opinion, or why there is none, stands beside the question.") if back else _by_when(consultation.due_at)
    path = f"/desk/tickets/{consultation.ticket_id}" if back else f"/desk/consultations/{key}"
    tag = f"consultation-{key}-{consultation.specialist_id}-{back}"
    said = payload.declarative(title=title, body=body, navigate=f"{base_url}{path}", tag=tag)
    return webpush.Message(said, clock.now() + LASTS, Urgency.NORMAL, hashlib.sha256(tag.encode()).hexdigest()[:24])


def _by_when(due: datetime) -> str:
    return say("It is needed by %(time)s.", time=moment(due))
