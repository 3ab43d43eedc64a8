"""Whom a notice is for: estates and buildings of one grid, named as people name them."""

import re
from collections.abc import Collection, Iterable, Sequence
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from app.core.errors import Mistaken
from app.core.words import phrase as _
from app.core.words import say
from broadcasts.kinds import KINDS
from broadcasts.tables import Notice, NoticeKind, Place
from grids import dwellings
from grids.tables import Building, Estate, Grid

NUMBERED = re.compile(r"(\d{1,5})(\D*)")


def choose(session: Session, grid: Grid, *, estates: Sequence[int], buildings: Sequence[int], partly: Sequence[int] = ()) -> list[Place]:
    """The places named. Buildings named narrow their estate; of those in `partly` only some are meant, and nobody knows which yet.

    Raises Mistaken for what is not the grid's.
    """
    estates = [*estates, *partly]
    own = {one.id: one for one in _estates(session, grid)}
    homes = {building.id: building for one in own.values() for building in one.buildings}
    if set(estates) - own.keys():
        raise _mistaken(_("One of these estates is not in this grid."))
    if set(buildings) - homes.keys():
        raise _mistaken(_("One of these buildings is not in this grid."))
    chosen = [homes[key] for key in homes if key in set(buildings)]
    narrowed = {building.estate_id for building in chosen}
    whole = [one for one in own.values() if one.id in set(estates) - narrowed]
    named = [Place(estate=one, building=None, partly=one.id in partly) for one in whole]
    return named + [Place(estate=own[b.estate_id], building=b, partly=False) for b in chosen]


def named(
    session: Session, grid: Grid, kind: NoticeKind, *, estates: Sequence[int], buildings: Sequence[int], partly: Sequence[int] = ()
) -> list[Place]:
    """Those chosen. News without places is for the whole grid; an outage must say where."""
    places = choose(session, grid, estates=estates, buildings=buildings, partly=partly)
    if not places and not kind.is_outage:
        places = everybody(session, grid)
    if not places:
        raise _mistaken(_("Please choose where: at least one estate or building."))
    return places


def everybody(session: Session, grid: Grid) -> list[Place]:
    return [Place(estate=one, building=None, partly=False) for one in _estates(session, grid)]


def key(place: Place) -> tuple[int, int | None]:
    """Two places with the same key are the same, whether kept yet or not."""
    return place.estate.id, place.building.id if place.building else None


def area(places: Iterable[Place]) -> set[tuple[int, int | None, bool]]:
    """All that is said of where: two areas that are equal say the same."""
    return {(*key(one), one.partly) for one in places}


def corrected(before: Sequence[Place], now: Sequence[Place]) -> str:
    """What the timeline says of a changed area. An estate that was only narrowed or widened is not called left out."""
    kept, estates, whole = set(map(key, now)), {place.estate.id for place in now}, {one.estate.id for one in now if not one.building}
    left = [one for one in before if one.estate.id not in estates or (one.building and key(one) not in kept and one.estate.id not in whole)]
    told = say("The area is now: %(places)s.", places=say(", ").join(lines(now)))
    return told + (say("No longer: %(places)s.", places=say(", ").join(lines(left))) if left else "")


def households(places: Iterable[Place]) -> int:
    return sum(place.building.households if place.building else place.estate.households for place in places)


def lines(places: Iterable[Place]) -> list[str]:
    """One line an estate, where most people live first: 莲花园 1–3号楼; 荷塘苑（部分）."""
    return [_line(estate, group) for estate, group in _by_estate(places)]


def short(places: Iterable[Place], most: int = 2) -> str:
    """For a headline: 莲花园 1–3号楼, 莲花园、荷塘苑 or 莲花园等 5 处; 莲花园、荷塘苑部分楼栋 where no estate is meant as a whole."""
    found = list(places)
    each = _by_estate(found)
    if len(each) == 1:
        return lines(found)[0]
    parts = [any(place.building or place.partly for place in group) for _estate, group in each]
    few, every = len(each) <= most, all(parts)
    named = [
        say("%(estate)s (in part)", estate=estate) if part and few and not every else estate
        for (estate, _), part in zip(each, parts, strict=True)
    ]
    told = say(", ").join(named) if few else say("%(first)s and others, %(n)s places in all", first=named[0], n=len(named))
    return say("%(places)s, some buildings", places=told) if every or (not few and any(parts)) else told


