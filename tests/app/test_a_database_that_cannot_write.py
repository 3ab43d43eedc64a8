"""A database that only reads, as after a failover: clear words, nothing kept, and nobody's words in the log."""

import pytest
import sqlalchemy as sa

from app.core import clock, logs
from app.core.database import Database
from tests.client import Client
from tickets.tables import Entry

OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
"""Connections that were opened before it only read."""
WORDS = "我叫李四，身份证110101199001011234，电费怎么交"


@pytest.fixture
def engine_name() -> str:
    return "postgres"


def test_who_asks_a_database_that_only_reads_is_told_to_try_again(
    resident: Client, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as admin:
        admin.exec_driver_sql(f'ALTER DATABASE "{database.url.database}" SET default_transaction_read_only = on')
        admin.exec_driver_sql(OTHERS)
    logs.configure("ERROR")
    answer = resident.post("/g/104226/ask", data={"words": WORDS})
    assert (answer.status_code, "现在存不进去" in answer.text, answer.headers["retry-after"]) == (503, True, "60")
    told = capsys.readouterr().out
    assert "read-only transaction" in told
    assert "李四" not in told


def test_a_row_that_could_not_be_kept_is_not_told_in_the_log(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("ERROR")
    with pytest.raises(sa.exc.IntegrityError) as wrong, database.writing() as session:
        session.execute(sa.insert(Entry).values(words=WORDS, at=clock.now()))
    assert "李四" in str(wrong.value), "the engine tells it"
    logs.structlog.get_logger("kept").error("database", exc_info=wrong.value)
    told = capsys.readouterr().out
    assert "null value" in told
    assert "李四" not in told
