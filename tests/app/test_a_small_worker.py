"""A worker stays small: what sends carries neither arrays nor what prints, whatever it has had done apart."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.core.database import Database
from app.core.settings import Settings
from broadcasts.subscribers import subscribers, subscriptions
from broadcasts.subscribers.tables import ChannelName
from grids.reaching.tables import Home
from tests.bench.measure import of_procfile, peak_mb
from tests.broadcasts import providers, stage
from tests.broadcasts.providers import Provider
from tests.cast import Cast
from tickets.photos.tables import ThrownPhoto

MOST_MB = 120
"""What a worker may have of real memory (RSS, at its highest), curl among it, which only who writes to providers carries."""
ARRAYS = ("numpy", "scipy", "shapely", "obstore", "PIL", "typst", "opening_hours", "psycopg")


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def robot() -> Iterator[Provider]:
    with providers.running("wecom") as running:
        yield running


@pytest.fixture
def worker(session: Session, town: Cast, chosen: Settings, robot: Provider) -> Iterator["subprocess.Popen[bytes]"]:
    """As the Procfile starts it; 莲花网格's homes and places to pay are new to it, and a notice is on its way with its poster."""
    (chosen.home / "gateways.toml").write_text(f'[wecom]\nendpoint = "{robot.url}/send"\nposter = true\n')
    group = subscribers.of_address(session, ChannelName.wecom, "0123abcd-0000-4000-8000-000000000001")
    subscriptions.subscribe(session, group, grid=town.lotus, estate=town.garden)
    stage.published(town)
    session.add(ThrownPhoto(key="photos/0123", at=clock.now()))
    session.commit()
    environ = {**os.environ, "LINDIAN_HOME": str(chosen.home), "LINDIAN_LOG": "CRITICAL", **of_procfile()}
    started = subprocess.Popen([Path(sys.executable).with_name("lindian"), "work"], env=environ)
    yield started
    started.kill()
    started.wait()


def test_a_worker_that_has_had_walks_reckoned_a_poster_sent_and_photos_wiped_has_kept_nothing_of_it(
    worker: "subprocess.Popen[bytes]", database: Database, robot: Provider
) -> None:
    end = time.monotonic() + 60
    while not (reckoned(database) and wiped(database) and [said["kind"] for said in robot.sent] == ["markdown", "image"]):
        assert worker.poll() is None
        assert time.monotonic() < end
        time.sleep(0.1)
    size = peak_mb(worker.pid)
    loaded = Path(f"/proc/{worker.pid}/maps").read_text()
    print(f"{size:.0f} MB")
    assert [name for name in ARRAYS if f"/{name}" in loaded] == []
    assert size < MOST_MB


def wiped(database: Database) -> bool:
    with database.reading() as session:
        return session.scalar(sa.select(ThrownPhoto.key)) is None


def reckoned(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Home).where(Home.reckoned_at.is_not(None))) or 0
