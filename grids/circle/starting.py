"""From where somebody's walks begin: a building, an estate while nobody has said which building, or a spot on the map."""

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.words import Phrase
from app.core.words import phrase as _
from grids.circle.walked import BEYOND
from grids.circle.ways import Way
from grids.reaching import homes
from grids.reaching.tables import GateReach, Home, Reach
from grids.tables import Estate


class Start(msgspec.Struct, frozen=True):
    """`home` is the door of the table of reach from which it is reckoned; `said` whether it is the one that was asked for."""

    lat: float
    lon: float
    name: Phrase | str
    home: Home | None = None
    estate: Estate | None = None
    homes: list[Home] = []
    said: bool = True

    @property
    def middle(self) -> str:
        """The building that stands for all of the estate, while nobody has said which one it is."""
        return self.home.building.name if not self.said and self.home and self.home.building else ""

    @property
    def buildings(self) -> list[tuple[int, str, bool]]:
        """Those of the estate to choose from: key, name, whether it is the one that was said."""
        some = [(one.building_id, one.building.name, one is self.home and self.said) for one in self.homes if one.building]
        return [(key, name, on) for key, name, on in some if key is not None] if len(some) > 1 else []

    def for_everybody(self, session: Session, ways: list[Way]) -> list[Way]:
        """The answers as they hold for whoever may be asking."""
        return ways if self.said else widened(session, self.homes, ways)


def spot(session: Session, lat: float, lon: float) -> Start:
    return Start(lat, lon, _("Your position"), homes.near(session, lat, lon))


def of_estate(session: Session, estate: Estate, building_id: int | None = None) -> Start | None:
    """The building that was asked for, else the middle of the estate. None where neither has a place on the map."""
    doors = homes.of_estate(session, estate.id)
    chosen = next((one for one in doors if one.building_id == building_id), None)
    home = chosen or homes.middle(doors)
    if home is None or not home.network:
        return Start(estate.lat, estate.lon, estate.name, estate=estate) if estate.lat is not None and estate.lon is not None else None
    said = chosen is not None or len(doors) == 1
    name = f"{estate.name} {home.building.name}" if said and home.building else estate.name
    return Start(home.lat, home.lon, name, home, estate, doors, said)


def widened(session: Session, doors: Sequence[Home], ways: list[Way]) -> list[Way]:
    """The walks of the middle home, between bounds that hold for every home: "yes" is only what all reach, "no" what none does."""
    ids, places = [one.id for one in doors], [way.point.id for way in ways]
    spans = {point: (least, most, homes) for point, least, most, homes in session.execute(_spans(Reach, ids, places))}
    gated = any(one.gated for one in doors)
    through = {point: least for point, least, _most, _homes in session.execute(_spans(GateReach, ids, places))} if gated else {}

    def wider(way: Way) -> Way:
        if way.point.id not in spans:
            return way
        least, most, reaching = spans[way.point.id]
        least = min(least, through.get(way.point.id, least), way.walk.least)
        most = max(most, way.walk.most, BEYOND if reaching < len(ids) else 0)
        return msgspec.structs.replace(way, walk=msgspec.structs.replace(way.walk, least=least, most=most))

    return [wider(way) for way in ways]


def _spans(table: type[Reach] | type[GateReach], ids: Sequence[int], places: Sequence[int]) -> "sa.Select[*tuple[Any, ...]]":
    """For each place the shortest and the longest that a walk may be, and from how many homes there is one."""
    columns = (table.point_id, sa.func.min(table.least), sa.func.max(table.most), sa.func.count(table.home_id.distinct()))
    return sa.select(*columns).where(table.home_id.in_(ids), table.point_id.in_(places)).group_by(table.point_id)
