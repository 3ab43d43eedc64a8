"""What those who watch the machines see."""

import pytest
import sqlalchemy as sa

from app.core.database import Database
from tests.client import Client


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_it_is_healthy_while_the_database_answers(resident: Client) -> None:
    assert resident.get("/healthz").json() == {"state": "ok"}


def test_answers_and_waiting_questions_are_counted(resident: Client, database: Database) -> None:
    resident.get("/no/such/page")
    resident.post("/g/104226/ask", data={"words": "怎么交电费", "nonce": "counted"})
    told = dict(line.rsplit(" ", 1) for line in resident.get("/metrics").text.splitlines() if not line.startswith("#"))
    assert float(told['lindian_requests_total{method="GET",status="404"}']) >= 1
    assert float(told["lindian_tickets_open"]) == 1
    with database.reading() as session:
        assert session.scalar(sa.text("SELECT count(*) FROM tickets")) == 1
