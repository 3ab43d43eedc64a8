"""What those who watch the machines see."""

import errno
import re
from io import BytesIO
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from PIL import Image

from app import health
from app.core import files
from app.core.database import Database
from tests.client import Client


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_it_is_healthy_while_the_database_answers(resident: Client) -> None:
    assert resident.get("/healthz").json() == {"state": "ok"}


def test_a_full_disk_is_told_and_a_question_with_a_photo_keeps_its_words(
    resident: Client, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_more: object) -> object:
        raise OSError(errno.ENOSPC, "No space left on device")

    page = resident.get("/g/104226/ask").text
    monkeypatch.setattr(health.tempfile, "TemporaryFile", full)
    told = resident.get("/healthz")
    assert (told.status_code, told.json()) == (503, {"state": "disk"})
    monkeypatch.setattr(files, "_store", lambda _url: SimpleNamespace(put=full))
    nonce = re.findall(r'name="nonce" value="([^"]+)"', page)[0]
    said, shot = {"words": "电表箱里面是黑的", "nonce": nonce}, {"photos": ("p.png", picture(), "image/png")}
    refused = resident.post("/g/104226/ask", data=said, files=shot)
    assert (refused.status_code, "电表箱里面是黑的</textarea>" in refused.text, "照片现在存不下" in refused.text) == (503, True, True)
    with database.reading() as session:
        assert session.scalar(sa.text("SELECT count(*) FROM tickets")) == 0
    assert resident.post("/g/104226/ask", data=said, follow_redirects=False).status_code == 303


def picture() -> bytes:
    made = BytesIO()
    Image.new("RGB", (40, 30), "navy").save(made, "PNG")
    return made.getvalue()


def test_answers_and_waiting_questions_are_counted(resident: Client, database: Database) -> None:
    resident.get("/no/such/page")
    resident.post("/g/104226/ask", data={"words": "怎么交电费", "nonce": "counted"})
    told = dict(line.rsplit(" ", 1) for line in resident.get("/metrics").text.splitlines() if not line.startswith("#"))
    assert float(told['lindian_requests_total{method="GET",status="404"}']) >= 1
    assert float(told["lindian_tickets_open"]) == 1
    with database.reading() as session:
        assert session.scalar(sa.text("SELECT count(*) FROM tickets")) == 1
