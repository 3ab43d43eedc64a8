"""Each channel against a provider that enforces its documented rules and answers its documented errors."""

import base64
import json
import shutil
import sys
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import apart, clock
from app.core.jobs import Work
from app.core.settings import Settings
from broadcasts import notices
from broadcasts.channels import opened
from broadcasts.deliveries import deliveries, posting, valves
from broadcasts.deliveries.tables import Delivery, DeliveryState
from broadcasts.subscribers import hearers, subscribers
from broadcasts.subscribers.tables import ChannelName, Subscriber, Valve
from broadcasts.tables import Notice, UpdateState
from tests.broadcasts import providers, stage
from tests.broadcasts.gateways import address, configured, crowd, send, states
from tests.broadcasts.providers import Provider
from tests.cast import Cast


def test_each_channel_reaches_everybody_once_and_says_what_where_until_when(
    session: Session, town: Cast, provider: Provider, chosen: Settings, database: Any
) -> None:
    work = Work(database=database, settings=configured(chosen, provider))
    ones = crowd(session, town, provider, 5, work.settings)
    expected = sorted(address(provider, number)[1].removeprefix(provider.url) for number in range(5))
    notice = stage.published(town)
    update_id = send(session, work, notice).id
    session.commit()
    posting.send(work, update_id=update_id, shard=0)
    assert sorted(one["to"] for one in provider.sent) == expected
    said = json.dumps([one["said"] for one in provider.sent], ensure_ascii=False)
    assert notice.number in said
    assert "莲花园" in said
    assert "10000000001" not in said, "no telephone number of a person"
    assert deliveries.counts(session, notice)["sent"] == len(ones) == 5
    if provider.kind == "aliyun":
        assert {one["said"]["code"] for one in provider.sent} == {subscribers.short_code(one.salt, chosen.secret) for one in ones}
        assert provider.requests == 1


ANSWERS: list[tuple[str, Any, DeliveryState, bool]] = [
    ("aliyun", "isv.BUSINESS_LIMIT_CONTROL", DeliveryState.waiting, True),
    ("aliyun", "isp.SYSTEM_ERROR", DeliveryState.waiting, True),
    ("aliyun", "isv.AMOUNT_NOT_ENOUGH", DeliveryState.waiting, True),
    ("aliyun", "isv.MOBILE_NUMBER_ILLEGAL", DeliveryState.gone, False),
    ("aliyun", "isv.PARAM_LENGTH_LIMIT", DeliveryState.failed, True),
    ("tencent", "LimitExceeded.PhoneNumberDailyLimit", DeliveryState.waiting, True),
    ("tencent", "AuthFailure.SecretIdNotFound", DeliveryState.waiting, True),
    ("tencent", "InvalidParameterValue.IncorrectPhoneNumber", DeliveryState.gone, False),
    ("tencent", "FailedOperation.ContainSensitiveWord", DeliveryState.failed, True),
    ("wecom", 45009, DeliveryState.waiting, True),
    ("wecom", 93000, DeliveryState.gone, False),
    ("wecom", 40058, DeliveryState.failed, True),
    ("wecom", 503, DeliveryState.waiting, True),
    ("webhook", 410, DeliveryState.gone, False),
    ("webhook", 404, DeliveryState.waiting, True),
    ("webhook", (429, {"Retry-After": "900"}), DeliveryState.waiting, True),
    ("webhook", (302, {"Location": "http://127.0.0.1:1/"}), DeliveryState.failed, True),
    ("webhook", 500, DeliveryState.waiting, True),
]


@pytest.mark.parametrize(("kind", "answer", "state", "stays"), ANSWERS, ids=[f"{row[0]} {row[1]}" for row in ANSWERS])
def test_a_provider_s_own_errors_decide_what_becomes_of_message_and_subscriber(
    session: Session, town: Cast, chosen: Settings, database: Any, kind: str, answer: Any, state: DeliveryState, stays: bool
) -> None:
    with providers.running(kind) as provider:
        work = Work(database=database, settings=configured(chosen, provider))
        crowd(session, town, provider, 1, work.settings)
        provider.answers = [answer]
        send(session, work, stage.published(town, ends_at=clock.now() + timedelta(hours=9)))
    assert states(session) == [state]
    assert (session.scalar(sa.select(sa.func.count()).select_from(Subscriber)) == 1) is stays
    if answer == (429, {"Retry-After": "900"}):
        due = session.scalars(sa.select(Delivery.due_at)).one()
        assert due >= clock.now() + timedelta(seconds=880)


def test_a_wrong_number_among_many_spoils_only_its_own(session: Session, town: Cast, chosen: Settings, database: Any) -> None:
    with providers.running("aliyun") as provider:
        work = Work(database=database, settings=configured(chosen, provider))
        crowd(session, town, provider, 4, work.settings)
        provider.bad = {"13800000002": "isv.MOBILE_NUMBER_ILLEGAL"}
        send(session, work, stage.published(town))
    assert states(session).count(DeliveryState.sent) == 3
    assert session.scalar(sa.select(sa.func.count()).select_from(Subscriber)) == 3


