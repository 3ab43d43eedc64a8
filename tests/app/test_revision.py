"""Commands on a database that is not of this release."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from app import asgi, revision
from app.cli import main
from app.core.database import Database
from app.core.errors import Refused
from app.core.settings import Settings

COMMANDS = (
    ("demo",),
    ("work",),
    ("import", "points", "none.csv", "--datum", "wgs84"),
    ("staff", "suspend", "13800000000"),
    ("audit", "verify"),
    ("notices", "read", "-", "--grid", "WJDH"),
)


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_without_tables_every_command_tells_the_way_to_them(words: tuple[str, ...], tmp_path: Path) -> None:
    done = CliRunner(env={"LINDIAN_HOME": str(tmp_path)}).invoke(main, words, input="今晚停电")
    assert (done.exit_code, "lindian migrate" in done.output) == (2, True), done.output


def test_tables_of_this_release_are_taken(database: Database) -> None:
    revision.must_be_newest(database)


def test_an_older_release_is_not_let_loose_on_newer_tables(database: Database, chosen: Settings) -> None:
    with database.writing() as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Refused, match="更新的版本"):
        revision.must_be_newest(database)
    for words in (["demo"], ["migrate"], ["start"]):
        done = CliRunner(env={"LINDIAN_HOME": str(chosen.home)}).invoke(main, words)
        assert (done.exit_code, "更新的版本" in done.output) == (2, True), done.output


def test_the_web_serves_nothing_from_a_database_that_is_not_ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINDIAN_HOME", str(tmp_path))
    with pytest.raises(SystemExit, match="lindian migrate"):
        asgi.create()
