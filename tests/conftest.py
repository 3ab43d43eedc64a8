"""Real parts for the tests: both databases, the whole app behind its doors, a signed-in browser's client."""

import contextlib
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import hypothesis
import msgspec
import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from sqlalchemy.orm import Session
from xdist.scheduler import LoadScopeScheduling

from app import asgi, connecting, release
from app.core import clock, settings
from app.core.database import Database
from app.core.jobs import Work
from app.core.settings import Settings
from grids.staff import entrance, passwords
from grids.tables import Person
from tests import cast, databases, postgres, scene
from tests.client import Client
from tests.pwa import loopback
from tests.pwa.loopback import PushService
from tests.scene import Scene

MEMORY, ROOM = Path("/dev/shm"), 4 << 30
SETTLED = datetime(2026, 1, 5, 4, tzinfo=UTC)
"""After every rule that comes seeded holds, before the days at which the tests play."""
SHARED = Path(__file__).parents[2] / "shared" / "data"


def pytest_configure(config: pytest.Config) -> None:
    """Thousands of small databases are made and thrown away: in memory where there is room, many times as quick as on a disk."""
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)
    # Everybody's run is the same run; new ground is looked for with --hypothesis-seed=random.
    hypothesis.settings.register_profile("steady", deadline=None, derandomize=config.getoption("--hypothesis-seed", default=None) is None)
    hypothesis.settings.load_profile("steady")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first, so that in the end nobody waits for one test."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


