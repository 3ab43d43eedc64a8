"""Asked again at the moment of leaving: whether the asker is still to be told of it, and whether what is told may still be undone."""

from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from broadcasts import seconds
from broadcasts.tables import Notice, NoticeState, Update
from tickets.appointments.tables import Appointment
from tickets.outages import news
from tickets.tables import Entry, Errand

LOOK_AGAIN = timedelta(minutes=1)


def still_wanted(session: Session, ours: Sequence[Errand]) -> Sequence[Errand]:
    """Without those whose question is no more about that notice, or was answered by a colleague since: no message tells them."""
    update = session.get(Update, ours[0].update_id) if ours[0].update_id else None
    if update is None:
        return ours
    answered = _answered(session, [one.ticket_id for one in ours])
    left = [one for one in ours if one.ticket.notice_id == update.notice_id and answered.get(one.ticket_id, 0) < one.entry_id]
    for one in set(ours).difference(left):
        session.delete(one)
    session.flush()
    return left


def wait(session: Session, one: Errand) -> timedelta:
    """How long it stays: what the notice says now may still be taken back, somebody is just saying it, or its telling brings its own."""
    if one.update_id is None:
        return timedelta()
    about = sa.select(Update.notice_id).where(Update.id == one.update_id).scalar_subquery()
    notice = session.scalar(sa.select(Notice).where(Notice.id == about).with_for_update(read=True, skip_locked=True))
    if notice is None:
        return seconds.LEEWAY
    newest = news.latest(session, notice.id)
    overtaken = notice.state is NoticeState.superseded or newest is None or newest.id != one.update_id
    return seconds.until_it_stands(session, notice) or (LOOK_AGAIN if overtaken else timedelta())


def _answered(session: Session, tickets: Sequence[int]) -> dict[int, int]:
    """The last word of a colleague in each of these threads. What is told of a visit answers nothing."""
    of_visit = sa.exists().where(sa.or_(Appointment.told_id == Entry.id, Appointment.reminder_id == Entry.id))
    said = (Entry.ticket_id.in_(tickets), Entry.author_id.is_not(None), Entry.update_id.is_(None), ~of_visit)
    rows = session.execute(sa.select(Entry.ticket_id, sa.func.max(Entry.id)).where(*said).group_by(Entry.ticket_id))
    return {row[0]: row[1] for row in rows}
