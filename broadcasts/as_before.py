"""A notice as it stood before its newest update: remembered when that is told, and put back where it is taken back."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, attributes, joinedload

from app.core import clock
from broadcasts.as_before_tables import AsBefore
from broadcasts.deliveries import deliveries
from broadcasts.promises import promises, reminders
from broadcasts.sending import postings
from broadcasts.tables import Notice, Place, Update, UpdateState

SAID = ("state", "title", "cause", "line", "starts_at", "ends_at", "next_update_at")
SHOWN = (joinedload(Place.estate), joinedload(Place.building))


def now(session: Session, notice: Notice) -> AsBefore:
    """Looked at before anything of it changes, and kept (`keep`) when that is sure to be told."""
    said = {name: getattr(notice, name) for name in (*SAID, "version")}
    places = [[*key, one.partly] for key, one in _places(session, notice).items()]
    return AsBefore(notice_id=notice.id, **said, places=places, promises=promises.standing(session, notice), undone_at=None)


def keep(session: Session, notice: Notice, before: AsBefore, *, undo_until: datetime | None) -> None:
    session.merge(before)
    notice.undo_until = undo_until


def of(session: Session, notice: Notice) -> AsBefore | None:
    return session.get(AsBefore, notice.id, populate_existing=True)


def put_back(session: Session, notice: Notice, before: AsBefore) -> bool:
    """As if its newest update had never been told. Whether that is possible: no message has left, nobody brought it to a group or a door.

    Its version counts on: whoever fetched the page meanwhile sees that it changed.
    """
    told = sa.select(Update).where(Update.notice_id == notice.id, Update.state != UpdateState.reminder).order_by(Update.id.desc())
    last, earlier = session.scalars(told.limit(2)).all()
    if not take_back(session, last):
        return False
    for name in SAID:
        setattr(notice, name, getattr(before, name))
    notice.version, notice.undo_until, before.undone_at = notice.version + 1, None, clock.now()
    _put_places_back(session, notice, before)
    promises.stand_again(session, notice, before.promises)
    reminders.follow(session, notice, close=timedelta())
    deliveries.resume(session, earlier)
    session.expire(notice, ["updates"])
    return True


def take_back(session: Session, update: Update) -> bool:
    """Forget an update of which no message has left, which nobody brought to a group or a door, and by which nobody was answered.

    Whether that was possible. Who above knows of it keeps it by a row of theirs.
    """
    if postings.of_update(session, update) or not deliveries.take_back(session, update):
        return False
    try:
        with session.begin_nested():
            session.delete(update)
    except sa.exc.IntegrityError:
        return False
    return True


def _places(session: Session, notice: Notice) -> dict[tuple[int, int | None], Place]:
    found = session.scalars(sa.select(Place).where(Place.notice_id == notice.id).order_by(Place.id).options(*SHOWN))
    return {(one.estate_id, one.building_id): one for one in found}


def _put_places_back(session: Session, notice: Notice, before: AsBefore) -> None:
    found, then = _places(session, notice), {(estate, building): partly for estate, building, partly in before.places}
    for key, place in found.items():
        if key not in then:
            session.delete(place)
    for (estate, building), partly in then.items():
        if known := found.get((estate, building)):
            known.partly = partly
        else:
            session.add(Place(notice_id=notice.id, estate_id=estate, building_id=building, partly=partly))
    session.flush()
    attributes.set_committed_value(notice, "places", list(_places(session, notice).values()))