class Together(LoadScopeScheduling):
    """Test by test to whoever is free; those that share a costly beginning stay in one work process, and begin first."""

    def _split_scope(self, nodeid: str) -> str:
        return next((shared for shared in ("tests/browser/", "tests/app/test_nothing_comes_alive.py") if nodeid.startswith(shared)), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    return Together(config, log)


@pytest.fixture(autouse=True, scope="session")
def quick_passwords() -> None:
    """Hashing slowly is argon2's own matter; the tests hash hundreds of times."""
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The data beside the project. A lone clone has none, and its suite is complete without."""
    if not SHARED.is_dir():
        pytest.skip("../shared/data is not here: this test reads files that may not be redistributed")
    return SHARED


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    with postgres.server() as address:
        yield address
        _administrator(address).dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("template")
    release.migrate(settings.load({"LINDIAN_HOME": str(home)}))
    return _folded(home / "lindian.db")


@pytest.fixture(scope="session")
def sqlite_town(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with the cast in it, which has been there for years."""
    home = tmp_path_factory.mktemp("town")
    shutil.copy(sqlite_template, home / "lindian.db")
    _settle(settings.load({"LINDIAN_HOME": str(home)}))
    return _folded(home / "lindian.db")


@pytest.fixture(scope="session")
def sqlite_stage(sqlite_town: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Scene]:
    """The town with something of everything in it, and a home with what belongs to it."""
    home = tmp_path_factory.mktemp("stage")
    shutil.copy(sqlite_town, home / "lindian.db")
    chosen = settings.load({"LINDIAN_HOME": str(home)})
    with databases.opened(chosen) as database:
        connecting.connect(database, chosen)
        with database.session(writes=True) as session:
            made = scene.set_up(session, cast.found(session))
            scene.pictured(session, chosen, made)
            session.commit()
    return _folded(home / "lindian.db"), made


def _folded(path: Path) -> Path:
    """One file, to be copied."""
    with sa.create_engine(f"sqlite:///{path}").connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("PRAGMA journal_mode=DELETE")
    return path


def _settle(chosen: Settings) -> None:
    with databases.opened(chosen) as database, clock.at(SETTLED), database.writing() as session:
        cast.play(session)


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    _postgres(postgres_server, 'CREATE DATABASE "template_lindian"')
    release.migrate(_on(postgres_server, "template_lindian", tmp_path_factory.mktemp("pg")))
    return postgres_server


@pytest.fixture(scope="session")
def postgres_town(postgres_template: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    _postgres(postgres_template, 'CREATE DATABASE "town_lindian" TEMPLATE "template_lindian"')
    _settle(_on(postgres_template, "town_lindian", tmp_path_factory.mktemp("pg")))
    return postgres_template


def _on(server: str, name: str, home: Path, **more: str) -> Settings:
    return settings.load({"LINDIAN_HOME": str(home), "LINDIAN_DATABASE_URL": f"{server}/{name}", **more})


@cache
def _administrator(server: str) -> sa.Engine:
    return sa.create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")


def _postgres(server: str, *statements: str) -> None:
    with _administrator(server).connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


@pytest.fixture(params=["sqlite", "postgres"])
def engine_name(request: pytest.FixtureRequest) -> str:
    """Every test of the domain runs on both. A module that needs one only overrides this fixture."""
    return str(request.param)


@pytest.fixture
def chosen(engine_name: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Settings]:
    """Settings of a fresh, migrated installation: empty, or as the test wants to find it."""
    (tmp_path / "gateways.toml").write_text("[webhook]\n")
    plain = {"LINDIAN_PUSH_LOOPBACK": "1", "LINDIAN_LOG": "CRITICAL"}
    lived_in = "town" in request.fixturenames
    if "staged" in request.fixturenames:
        shutil.copytree(request.getfixturevalue("sqlite_stage")[0].parent, tmp_path, dirs_exist_ok=True)
        yield settings.load({"LINDIAN_HOME": str(tmp_path), **plain})
        return
    if engine_name == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_town" if lived_in else "sqlite_template"), tmp_path / "lindian.db")
        yield settings.load({"LINDIAN_HOME": str(tmp_path), **plain})
        return
    server, name = request.getfixturevalue("postgres_town" if lived_in else "postgres_template"), f"t{uuid.uuid4().hex}"
    template = "town_lindian" if lived_in else "template_lindian"
    _postgres(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
    yield _on(server, name, tmp_path, **plain)
    _postgres(server, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def database(chosen: Settings) -> Iterator[Database]:
    with databases.opened(chosen) as opened:
        connecting.connect(opened, chosen)
        yield opened


@pytest.fixture
def work(database: Database, chosen: Settings) -> Work:
    """What a job is given."""
    return Work(database=database, settings=chosen)


@pytest.fixture
def service() -> Iterator[PushService]:
    """A push service that really decrypts."""
    with loopback.running() as running:
        yield running


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A session that writes, for tests of acts; what it did is undone at the end unless the test commits."""
    with database.session(writes=True) as opened:
        yield opened


@pytest.fixture
def town(session: Session) -> cast.Cast:
    """The cast, in the test's session."""
    return cast.found(session)


@pytest.fixture
def told_town(town: cast.Cast) -> cast.Cast:
    """The cast, with a session that is let go, so that the web app may write."""
    town.session.commit()
    return town


@pytest.fixture
def staged(told_town: cast.Cast, sqlite_stage: tuple[Path, Scene]) -> Scene:
    """Something of everything in the cast's town (on SQLite)."""
    return msgspec.structs.replace(sqlite_stage[1])


house = cache(asgi.house)


@pytest.fixture
def app(chosen: Settings, told_town: cast.Cast) -> Iterator[asgi.ASGIApp]:
    with databases.opened(chosen) as opened:
        yield asgi.open_doors(house(chosen.max_body), chosen, opened)


@pytest.fixture
def resident(app: asgi.ASGIApp) -> Iterator[Client]:
    """A resident's browser: no cookies, forms sent from our own pages."""
    yield from _opened(app, {})


@pytest.fixture
def signed_in(app: asgi.ASGIApp, database: Database) -> Iterator[Callable[[Person], Client]]:
    """A colleague's browser, signed in: `signed_in(town.wangfang)`."""

    def enter(session: Session, person: Person) -> dict[str, str]:
        return {"cookie": f"__Host-lindian={entrance.sign_in(session, person.id)}"}

    yield from _opening(app, database, enter)


@pytest.fixture
def machine(app: asgi.ASGIApp, database: Database) -> Iterator[Callable[[Person], Client]]:
    """A machine with a person's token: `machine(town.wangfang)`."""

    def enter(session: Session, person: Person) -> dict[str, str]:
        return {"authorization": f"Bearer {entrance.add_token(session, 'test', phone=person.phone)}"}

    yield from _opening(app, database, enter)


Enter = Callable[[Session, Person], dict[str, str]]


def _opening(app: asgi.ASGIApp, database: Database, enter: Enter) -> Iterator[Callable[[Person], Client]]:
    with contextlib.ExitStack() as all_clients:

        def open_as(person: Person) -> Client:
            with database.writing() as session:
                headers = enter(session, person)
            return all_clients.enter_context(contextlib.contextmanager(_opened)(app, headers))

        yield open_as


def _opened(app: asgi.ASGIApp, headers: dict[str, str]) -> Iterator[Client]:
    client = Client(app, headers={"sec-fetch-site": "same-origin", **headers})
    yield client
    client.close()