def _by_estate(places: Iterable[Place]) -> list[tuple[str, list[Place]]]:
    """Those first in which most of the notice's households live: 954 shall not look for themselves behind "and others"."""
    ordered = sorted(places, key=lambda place: (place.estate.name, place.estate.id))
    each = [(name, list(group)) for name, group in groupby(ordered, key=lambda place: place.estate.name)]
    return sorted(each, key=lambda one: (-households(one[1]), -len(one[1])))


def _line(estate: str, group: list[Place]) -> str:
    if buildings := [place.building.name for place in group if place.building]:
        return f"{estate} {say(', ').join(runs(buildings))}"
    return say("%(estate)s (in part)", estate=estate) if any(isinstance(place, Place) and place.partly for place in group) else estate


def runs(names: list[str]) -> list[str]:
    """1号楼, 2号楼, 3号楼 become 1–3号楼. What carries no number stays as it is."""
    numbered = [(found[2], int(found[1])) for name in names if (found := NUMBERED.fullmatch(name))]
    told = [name for name in names if not NUMBERED.fullmatch(name)]
    # In a run the difference between a number and its rank does not change.
    ranked = sorted(set(numbered))
    for (suffix, _gap), group in groupby(enumerate(ranked), key=lambda pair: (pair[1][0], pair[1][1] - pair[0])):
        numbers = [number for _rank, (_suffix, number) in group]
        told.append(f"{numbers[0]}–{numbers[-1]}{suffix}" if len(numbers) > 1 else f"{numbers[0]}{suffix}")
    return told


def touches(places: Sequence[Place], building: str, own: Collection[str], estate: str) -> bool | None:
    """Whether this building is meant, as a household wrote it, of an estate with `own` buildings. None: it may be, or another one is."""
    if any(place.building is None for place in places):
        return True
    named = {place.building.name for place in places if place.building}
    one = dwellings.meant(building, named.union(own), estate)
    if one is not None:
        return one in named
    return None if any(dwellings.may_be(building, name) for name in named) else False


def _estates(session: Session, grid: Grid) -> Sequence[Estate]:
    return session.scalars(
        sa.select(Estate).where(Estate.grid_id == grid.id).order_by(Estate.name).options(selectinload(Estate.buildings))
    ).all()


def of_grid(session: Session, grid: Grid) -> Sequence[Estate]:
    """The estates of a grid with their buildings, to choose from."""
    return _estates(session, grid)


def names(session: Session, estate_id: int) -> Sequence[str]:
    """How an estate's buildings are called."""
    return session.scalars(sa.select(Building.name).where(Building.estate_id == estate_id)).all()


def chosen(session: Session, grid: Grid, said: str) -> tuple[Estate | None, Building | None]:
    """One place of the grid as a form names it: nothing for all of it, e7 an estate, b12 a building."""
    estates = _estates(session, grid)
    homes = {f"b{building.id}": (one, building) for one in estates for building in one.buildings}
    whole: dict[str, tuple[Estate, Building | None]] = {f"e{one.id}": (one, None) for one in estates}
    if not said:
        return None, None
    found = whole.get(said) or homes.get(said)
    if found is None:
        raise Mistaken(_("Please look again at the marked fields."), {"place": _("One of these estates is not in this grid.")})
    return found


def _mistaken(why: object) -> Mistaken:
    return Mistaken(_("Please look again at the marked fields."), {"estates": why})  # type: ignore[dict-item]


def titles_itself(notice: Notice) -> bool:
    """Whether nobody wrote a title for it: it then follows place and kind."""
    return notice.title == title(notice.kind, notice.places)


def title(kind: NoticeKind, places: Sequence[Place]) -> str:
    return say("%(places)s: %(kind)s", places=short(places), kind=say(KINDS[kind].name))
