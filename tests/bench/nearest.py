"""The nearest open place among 100,000, as the page's handler asks: beside a plain geopy scan, and PostGIS where it can be installed.

.venv/bin/python -m tests.bench.nearest [--points 100000] [--homes 200]
"""

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import sqlalchemy as sa
from geopy.distance import geodesic
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app import connecting, release
from app.core import clock, settings
from app.core.database import Database
from app.core.jobs import Work
from grids.circle import walked
from grids.points.trade import default_methods
from grids.reaching import reckoning
from grids.reaching.tables import Home, Reach
from grids.tables import Building, PaymentPoint
from tests import cast, postgres

SOUTH, WEST, SIZE = 39.75, 116.2, 0.4
HOURS = ["", "24/7", "Mo-Fr 09:00-17:00", "Mo-Fr 09:00-17:00; PH off", "Mo-Su 08:00-22:00", "Mo-Su 18:00-02:00", "Sa,Su 10:00-20:00"]
HOURS += [f"Mo-Su {opens:02}:{minute:02}-{closes}:00" for opens in range(6, 11) for minute in (0, 15, 30, 45) for closes in range(17, 23)]
KINDS = ["hall", "kiosk", "bank", "convenience", "supermarket"]
ASKED = 400


def plant(database: Database, points: int, homes: int) -> None:
    chance = random.Random(2026)

    def spot() -> tuple[float, float]:
        return SOUTH + chance.random() * SIZE, WEST + chance.random() * SIZE

    with database.writing() as session:
        town = cast.play(session)
        session.execute(sa.delete(Building))
        session.execute(sa.text("UPDATE estates SET lat = NULL"))
        rows = []
        for number in range(points):
            lat, lon = spot()
            kind = chance.choice(KINDS)
            rows.append({
                "name": f"点{number}", "kind": kind, "lat": lat, "lon": lon, "methods": default_methods(kind),
                "opening_hours": chance.choice(HOURS), "source": "bench", "source_key": str(number), "source_datum": "wgs84",
                "imported_at": clock.now(),
            })  # fmt: skip
        for start in range(0, points, 2_000):
            session.execute(sa.insert(PaymentPoint), rows[start : start + 2_000])
        doors = [
            {"estate_id": town.garden.id, "name": f"{n}", "households": 60, "lat": lat, "lon": lon}
            for n in range(homes)
            for lat, lon in [spot()]
        ]
        session.execute(sa.insert(Building), doors)


class Times(NamedTuple):
    """Milliseconds of each call, sorted: on the clock, and of this process's own work (a server's is not in it)."""

    clock: list[float]
    own: list[float]


def times(act: Callable[[Any], object], subjects: list[Any]) -> Times:
    clocks, own = [], []
    for one in subjects:
        start, worked = time.perf_counter(), time.process_time()
        act(one)
        own.append((time.process_time() - worked) * 1000)
        clocks.append((time.perf_counter() - start) * 1000)
    return Times(sorted(clocks), sorted(own))


def told(name: str, found: Times) -> float:
    middle, late = statistics.median(found.clock), found.clock[int(len(found.clock) * 0.95)]
    print(
        f"{name:52} p50 {middle:9.3f} ms  p95 {late:9.3f}  processor p50 {statistics.median(found.own):9.3f}  n={len(found.own)}",
        flush=True,
    )
    return middle


def scan(session: Session) -> Callable[[Home], object]:
    """Every place measured by geopy, the hours asked of the library: what one would write first."""
    from grids.calendar import calendar
    from grids.hours import hours

    at = clock.now()
    days = calendar.around(session, at)
    every = session.execute(sa.select(PaymentPoint.id, PaymentPoint.lat, PaymentPoint.lon, PaymentPoint.opening_hours)).all()
    session.commit()  # the server ends whoever idles a minute in a transaction

    def nearest(home: Home) -> object:
        ranked = sorted(every, key=lambda one: geodesic((home.lat, home.lon), (one.lat, one.lon)).m)
        return next(one.id for one in ranked if hours.state(one.opening_hours, at, days).open)

    return nearest


def postgis(session: Session) -> Callable[[Home], object] | None:
    """KNN by PostGIS's index, the twenty nearest, of which the first open one is taken by its span."""
    try:
        session.execute(sa.text("CREATE EXTENSION postgis"))
        session.execute(
            sa.text("ALTER TABLE payment_points ADD COLUMN place geography GENERATED ALWAYS AS (ST_Point(lon, lat)::geography) STORED")
        )
        session.execute(sa.text("CREATE INDEX place_knn ON payment_points USING gist (place)"))
        session.execute(sa.text("ANALYZE payment_points"))
    except DBAPIError as error:
        print("PostGIS is not here:", str(error.orig).splitlines()[0])
        session.rollback()
        return None
    asked = sa.text(
        "SELECT p.id FROM (SELECT id, opening_hours, place <-> ST_Point(:lon, :lat)::geography AS far FROM payment_points"
        " ORDER BY place <-> ST_Point(:lon, :lat)::geography LIMIT 20) p JOIN timetables t ON t.opening_hours = p.opening_hours"
        " JOIN opening_spans s ON s.timetable_id = t.id AND s.known AND s.opens_at <= :at AND s.closes_at > :at ORDER BY p.far LIMIT 1"
    )
    return lambda home: session.execute(asked, {"lat": home.lat, "lon": home.lon, "at": clock.now()}).first()


def measure(name: str, url: str | None, points: int, homes: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        chosen = settings.load({"LINDIAN_HOME": folder, **({"LINDIAN_DATABASE_URL": url} if url else {})})
        release.migrate(chosen)
        database = Database(chosen.database_url)
        connecting.connect(database, chosen)
        plant(database, points, homes)
        start = time.perf_counter()
        reckoning.reckon(Work(database=database, settings=chosen))
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")
        with database.session(writes=True) as session:
            rows = session.scalar(sa.select(sa.func.count()).select_from(Reach)) or 0
            print(f"{name}: {points} places, {homes} homes, {rows} walks, reckoned in {time.perf_counter() - start:.1f} s", flush=True)
            doors = session.scalars(sa.select(Home)).all()
            asked = [random.Random(7).choice(doors) for _ in range(50)] + [doors[n % len(doors)] for n in range(ASKED)]
            at = clock.now()
            ours = told(f"{name}: nearest open, by the table", times(lambda home: walked.nearest(session, home, at=at, most=1), asked))
            told(
                f"{name}: nearest open with cash, second choice too",
                times(lambda home: walked.nearest(session, home, at=at, need=("cash",), most=2), asked),
            )
            beside = told(f"{name}: geopy scan", times(scan(session), doors[:3]))
            print(
                f"{name}: of the limit of 1 ms {ours:.2f}, the scan takes {beside / ours:.0f} times as long; load {os.getloadavg()[0]:.1f}"
            )
            if url and (knn := postgis(session)):
                told(f"{name}: PostGIS KNN", times(knn, asked))
        database.close()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--points", type=int, default=100_000)
    parser.add_argument("--homes", type=int, default=200)
    chosen = parser.parse_args()
    measure("SQLite", None, chosen.points, chosen.homes)
    with postgres.server() as address:
        with sa.create_engine(f"{address}/postgres", isolation_level="AUTOCOMMIT", poolclass=sa.NullPool).connect() as connection:
            connection.exec_driver_sql("CREATE DATABASE bench_nearest")
        measure("PostgreSQL", f"{address}/bench_nearest", chosen.points, chosen.homes)


if __name__ == "__main__":
    main()