def test_a_provider_that_is_down_is_left_alone_and_what_waits_goes_when_it_is_back(
    session: Session, town: Cast, chosen: Settings, database: Any
) -> None:
    with providers.running("aliyun") as provider:
        work = Work(database=database, settings=configured(chosen, provider))
        crowd(session, town, provider, 3, work.settings)
        notice = stage.published(town, ends_at=clock.now() + timedelta(hours=9))
        provider.answers = ["isv.OUT_OF_SERVICE"]
        send(session, work, notice)
        assert provider.requests == 1
        send(session, work, notice)
        assert provider.requests == 1, "left alone"
        assert valves.shut_for(session, "sms:aliyun") > timedelta(seconds=20)
        session.execute(sa.update(Valve).values(shut_until=clock.now()))
        session.execute(sa.update(Delivery).values(due_at=clock.now()))
        send(session, work, notice)
    assert states(session) == [DeliveryState.sent] * 3


def test_a_robot_is_never_sent_more_than_twenty_in_any_minute(session: Session, chosen: Settings) -> None:
    """By the bucket that all workers share, moment by moment through ten minutes."""
    start, sent = clock.now(), list[float]()
    for second in range(600):
        with clock.at(start + timedelta(seconds=second)):
            while not valves.draw(session, "wecom:x", at_once=5, a_minute=15):
                sent.append(second)
    assert len(sent) > 140
    assert max(sum(1 for at in sent if begin <= at < begin + 60) for begin in sent) <= 20


def test_what_a_full_minute_holds_back_has_not_been_tried(session: Session, town: Cast, chosen: Settings, database: Any) -> None:
    with providers.running("wecom") as provider:
        work = Work(database=database, settings=configured(chosen, provider))
        [one] = crowd(session, town, provider, 1, work.settings)
        session.add(Valve(key=f"wecom:{one.salt}", level=0, at=clock.now(), failures=0))
        send(session, work, stage.published(town))
        assert provider.requests == 0
    row = session.scalars(sa.select(Delivery)).one()
    assert (row.state, row.tries) == (DeliveryState.waiting, 0)


def test_a_poster_follows_the_words_drawn_by_a_process_that_ends_and_counts_in_the_robots_minute(
    session: Session, town: Cast, chosen: Settings, database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with providers.running("wecom") as provider:
        work = Work(database=database, settings=configured(chosen, provider, "poster = true\n"))
        [one] = crowd(session, town, provider, 1, work.settings)
        session.add(Valve(key=f"wecom:{one.salt}", level=1, at=clock.now(), failures=0))
        with clock.at(clock.now()):
            send(session, work, stage.published(town))
            assert provider.requests == 0, "the words alone would leave no room for their picture"
        session.execute(sa.update(Valve).values(level=2))
        session.execute(sa.update(Delivery).values(due_at=clock.now()))
        monkeypatch.setitem(sys.modules, "typst", None)
        send(session, work, session.scalars(sa.select(Notice)).one())
    assert [said["kind"] for said in provider.sent] == ["markdown", "image"]
    assert base64.b64decode(provider.sent[-1]["picture"]).startswith(b"\x89PNG")
    assert states(session) == [DeliveryState.sent]


def test_words_go_without_their_poster_where_it_cannot_be_drawn(
    session: Session, town: Cast, chosen: Settings, database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart.sys, "executable", shutil.which("false"))
    with providers.running("wecom") as provider:
        work = Work(database=database, settings=configured(chosen, provider, 'poster = true\nform = "text"\n'))
        crowd(session, town, provider, 1, work.settings)
        send(session, work, stage.published(town))
    assert ([said["kind"] for said in provider.sent], states(session)) == (["text"], [DeliveryState.sent])


def test_nothing_is_sent_after_the_end(session: Session, town: Cast, chosen: Settings, database: Any) -> None:
    with providers.running("webhook") as provider:
        work = Work(database=database, settings=configured(chosen, provider))
        crowd(session, town, provider, 1, work.settings)
        notice = stage.published(town, ends_at=clock.now() + timedelta(hours=1))
        with clock.at(clock.now() + timedelta(hours=2)):
            send(session, work, notice)
        assert (provider.requests, states(session)) == (0, [DeliveryState.failed])


def test_an_exercise_reaches_nobody_who_asked(session: Session, town: Cast, chosen: Settings) -> None:
    with providers.running("webhook") as provider:
        crowd(session, town, provider, 2, configured(chosen, provider))
        stage.published(town, exercise=True)
    assert states(session) == []


def test_an_unconfigured_channel_is_not_offered_and_what_was_asked_by_it_is_given_up(
    session: Session, town: Cast, chosen: Settings, database: Any
) -> None:
    with providers.running("aliyun") as provider:
        crowd(session, town, provider, 1, chosen)
    (chosen.home / "gateways.toml").unlink()
    assert opened.every(chosen) == {}
    notice = stage.published(town)
    send(session, Work(database=database, settings=chosen), notice)
    assert deliveries.by_channel(session, notice)[ChannelName.sms]["failed"] == 1
    assert hearers.topic(notice.kind) == "outage"


def test_who_heard_by_sms_hears_of_the_withdrawal_by_sms(session: Session, town: Cast, chosen: Settings, database: Any) -> None:
    with providers.running("aliyun") as provider:
        work = Work(database=database, settings=configured(chosen, provider))
        crowd(session, town, provider, 1, work.settings)
        notice = stage.published(town)
        send(session, work, notice)
        found, me = notices.by_number(session, notice.number), town.me(town.wangfang)
        notices.update(session, found, by=me, state=UpdateState.corrected, estates=[town.court.id], buildings=[])
        send(session, work, notice)
        notices.update(session, notices.by_number(session, notice.number), by=me, state=UpdateState.cancelled)
        send(session, work, notice)
        assert len(provider.sent) == 3
        assert "撤销" in provider.sent[-1]["said"]["what"]
