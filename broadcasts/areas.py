"""The area of a notice put right: who is touched no more and who is touched now both hear of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, attributes, joinedload

from broadcasts import telling, updates
from broadcasts.area_tables import LeftOut, TakenIn
from broadcasts.subscribers import audiences
from broadcasts.tables import Notice, Place, Update, UpdateState
from grids.tables import Building

Area = set[tuple[int, int | None, bool]]


def moved(
    session: Session, notice: Notice, estates: Sequence[int] | None, buildings: Sequence[int] | None, partly: Sequence[int] | None
) -> list[Place]:
    """The places as they shall be; none where nobody named any or they are those of before. The notice is held."""
    if estates is None and buildings is None and partly is None:
        return []
    now = sa.select(Place).where(Place.notice_id == notice.id).options(joinedload(Place.estate), joinedload(Place.building))
    # A colleague may have put them right while we waited for the notice.
    attributes.set_committed_value(notice, "places", session.scalars(now.order_by(Place.id)).all())
    places = audiences.named(session, notice.grid, notice.kind, estates=estates or (), buildings=buildings or (), partly=partly or ())
    return [] if audiences.area(places) == audiences.area(notice.places) else places


def tell(
    session: Session, notice: Notice, said: updates.Said, moved: list[Place], *, by: int, next_update_at: datetime | None,
    after: timedelta, last: Update | None,
) -> Update:  # fmt: skip
    """While it is announced the notice has the places of before and of now: both hear of it."""
    only_area = last is not None and updates.is_area_alone(said, notice, last)
    before, was = {audiences.key(place): place for place in notice.places}, audiences.area(notice.places)
    now = [_standing(before, place) for place in moved]
    told = "\n".join(part for part in (audiences.corrected(notice.places, now), said.words) if part)
    if audiences.titles_itself(notice):
        notice.title = audiences.title(notice.kind, now)
    updates.put_right(notice, said)
    notice.places.extend(place for place in now if place not in before.values())
    update = telling.tell(session, notice, UpdateState.corrected, told, by=by, next_update_at=next_update_at, after=after)
    update.only_area = only_area
    _take_in(session, update, was, now)
    gone = [place for place in before.values() if place not in now]
    _leave_out(session, update, gone)
    for place in gone:
        session.delete(place)
    session.flush()
    attributes.set_committed_value(notice, "places", now)
    return update


def follow(session: Session, told: Update, replaced: Notice) -> None:
    """What the notice that is told first leaves out of the area of the one whose place it takes."""
    kept, now = (session.scalars(sa.select(Place).where(Place.notice_id == key)).all() for key in (replaced.id, told.notice_id))
    keys = {(place.estate_id, place.building_id) for place in now}
    _leave_out(session, told, [place for place in kept if (place.estate_id, place.building_id) not in keys])


def _leave_out(session: Session, update: Update, places: Sequence[Place]) -> None:
    session.add_all(LeftOut(update_id=update.id, estate_id=one.estate_id, building_id=one.building_id) for one in places)
    session.flush()


def _take_in(session: Session, update: Update, was: Area, now: Sequence[Place]) -> None:
    """What the area did not say to be affected, and says now. A building of an estate that was meant as a whole was."""
    for place in now:
        estate, building = audiences.key(place)
        if (estate, building, place.partly) in was or (building and (estate, None, False) in was):
            continue
        others = () if building or place.partly else _others(session, estate, {one for at, one, _partly in was if at == estate and one})
        session.add_all(TakenIn(update_id=update.id, estate_id=estate, building_id=one) for one in others or (building,))
    session.flush()


def _others(session: Session, estate_id: int, known: set[int]) -> Sequence[int]:
    """The buildings of an estate that was meant in part."""
    if not known:
        return ()
    return session.scalars(sa.select(Building.id).where(Building.estate_id == estate_id, Building.id.not_in(known))).all()


def _standing(before: Mapping[tuple[int, int | None], Place], place: Place) -> Place:
    """The row that stands for it already, if there is one, with what is said of it now."""
    found = before.get(audiences.key(place), place)
    found.partly = place.partly
    return found
