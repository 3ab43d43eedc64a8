"""Opening hours worked out for the next weeks: when each of the hours that are written anywhere is open, holidays and all.

Many places keep the same hours, so the spans belong to the hours, not to the place. They are made again when the calendar changes
and before they run out; what is not in them (another year, hours written a minute ago) is worked out from the text itself.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.core.jobs import Work
from grids.calendar import calendar
from grids.calendar.calendar import Calendar
from grids.hours import hours
from grids.hours.hours import UNKNOWN, Hours
from grids.reaching.tables import EstateGate, OpeningSpan, Timetable
from grids.tables import PaymentPoint

LEFT = timedelta(weeks=3)
"""With less than that left, the spans are made anew."""
BEFORE = timedelta(days=1)
MOST = 500
"""So many at once, so that nobody waits long for the lock."""


def sweep(work: Work) -> None:
    """Whatever is missing, has changed or runs out. Done twice it is the same."""
    while not work.stopping.is_set():
        with work.database.reading() as session:
            if settled(session):
                return
        with work.database.writing() as session:
            settle(session, most=MOST)


def note(session: Session, opening_hours: str) -> None:
    """Hours that somebody has just written, worked out at once if nobody keeps such yet."""
    if opening_hours and not session.scalar(sa.select(Timetable.id).where(Timetable.opening_hours == opening_hours)):
        begin = _begin()
        days = calendar.around(session, clock.as_utc(begin))
        _make(session, opening_hours, begin, days)


def settle(session: Session, *, most: int = 100_000) -> int:
    """Work out what is missing or out of date, forget what nobody keeps any more; how many it was."""
    begin = _begin()
    days = calendar.around(session, clock.as_utc(begin))
    stale, gone = _stale(session)
    if gone:
        session.execute(sa.delete(Timetable).where(Timetable.id.in_(gone)))
    for text in stale[:most]:
        _make(session, text, begin, days)
    return len(stale[:most]) + len(gone)


def settled(session: Session) -> bool:
    return _stale(session) == ([], [])


def states(session: Session, texts: Iterable[str], at: datetime) -> Mapping[str, Hours]:
    """Whether each of these hours is open at a moment and when that changes: from the spans, else from the text."""
    wanted = {text for text in texts if text}
    days = calendar.around(session, at)
    found = {text: _state(text, spans, at, days) for text, spans in _spans(session, wanted, at).items()}
    found |= {text: hours.state(text, at, days) for text in wanted - set(found)}
    return found | {"": UNKNOWN}


def open_until(text: str, at: datetime, closes_at: datetime, until_at: datetime, days: Calendar) -> Hours:
    """Of a span. What lasts until the spans end has no end that we know of."""
    return Hours(True, until=closes_at if closes_at < until_at else None, doubt=hours.doubtful(text, [at], days))


def speak_of(at: datetime) -> bool:
    """Whether the moment lies in the weeks that are worked out."""
    return clock.as_utc(_begin()) <= at < clock.now() + LEFT


def _stale(session: Session) -> tuple[list[str], list[int]]:
    """The hours that are to be worked out, and the timetables that nobody keeps."""
    written = _written(session)
    kept = {row.opening_hours: row for row in session.execute(sa.select(Timetable.__table__))}
    stamps = {since: _stamp(calendar.around(session, since)) for since in {row.since_at for row in kept.values()}}
    last = clock.now() + LEFT
    good = {text for text, row in kept.items() if row.until_at > last and row.calendar == stamps[row.since_at]}
    return sorted(written - good), [row.id for text, row in kept.items() if text not in written]


def _begin() -> datetime:
    """Yesterday's midnight, as Shanghai's clocks show it."""
    return datetime.combine(clock.today() - BEFORE, time())


def _written(session: Session) -> set[str]:
    columns = (PaymentPoint.opening_hours, EstateGate.opening_hours)
    return {text for column in columns for text in session.scalars(sa.select(column).distinct()) if text}


def _stamp(days: Calendar) -> str:
    """What the calendar says of the weeks of a timetable."""
    return hashlib.sha256(" ".join(sorted(f"{day}{kind}" for day, kind in days.items())).encode()).hexdigest()[:16]


def _make(session: Session, text: str, begin: datetime, days: Calendar) -> None:
    until = clock.as_utc(begin + timedelta(days=hours.DAYS_AHEAD))
    session.execute(sa.delete(Timetable).where(Timetable.opening_hours == text))
    made = sa.insert(Timetable).values(opening_hours=text, calendar=_stamp(days), since_at=clock.as_utc(begin), until_at=until)
    key = session.scalar(made.returning(Timetable.id))
    rows = [
        {"timetable_id": key, "opens_at": opens, "closes_at": closes, "known": bool(state)}
        for opens, closes, state in _merged(hours.spells(text, begin, days), until)
        if state is not False
    ]
    if rows:
        session.execute(sa.insert(OpeningSpan), rows)


Spell = tuple[datetime, datetime, bool | None]


def _merged(spells: Iterable[hours.Spell], until: datetime) -> Iterator[Spell]:
    """Spells with their ends; two of one state that follow each other are one."""
    start: datetime | None = None
    last: bool | None = False
    for begins, state in spells:
        at = clock.as_utc(begins)
        if start is not None and state is not last:
            yield start, at, last
        if start is None or state is not last:
            start, last = at, state
    if start is not None and start < until:
        yield start, until, last


def _spans(session: Session, texts: Collection[str], at: datetime) -> dict[str, list[Any]]:
    """The spans from the moment on, the first two states' worth, of those timetables that speak of it."""
    if not texts:
        return {}
    later = sa.and_(OpeningSpan.timetable_id == Timetable.id, OpeningSpan.closes_at > at)
    columns = (Timetable.opening_hours, OpeningSpan.opens_at, OpeningSpan.closes_at, OpeningSpan.known, Timetable.until_at)
    wanted = sa.select(*columns).outerjoin(OpeningSpan, later)
    wanted = wanted.where(Timetable.opening_hours.in_(texts), Timetable.since_at <= at, Timetable.until_at > at)
    found: dict[str, list[Any]] = {}
    for row in session.execute(wanted.order_by(OpeningSpan.opens_at)):
        found.setdefault(row.opening_hours, []).append(row)
    return found


def _state(text: str, spans: list[Any], at: datetime, days: Calendar) -> Hours:
    now = next((span for span in spans if span.opens_at is not None and span.opens_at <= at), None)
    if now is not None and not now.known:
        return UNKNOWN
    if now is not None:
        return open_until(text, at, now.closes_at, now.until_at, days)
    opens = next((span.opens_at for span in spans if span.known and span.opens_at is not None), None)
    return Hours(False, opens_at=opens, doubt=hours.doubtful(text, [at, *([opens] if opens else [])], days))
