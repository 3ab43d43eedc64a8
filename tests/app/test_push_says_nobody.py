"""A push passes foreign servers and lock screens: whatever any act makes one of, no person is in it."""

import ast
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import passing as handing
from app.core import clock
from app.core.database import Database
from app.core.jobs import Work
from app.core.settings import Settings
from broadcasts import drafts, notices
from broadcasts.channels import webpush
from broadcasts.promises import calls
from broadcasts.promises.tables import Call
from broadcasts.tables import Notice, NoticeKind, Update, UpdateState
from pwa.push import payload
from tests.app.test_masks import NAME, NUMBER, ROOM, WRITTEN
from tests.cast import Cast
from tests.scene import set_up
from tickets import conversation, handovers
from tickets.clocks import nagging
from tickets.clocks.tables import Clock
from tickets.specialists import consulting_calls
from tickets.specialists.tables import Consultation
from tickets.tables import Channel, Ticket

ROOT = Path(__file__).parents[2]
MADE_BY = {"broadcasts/channels/webpush.py", "broadcasts/promises/calls.py", "tickets/specialists/consulting_calls.py"}
"""Whoever makes a payload is driven below; a new one fails until it is."""


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_nobody_makes_a_payload_that_is_not_driven_here() -> None:
    makers = set()
    for package in ("app", "grids", "pwa", "broadcasts", "tickets"):
        for path in (ROOT / package).rglob("*.py"):
            called = [node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
            if any(getattr(one, "attr", getattr(one, "id", "")) == "declarative" for one in called):
                makers.add(str(path.relative_to(ROOT)))
    assert makers == MADE_BY


def test_whatever_is_pushed_names_nobody(
    session: Session, town: Cast, database: Database, chosen: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: dict[str, list[dict[str, Any]]] = {maker: [] for maker in MADE_BY}
    set_up(session, town)
    told_everything_of_himself(session, town)
    session.execute(sa.update(Consultation).values(words=f"{NAME}的表，{WRITTEN}"))
    every_kind_of_notice(session, town)
    session.commit()
    as_it_was = payload.declarative

    def heard(**words: Any) -> bytes:
        made = as_it_was(**words)
        said[maker].append(json.loads(made)["notification"])
        return made

    monkeypatch.setattr(payload, "declarative", heard)
    work = Work(database=database, settings=chosen)
    maker = "tickets/specialists/consulting_calls.py"
    consulting_calls.sweep(work)
    maker = "broadcasts/promises/calls.py"
    nagging.sweep(work)
    with database.writing() as writing:
        writing.execute(sa.update(Call).values(due_at=clock.now() - timedelta(minutes=1), sent_at=None, leased_until=None))
    calls.sweep(work)
    maker = "broadcasts/channels/webpush.py"
    with database.reading() as reading:
        for notice in reading.scalars(sa.select(Notice).options(*notices.SHOWN).where(Notice.published_at.is_not(None))).unique():
            for update in reading.scalars(sa.select(Update).where(Update.notice_id == notice.id)):
                webpush.message(notice, update, base_url="https://lindian.test")
    assert all(said.values()), {maker: len(made) for maker, made in said.items()}
    spoken = json.dumps(list(said.values()), ensure_ascii=False)
    for sign in (NUMBER, WRITTEN, ROOM, "li.qiang@example.com", "110105199001011234"):
        assert sign not in spoken, sign
    persons = json.dumps([said["broadcasts/promises/calls.py"], said["tickets/specialists/consulting_calls.py"]], ensure_ascii=False)
    assert NAME not in persons
    assert "95598" in spoken  # What is everybody's stays.


def told_everything_of_himself(session: Session, town: Cast) -> Ticket:
    ticket = conversation.ask(
        session, town.lotus, words=f"我叫{NAME}，电话{WRITTEN}，家里没电了", channel=Channel.phone, token="3c" * 20, estate=town.garden,
        building="3号楼", room=ROOM, contact=NUMBER, by=town.me(town.wangfang),
    )  # fmt: skip
    handovers.hand_over(session, ticket, to=town.lake.id, by=town.me(town.wangfang), words=f"{NAME} {WRITTEN}")
    handing.prepare(session, town.lotus, to=town.chengang.id, by=town.me(town.wangfang), note=f"{NAME} {WRITTEN}")
    session.execute(sa.update(Clock).values(due_at=clock.now() - timedelta(minutes=5)))
    return ticket


def every_kind_of_notice(session: Session, town: Cast) -> None:
    """With what a colleague in a hurry writes into it: a neighbour's number, mail box and card."""
    me, hurried = town.me(town.wangfang), f"联系{WRITTEN}或li.qiang@example.com，证件110105199001011234，也可拨95598。"
    for kind in NoticeKind:
        times = {"starts_at": clock.now() - timedelta(hours=1), "ends_at": clock.now() + timedelta(hours=5)} if kind.is_outage else {}
        notice = drafts.write(
            session, town.lotus, by=me, kind=kind, title=f"请找{WRITTEN}", words=hurried, cause=hurried, estates=[town.court.id], **times
        )
        notices.publish(session, notice, by=me, late_reason="抢修")
        for state in (UpdateState.progress, UpdateState.restored) if kind.is_outage else (UpdateState.corrected,):
            notices.update(session, notice, by=me, state=state, words=hurried)
