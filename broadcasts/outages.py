"""Which outages touch a home."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from broadcasts.notices import SHOWN
from broadcasts.present import SILENT
from broadcasts.subscribers import audiences
from broadcasts.tables import Notice, NoticeKind, NoticeState, Place, public
from grids.tables import Estate


def affecting(
    session: Session, estate_id: int, building: str | None = None, *, at: datetime | None = None, ahead: timedelta = timedelta(),
) -> list[Notice]:  # fmt: skip
    """The outages that touch this estate, or may touch this building of it, at a time (now), or begin so much later."""
    at = at or clock.now()
    here = sa.exists().where(Place.notice_id == Notice.id, Place.estate_id == estate_id)
    outages = [kind for kind in NoticeKind if kind.is_outage]
    begun = sa.and_(Notice.kind.in_(outages), Notice.starts_at <= at + ahead, Notice.published_at.is_not(None), public())
    going = sa.and_(Notice.state == NoticeState.published, sa.or_(Notice.ends_at.is_(None), Notice.ends_at > at - SILENT))
    ended_later = sa.and_(Notice.state == NoticeState.restored, Notice.ends_at > at)
    found = session.scalars(
        sa.select(Notice).where(here, begun, sa.or_(going, ended_later)).order_by(Notice.starts_at.desc()).options(*SHOWN)
    )
    if not building:
        return list(found)
    names, estate = audiences.names(session, estate_id), session.get_one(Estate, estate_id).name
    asked = {one: [place for place in one.places if place.estate_id == estate_id] for one in found}
    return [one for one, places in asked.items() if audiences.touches(places, building, names, estate) is not False]


def restored_lately(session: Session, estate_id: int, *, since: datetime) -> bool:
    """Whether an outage of this estate ended by the power coming back."""
    here = sa.exists().where(Place.notice_id == Notice.id, Place.estate_id == estate_id)
    ended = sa.select(Notice.id).where(here, Notice.state == NoticeState.restored, Notice.ends_at > since)
    return session.scalar(ended.limit(1)) is not None
