"""A place to pay and the walk to it: how long, between what it lies, and whether that is within ten minutes."""

from datetime import datetime
from enum import StrEnum

import msgspec

from grids.circle.detour import DETOUR, LEAST_DETOUR, MOST_DETOUR, ROUND_A_WALL
from grids.circle.paces import PACE
from grids.hours.hours import Hours
from grids.points import points
from grids.reaching.tables import How
from grids.tables import PaymentPoint

TEN_MINUTES = 600


class Answer(StrEnum):
    """Within ten minutes? `about` where what is known cannot tell."""

    yes = "yes"
    about = "about"
    no = "no"


class Walk(msgspec.Struct, frozen=True):
    """Seconds at 80 metres a minute, between what they lie, and how that is known."""

    seconds: float
    least: float
    most: float
    method: How

    def answer(self, pace: float) -> Answer:
        """A slower walker has a smaller threshold."""
        far = TEN_MINUTES * pace / PACE
        if self.most <= far:
            return Answer.yes
        return Answer.no if self.least > far else Answer.about


class Way(msgspec.Struct, frozen=True):
    """A place to pay and the walk to it from where one starts (latitude and longitude), at a pace and a moment."""

    point: PaymentPoint
    start: tuple[float, float]
    walk: Walk
    hours: Hours
    pace: float = PACE

    @property
    def distance_m(self) -> float:
        return points.metres(*self.start, self.point.lat, self.point.lon)

    @property
    def walk_minutes(self) -> float:
        return self.walk.seconds / 60 * PACE / self.pace

    @property
    def answer(self) -> Answer:
        return self.walk.answer(self.pace)

    @property
    def method(self) -> How:
        return self.walk.method

    @property
    def open(self) -> bool | None:
        return self.hours.open

    @property
    def until(self) -> datetime | None:
        return self.hours.until

    def at_pace(self, pace: float) -> "Way":
        return msgspec.structs.replace(self, pace=pace)


def on_the_line(metres: float) -> Walk:
    """Where nothing but the straight line is known."""
    second = 60 / PACE
    return Walk(metres * DETOUR * second, metres * LEAST_DETOUR * second, (metres * MOST_DETOUR + ROUND_A_WALL) * second, How.line)
