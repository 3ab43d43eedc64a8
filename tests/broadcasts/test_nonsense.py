"""A provider that answers nonsense is asked so often and no oftener; a clock put right leaves nobody waiting for the day that was not."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.core.jobs import Work
from app.core.settings import Settings
from broadcasts.channels import wire
from broadcasts.channels.wire import Answer
from broadcasts.deliveries import astray, posting, valves
from broadcasts.deliveries.tables import Delivery, DeliveryState
from tests.broadcasts import stage
from tests.broadcasts.gateways import configured, crowd, send
from tests.broadcasts.providers import Provider
from tests.cast import Cast

GBK = b'{"errcode":45009,"Code":"' + "接口调用超过限制".encode("gbk") + b'"}'
DEEP, PAGE = b"[" * 100_000, b"<html>bad gateway</html>"
ACCEPTED = b'{"Response":{"SendStatusSet":[{"Code":"Ok"}]}}'
CASES = [
    ("wecom", PAGE, 8), ("wecom", DEEP, 2), ("aliyun", GBK, 2), ("tencent", ACCEPTED, 2), ("tencent", b'{"Response":{"Error":"x"}}', 2),
]  # fmt: skip


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


@pytest.mark.parametrize(("kind", "body", "most"), CASES, ids=[f"{kind} {body[:40]!r}" for kind, body, _most in CASES])
def test_nonsense_is_tried_so_often_and_no_oftener(
    session: Session, town: Cast, chosen: Settings, database: Any, monkeypatch: pytest.MonkeyPatch, kind: str, body: bytes, most: int
) -> None:
    posts: list[Any] = []

    def answered(some: Any, **_more: object) -> list[Answer]:
        posts.extend(some)
        return [Answer(200, body) for _ in some]

    monkeypatch.setattr(wire, "send", answered)
    work = Work(database=database, settings=configured(chosen, Provider(kind)))
    crowd(session, town, Provider(kind), 1, work.settings)
    update_id, now = send(session, work, stage.published(town, ends_at=clock.now() + timedelta(days=2))).id, clock.now()
    session.commit()
    for hour in range(1, 12):
        with clock.at(now + timedelta(hours=hour)):
            posting.send(work, update_id=update_id, shard=0)
    assert len(posts) == most
    assert session.scalars(sa.select(Delivery.state)).one() is DeliveryState.failed


def test_what_waits_for_a_clock_that_was_ahead_waits_no_longer_than_its_own_longest(session: Session, town: Cast) -> None:
    now = clock.now()
    with clock.at(now + timedelta(days=1)):
        assert valves.draw(session, "wecom:x", at_once=1, a_minute=15) == 0
        for _ in range(12):
            valves.failed(session, "sms")
    assert valves.draw(session, "wecom:x", at_once=1, a_minute=15) <= 4
    assert valves.shut_for(session, "sms") <= valves.LONGEST_PAUSE
    with clock.at(now + timedelta(hours=6)):
        crowd(session, town, Provider("wecom"), 1, None)  # type: ignore[arg-type]
        stage.published(town, ends_at=now + timedelta(days=2))
    astray.bring_back(session)
    assert session.scalars(sa.select(Delivery.due_at)).one() <= clock.now()
