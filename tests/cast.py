"""The people and places of our tests. Each has a name, so that a test reads as a sentence."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from grids import grids
from grids.staff import organisations, staff
from grids.staff.staff import Me
from grids.tables import Building, Estate, Grid, Organisation, Part, Person, Role
from tickets.specialists import specialists

PASSWORD = "wangjing-2026"


def square(west: float, south: float, size: float = 0.01) -> dict[str, object]:
    east, north = west + size, south + size
    return {"type": "Polygon", "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]]}


@dataclass
class Cast:
    """望京供电所 with two grids; 莲花网格 is 王芳's, 南湖网格 is 陈刚's."""

    session: Session
    station: Organisation
    lotus: Grid
    lake: Grid
    garden: Estate  # 莲花园, three buildings, 900 households
    court: Estate  # 荷塘苑, 300 households
    shore: Estate  # 南湖东园 in the other grid
    wangfang: Person  # manager of 莲花网格
    zhaomin: Person  # her deputy
    chengang: Person  # manager of 南湖网格
    liujie: Person  # supervisor
    sunli: Person  # clerk of the hall
    admin: Person
    wujian: Person  # specialist for meters and prices
    hemei: Person  # another, for prices alone

    def me(self, person: Person) -> Me:
        return staff.as_me(self.session, person)


def play(session: Session) -> Cast:
    station = organisations.add(session, "望京供电所")
    elsewhere = organisations.add(session, "大兴供电所")

    def person(name: str, phone: str, role: Role, where: Organisation = station) -> Person:
        return staff.add(session, name=name, phone=phone, role=role, organisation=where, password=PASSWORD, by=None)

    lotus = grids.add(session, code="104226", name="莲花网格", organisation=station, boundary=square(116.46, 39.99))
    lake = grids.add(session, code="104227", name="南湖网格", organisation=station, boundary=square(116.47, 39.99))
    garden = estate(session, lotus, "莲花园", 900, 39.995, 116.465, ("1号楼", "2号楼", "3号楼"))
    court = estate(session, lotus, "荷塘苑", 300, 39.992, 116.462, ("1号楼",))
    shore = estate(session, lake, "南湖东园", 1200, 39.995, 116.475, ("112号楼", "122号楼"))
    people = [
        person("王芳", "10000000001", Role.manager),
        person("赵敏", "10000000002", Role.manager),
        person("陈刚", "10000000003", Role.manager),
        person("刘洁", "10000000004", Role.supervisor),
        person("孙丽", "10000000005", Role.clerk),
        person("管理员", "10000000006", Role.administrator),
        person("吴建", "10000000008", Role.specialist),
        person("何梅", "10000000009", Role.specialist),
    ]
    person("周远", "10000000007", Role.supervisor, elsewhere)
    for grid, who, part in ((lotus, 0, Part.manager), (lotus, 1, Part.deputy), (lake, 2, Part.manager)):
        staff.put_on_duty(session, grid, people[who], part=part, by=None)
    for number, topics in ((6, ("metering", "tariff")), (7, ("tariff",))):
        specialists.entrust(session, people[number].id, topics, by=staff.as_me(session, people[5]))
    session.flush()
    return Cast(session, station, lotus, lake, garden, court, shore, *people)


def found(session: Session) -> Cast:
    """Those who play already."""

    def named(table: Any, *names: str) -> list[Any]:
        there = {one.name: one for one in session.scalars(sa.select(table).where(table.name.in_(names)))}
        return [there[name] for name in names]

    people = named(Person, "王芳", "赵敏", "陈刚", "刘洁", "孙丽", "管理员", "吴建", "何梅")
    grids, estates = named(Grid, "莲花网格", "南湖网格"), named(Estate, "莲花园", "荷塘苑", "南湖东园")
    return Cast(session, *named(Organisation, "望京供电所"), *grids, *estates, *people)


def estate(session: Session, grid: Grid, name: str, households: int, lat: float, lon: float, buildings: tuple[str, ...]) -> Estate:
    found = Estate(
        grid_id=grid.id, name=name, households=households, building_count=len(buildings), lat=lat, lon=lon,
        source="cast", source_key=name, source_datum="wgs84", imported_at=clock.now(),
    )  # fmt: skip
    session.add(found)
    session.flush()
    share = households // len(buildings)
    session.add_all(Building(estate_id=found.id, name=one, households=share, floors=12, lat=lat, lon=lon) for one in buildings)
    session.flush()
    return found
