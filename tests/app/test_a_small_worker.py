"""A worker stays small: what sends carries neither arrays nor maps, also when it has had walks reckoned."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.database import Database
from app.core.settings import Settings
from grids.reaching.tables import Home
from tests.bench.measure import peak_mb
from tests.cast import Cast

MOST_MB = 116
"""Real memory (RSS, at its highest) before it sends, which adds about 4."""
ARRAYS = ("numpy", "scipy", "shapely", "obstore", "PIL", "pycurl", "typst")


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def worker(session: Session, town: Cast, chosen: Settings) -> Iterator["subprocess.Popen[bytes]"]:
    """As the Procfile starts it; 莲花网格's homes and places to pay are new to it."""
    session.commit()
    environ = {**os.environ, "LINDIAN_HOME": str(chosen.home), "LINDIAN_LOG": "CRITICAL", "MALLOC_ARENA_MAX": "1"}
    started = subprocess.Popen([Path(sys.executable).with_name("lindian"), "work"], env=environ)
    yield started
    started.kill()
    started.wait()


def test_a_worker_that_has_had_walks_reckoned_has_kept_nothing_of_it(worker: "subprocess.Popen[bytes]", database: Database) -> None:
    end = time.monotonic() + 60
    while not reckoned(database):
        assert worker.poll() is None
        assert time.monotonic() < end
        time.sleep(0.1)
    size = peak_mb(worker.pid)
    loaded = Path(f"/proc/{worker.pid}/maps").read_text()
    print(f"{size:.0f} MB")
    assert [name for name in ARRAYS if f"/{name}" in loaded] == []
    assert size < MOST_MB


def reckoned(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Home).where(Home.reckoned_at.is_not(None))) or 0
