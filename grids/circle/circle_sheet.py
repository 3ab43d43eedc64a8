"""A home's payment circle as it stands on paper and in a group's words: true for weeks, so with the hours and without "open now"."""

from datetime import datetime, time, timedelta

import msgspec
from sqlalchemy.orm import Session

from app.core import clock
from app.core.words import day, say
from grids.circle import circle, sketch, starting, walked
from grids.circle.circle import Answer, Way
from grids.circle.sketch import Sketch
from grids.grids import Contact
from grids.hours import spoken_hours
from grids.points import pay_ways, sightings, trade
from grids.points.tables import PayWay, Walk
from grids.reaching import gates, homes
from grids.reaching.tables import Home
from grids.tables import Estate, Grid

MOST, OFFICIAL = 6, 3
HOUR = time(10)
"""When most go to pay: what is open then comes first."""


class Sheet(msgspec.Struct, frozen=True):
    grid: Grid
    estate: Estate
    home: Home | None
    """From where it is reckoned; none where no paths are known."""
    ways: list[Way]
    official: list[PayWay]
    """For those who need not walk."""
    aged: int | None
    """Of which year the oldest hours are, where nobody has looked for more than a year."""

    @property
    def path(self) -> str:
        return f"/g/{self.grid.code}/pay?estate={self.estate.id}"

    @property
    def poster(self) -> str:
        return f"/g/{self.grid.code}/pay/poster.pdf?estate={self.estate.id}"


def of_estate(session: Session, grid: Grid, estate: Estate) -> Sheet:
    """Round the home in the estate's middle, at the ordinary pace, on the next weekday's morning; the nearest first, those whose hours
    nobody knows after them."""
    doors = homes.of_estate(session, estate.id)
    home = homes.middle(doors)
    known = home if home is not None and home.network else None
    official = [one for one in pay_ways.standing(session) if one.official and one.walk is Walk.home]
    ways = starting.widened(session, doors, _ways(session, estate, known, _weekday()))
    ways.sort(key=lambda way: (not way.point.opening_hours, way.walk.seconds))
    return Sheet(grid, estate, known, ways, official[:OFFICIAL], sightings.aged(session, [way.point for way in ways]))


def drawn(session: Session, sheet: Sheet) -> Sketch:
    lat, lon = _middle(sheet.estate, sheet.home)
    return sketch.draw(
        session, lat, lon, sheet.ways, pace=circle.PACE, boundary=sheet.grid.boundary, name=sheet.estate.name,
        outline=walked.outline(session, sheet.home, slower=False) if sheet.home else [],
        gates=gates.of_estates(session, [sheet.estate.id]),
    )  # fmt: skip


def text(sheet: Sheet, contact: Contact | None, *, base_url: str) -> str:
    """For a group: whole without its link."""
    told = [
        say("[Where to pay on foot] %(place)s", place=sheet.estate.name),
        *(f"{number}. {line(way)}" for number, way in enumerate(sheet.ways, 1)),
        "" if sheet.ways else say("We know of no place to pay near here yet. Please ask the manager."),
        unwalked(sheet),
        of_year(sheet) + say("Ask if in doubt.") if sheet.aged else "",
        say("As known on %(day)s. Minutes at 80 metres a minute.", day=day(clock.now())),
        say("Your district manager %(name)s, %(phone)s", name=contact.name, phone=contact.phone) if contact else "",
        say("Nobody collects money or asks for codes here."),
        f"{base_url}{sheet.path}",
    ]
    return "\n".join(words for words in told if words)


def line(way: Way) -> str:
    """A place with the walk, the hours and where it is."""
    return say(", ").join(part for part in (way.point.name, walk(way), opening(way), way.point.address) if part)


def walk(way: Way) -> str:
    minutes = max(round(way.walk_minutes), 1)
    if way.answer is Answer.yes:
        return say("%(n)s minutes on foot", n=minutes)
    return say("about %(n)s minutes on foot", n=minutes)


def opening(way: Way) -> str:
    return spoken_hours.spoken(way.point.opening_hours) if way.point.opening_hours else say("Hours not known")


def takes(way: Way) -> str:
    return say(", ").join(str(trade.method_label(method)) for method in way.point.methods)


def of_year(sheet: Sheet) -> str:
    return say("The hours are those of %(year)s. ", year=sheet.aged) if sheet.aged else ""


def doubts(sheet: Sheet) -> str:
    """On paper, where the methods stand too."""
    usual = say("Ways to pay are those usual there: ask if in doubt.") if any(way.point.methods for way in sheet.ways) else ""
    return f"{of_year(sheet)}{usual}"


def unwalked(sheet: Sheet) -> str:
    names = say(", ").join(one.name for one in sheet.official)
    return say("No need to walk: %(names)s.", names=names) if names else ""


def _ways(session: Session, estate: Estate, home: Home | None, at: datetime) -> list[Way]:
    if home is not None:
        return circle.from_home(session, home, at=at, most=MOST)
    return circle.choices(circle.anywhere(session, *_middle(estate, home), at=at), MOST)


def _middle(estate: Estate, home: Home | None) -> tuple[float, float]:
    return (home.lat, home.lon) if home else (estate.lat or 0.0, estate.lon or 0.0)


def _weekday() -> datetime:
    days = (clock.today() + timedelta(days=n) for n in range(1, 8))
    return clock.as_utc(datetime.combine(next(one for one in days if one.weekday() < 5), HOUR))
