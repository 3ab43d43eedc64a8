"""Coverage at a province's district's size: 100,000 homes and 2,000 places to pay, on one core, beside the limits it was given.

`make trial` prints the table that stands in docs/coverage.md. Times are processor time, medians of five.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import datetime

import numpy as np
import sqlalchemy as sa
from scipy.spatial import cKDTree

from app import release
from app.core import clock, settings
from app.core.database import Database
from grids.coverage import counting, glance, report, sites, town
from grids.coverage.questions import Asked, monday
from grids.reaching.tables import Home, Reach
from grids.staff import organisations
from grids.tables import Estate, Grid, PaymentPoint
from tests.cast import square

HOMES, POINTS, GRIDS, METRES, SEED = 100_000, 2_000, 200, 700, 20261125
LIMITS = {"all 672 quarter-hours of a week": 1.0, "the next ten sites": 0.05, "the left-out list of a grid": 0.02}


def hours(rng: np.random.Generator) -> list[str]:
    """A hundred and twenty different weeks, most of them shut on Sunday at eight in the evening."""
    begins, ends = rng.integers(6, 11, 120), rng.integers(16, 23, 120)
    days = ["Mo-Fr", "Mo-Sa", "Mo-Su"]
    return [f"{days[n % 3]} {begin:02}:{n % 4 * 15:02}-{end:02}:00" for n, (begin, end) in enumerate(zip(begins, ends, strict=True))]


def plant(database: Database) -> None:
    """Homes in 200 grids side by side over 100 square kilometres, with the walks that a detour of 1.3 makes."""
    rng = np.random.default_rng(SEED)
    homes, points = rng.uniform(0, 10_000, (HOMES, 2)), rng.uniform(0, 10_000, (POINTS, 2))
    grid_of = (homes[:, 0] // 500).astype(int) * 10 + (homes[:, 1] // 1000).astype(int)
    pairs = cKDTree(homes).query_ball_tree(cKDTree(points), METRES)
    texts = hours(rng)
    with database.writing() as session:
        station = organisations.add(session, "望京供电所")
        session.execute(sa.insert(Grid), [
            {"code": f"{n + 1:06}", "name": f"{n}", "organisation_id": station.id, "boundary": square(116.4, 39.9),
             "created_at": clock.now()}
            for n in range(GRIDS)
        ])  # fmt: skip
        brought = {"source": "trial", "source_datum": "wgs84", "imported_at": clock.now()}
        session.execute(sa.insert(Estate), [
            {"id": n + 1, "grid_id": n + 1, "name": f"{n}", "source_key": f"{n}", **brought} for n in range(GRIDS)
        ])  # fmt: skip
        session.execute(sa.insert(PaymentPoint), [
            {"id": n + 1, "name": f"{n}", "kind": "convenience", "lat": 39.9, "lon": 116.4, "opening_hours": texts[n % len(texts)],
             "methods": ["cash"], "source_key": f"{n}", **brought}
            for n in range(POINTS)
        ])  # fmt: skip
        counts = rng.integers(20, 200, HOMES)
        session.execute(sa.insert(Home), [
            {"id": n + 1, "estate_id": int(grid_of[n]) + 1, "households": int(counts[n]), "lat": 39.9, "lon": 116.4} for n in range(HOMES)
        ])  # fmt: skip
        for start in range(0, HOMES, 10_000):
            session.execute(sa.insert(Reach), [
                {"home_id": n + 1, "point_id": point + 1, "seconds": long, "least": round(long * 0.95), "most": round(long * 1.05),
                 "method": "network"}
                for n in range(start, start + 10_000)
                for point in pairs[n]
                for long in [round(float(np.hypot(*(homes[n] - points[point]))) * 1.3 / 80 * 60)]
            ])  # fmt: skip


def timed(act: Callable[[], object]) -> float:
    took = []
    for _ in range(5):
        began = time.process_time()
        act()
        took.append(time.process_time() - began)
    return statistics.median(took)


def measure(database: Database) -> dict[str, float]:
    asked = Asked(clock.as_utc(datetime(2026, 11, 29, 20)))
    with database.reading() as session:
        grids = report.grids_of(session, range(1, GRIDS + 1))
        whole = town.read(session, [grid.id for grid in grids], monday(asked.at))
        seen = counting.covered(whole, asked)
        pairs = whole.pairs
        print(f"{HOMES:,} homes × {POINTS:,} points, {len(pairs):,} walks, {len(whole.weeks)} different weeks, "
              f"{1 - seen.surely.mean():.0%} of the homes outside on Sunday at eight")  # fmt: skip
        near = pairs.most <= asked.seconds
        candidate, home = pairs.point[near], pairs.home[near]
        return {
            "all 672 quarter-hours of a week": timed(lambda: counting.week(whole, asked)),
            "the next ten sites": timed(lambda: sites.best(candidate, home, whole.households, ~seen.surely)),
            "the left-out list of a grid": timed(lambda: report.left_out(session, glance.look(session, grids[77], asked))),
        }


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        chosen = settings.load({"LINDIAN_HOME": home})
        release.migrate(chosen)
        database = Database(chosen.database_url)
        plant(database)
        found = measure(database)
        database.close()
    print("\n| what | limit | took | of the limit |\n|---|---|---|---|")
    for what, took in found.items():
        print(f"| {what} | {LIMITS[what] * 1000:.0f} ms | {took * 1000:.1f} ms | {took / LIMITS[what]:.2f} |")


if __name__ == "__main__":
    main()
