"""When a notice moves, those who asked about it hear.

Our rows are the truth, a job is only a hint: whoever is behind the notice's newest update is found by a sweep as well. A thread
that comes late, or was passed over by two updates, hears the newest truth alone.
"""

from datetime import timedelta

import msgspec
import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from app.core import clock, jobs
from app.core.jobs import Work
from broadcasts import seconds
from broadcasts.notices import SHOWN
from broadcasts.tables import Notice, NoticeState, Update, public
from tickets.outages import attaching, beforehand, left_out, news, telling
from tickets.outages.tables import Homecoming
from tickets.tables import Ticket, TicketState

BATCH = 200
LOOK_BACK = timedelta(days=3)
log = structlog.get_logger("updates")


def hear(session: Session, update: Update) -> None:
    """An update was told: ask, in its own transaction, that those who asked be told as well."""
    notice = session.get_one(Notice, update.notice_id)
    if not notice.exercise:
        jobs.later(session, tell_askers, queue="urgent", after=seconds.until_it_stands(session, notice), notice_id=notice.id)


def tell_askers(work: Work, *, notice_id: int) -> None:
    """Tell the newest truth to all who are behind, some at a time. Safe to run twice, also at once.

    Each time anew it is asked whether that truth stands: somebody may have said something since that can still be taken back.
    Then all who are behind wait for what comes of it.
    """
    told = 0
    while not work.stopping.is_set():
        with work.database.writing() as session:
            notice = _held(session, notice_id)
            if wait := seconds.until_it_stands(session, notice):
                jobs.later(session, tell_askers, queue="urgent", after=wait, notice_id=notice_id)
                break
            some = _tell_some(session, notice, first=not told)
        told += some
        if not some:
            break
    if told:
        log.info("told those who asked", notice=notice_id, threads=told)


def sweep(work: Work) -> None:
    """Ask again for notices with somebody behind, and for those whose place was taken by another, whatever became of their jobs."""
    recent = (news.is_news(), Update.at > clock.now() - LOOK_BACK)
    newest = sa.select(Update.notice_id, sa.func.max(Update.id).label("id")).where(*recent).group_by(Update.notice_id).subquery()
    late = sa.or_(Ticket.told_update_id.is_(None), Ticket.told_update_id < newest.c.id)
    behind = sa.select(Ticket.notice_id).join(newest, newest.c.notice_id == Ticket.notice_id).where(late)
    taken = sa.select(Notice.id).join(Ticket, Ticket.notice_id == Notice.replaces_id).where(public(), Notice.published_at.is_not(None))
    with work.database.writing() as session:
        for notice_id in session.scalars(sa.union(behind, taken)):
            jobs.later(session, tell_askers, notice_id=notice_id)


def behind(session: Session, notice_id: int) -> int:
    """How many attached threads have not heard the newest truth."""
    update = news.latest(session, notice_id)
    return session.scalar(sa.select(sa.func.count()).select_from(_behind(notice_id, update).subquery())) or 0 if update else 0


class Standing(msgspec.Struct, frozen=True):
    """How many asked about a notice, how many of them heard its newest update, said that it is back or still dark, wait for a person."""

    asked: int
    told: int
    back: int
    dark: int
    waiting: int


def standing(session: Session, notice_id: int) -> Standing:
    about = (Ticket.notice_id == notice_id,)
    n = sa.func.count()
    asked, waiting = session.execute(sa.select(n, n.filter(Ticket.state == TicketState.open)).select_from(Ticket).where(*about)).one()
    homes = sa.select(n.filter(Homecoming.back), n.filter(~Homecoming.back)).join(Ticket, Ticket.id == Homecoming.ticket_id).where(*about)
    back, dark = session.execute(homes).one()
    return Standing(asked, asked - behind(session, notice_id), back, dark, waiting)


def _tell_some(session: Session, notice: Notice, *, first: bool) -> int:
    if first:
        attaching.late(session, notice)
        beforehand.follow(session, notice)
    update = news.latest(session, notice.id)
    if update is None or notice.state is NoticeState.superseded:
        return 0
    ids = session.scalars(_behind(notice.id, update).order_by(Ticket.id).limit(BATCH).with_for_update()).all()
    left = left_out.let_go(session, notice, update, ids)
    return len(left) + telling.tell(session, notice, update, [one for one in ids if one not in left])


def _behind(notice_id: int, update: Update) -> sa.Select[int]:
    return sa.select(Ticket.id).where(Ticket.notice_id == notice_id, news.is_behind(update))


def _held(session: Session, notice_id: int) -> Notice:
    """Nobody says anything more of it, nor takes it back, until this batch is kept. Questions may be attached to it meanwhile."""
    session.execute(sa.select(Notice.id).where(Notice.id == notice_id).with_for_update(key_share=True))
    return session.scalars(sa.select(Notice).where(Notice.id == notice_id).options(*SHOWN).execution_options(populate_existing=True)).one()
