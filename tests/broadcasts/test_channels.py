"""Each channel against a provider that enforces its documented rules and answers its documented errors."""

import base64
import json
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import apart, clock
from app.core.jobs import Work
from app.core.settings import Settings
from broadcasts import notices
from broadcasts.channels import aliyun, opened, sms, tencent, webhook, wecom
from broadcasts.channels.protocol import Receiver
from broadcasts.composer import previews
from broadcasts.deliveries import deliveries, posting, valves
from broadcasts.deliveries.tables import Delivery, DeliveryState
from broadcasts.subscribers import hearers, subscribers, subscriptions
from broadcasts.subscribers.tables import ChannelName, Subscriber, Valve
from broadcasts.tables import Notice, NoticeKind, Update, UpdateState
from pwa.push.outcomes import Verdict
from tests.broadcasts import providers, stage
from tests.broadcasts.providers import Provider
from tests.cast import Cast

ROBOT = "0123abcd-0000-4000-8000-{:012d}"
TEMPLATES = """
[sms.templates.code]
id = "T1"
words = "验证码${code}"
variables = ["code"]
[sms.templates.notice]
id = "T2"
words = "${where}${what}，${time}，原因${why}。编号${number}，退订码${code}"
variables = ["where", "what", "time", "why", "number", "code"]
"""


@pytest.fixture(params=["aliyun", "tencent", "wecom", "webhook"])
def provider(request: pytest.FixtureRequest) -> Iterator[Provider]:
    with providers.running(request.param) as running:
        yield running


def configured(chosen: Settings, provider: Provider, more: str = "") -> Settings:
    text = {
        "wecom": f'[wecom]\nendpoint = "{provider.url}/send"\n{more}',
        "webhook": "[webhook]\n",
    }.get(
        provider.kind,
        f'[sms]\nprovider = "{provider.kind}"\nsign = "邻电"\nprice = 0.05\napp = "1400"\nendpoint = "{provider.url}"\n{more}',
    )
    (chosen.home / "gateways.toml").write_text(text + (TEMPLATES if provider.kind in ("aliyun", "tencent") else ""), encoding="utf-8")
    return msgspec.structs.replace(chosen, sms_key_id=providers.KEY_ID, sms_key=providers.KEY)


def address(provider: Provider, number: int) -> tuple[ChannelName, str]:
    if provider.kind == "wecom":
        return ChannelName.wecom, ROBOT.format(number)
    if provider.kind == "webhook":
        return ChannelName.webhook, f"{provider.url}/hook/{number}"
    return ChannelName.sms, f"138{number:08d}"


def crowd(session: Session, town: Cast, provider: Provider, many: int, settings: Settings) -> list[Subscriber]:
    ones = []
    for number in range(many):
        one = subscribers.of_address(session, *address(provider, number))
        subscriptions.subscribe(session, one, grid=town.lotus, estate=town.garden)
        if provider.kind == "webhook":
            provider.keys[f"/hook/{number}"] = webhook.key(settings.secret, one.salt)
        ones.append(one)
    return ones


def send(session: Session, work: Work, notice: Notice) -> Update:
    update = session.scalars(sa.select(Update).where(Update.notice_id == notice.id).order_by(Update.id.desc())).first()
    assert update is not None
    session.commit()
    for shard in session.scalars(sa.select(Delivery.shard).where(Delivery.update_id == update.id).distinct()).all():
        session.commit()
        posting.send(work, update_id=update.id, shard=shard)
    session.expire_all()
    return update


def states(session: Session) -> list[DeliveryState]:
    return list(session.scalars(sa.select(Delivery.state).order_by(Delivery.id)))


def test_aliyun_signs_as_its_documented_example() -> None:
    query = {"ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd", "RegionId": "cn-shanghai"}
    signed = aliyun.sign(
        "YourAccessKeyId", "YourAccessKeySecret", action="RunInstances", version="2014-05-26", query=query, body=b"",
        headers={"host": "ecs.cn-shanghai.aliyuncs.com"}, at=datetime(2023, 10, 26, 10, 22, 32, tzinfo=UTC),
        nonce="3156853299f313e23d1673dc12e1703d",
    )  # fmt: skip
    assert signed["Authorization"].endswith("Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0")


def test_tencent_signs_as_its_documented_example() -> None:
    body = b'{"Limit": 1, "Filters": [{"Values": ["\\u672a\\u547d\\u540d"], "Name": "instance-name"}]}'
    signed = tencent.sign(
        "AKID" + "*" * 32, "*" * 32, service="cvm", host="cvm.tencentcloudapi.com", action="DescribeInstances", body=body,
        at=datetime.fromtimestamp(1551113065, UTC),
    )  # fmt: skip
    assert signed["Authorization"].endswith("Signature=10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f")


def test_a_webhook_signs_as_standard_webhooks_documents_it() -> None:
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    with clock.at(datetime.fromtimestamp(1614265330, UTC)):
        signed = webhook.signed("msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}', key=key)
    assert signed["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


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


def test_the_preview_is_what_is_sent_with_its_price_and_what_is_wrong(session: Session, town: Cast, chosen: Settings) -> None:
    # at noon: in the evening the end is told with its day, and some more letters cost a part more
    with providers.running("aliyun") as provider, clock.at(stage.NOON):
        settings = configured(chosen, provider)
        crowd(session, town, provider, 3, settings)
        bad = stage.draft(town, cause="请打 13812345678 或看 www.example.com")
        [shown] = previews.of(session, bad, settings)
        assert (shown.receivers, shown.parts, shown.cost) == (3, 1, 0.15)
        assert [str(why) for why in shown.wrong] == ["短信：“原因”里有电话号码，运营商不收，请去掉。"]
        [shown] = previews.of(session, stage.draft(town, cause=""), settings)
        assert "空的" in str(shown.wrong[0])
        [shown] = previews.of(session, stage.draft(town, cause="缆" * 500), settings)
        assert (shown.wrong, len(shown.text) <= 200) == ([], True)


def test_what_a_channel_would_send_is_shown_before_it_is_opened_and_never_sent(session: Session, town: Cast, chosen: Settings) -> None:
    (chosen.home / "gateways.toml").unlink()
    with clock.at(stage.NOON):
        notice = stage.draft(town, cause="联系13800001234")
        shown = {one.channel: one for one in previews.closed(session, notice, chosen)}
    assert set(shown) == {ChannelName.sms, ChannelName.email, ChannelName.wecom}
    assert (shown[ChannelName.sms].parts, shown[ChannelName.sms].each, shown[ChannelName.sms].receivers) == (1, 0.045, 0)
    assert "莲花园" in shown[ChannelName.sms].text
    assert "电话号码" in str(shown[ChannelName.sms].wrong[0])
    assert "王芳" in shown[ChannelName.email].text
    assert opened.every(chosen) == {}, "nothing goes by a sample"
    for silent in (stage.draft(town, cause="", ends_at=None), stage.draft(town, kind=NoticeKind.safety, ends_at=None, title="雨季用电")):
        assert [why for one in previews.closed(session, silent, chosen) for why in one.wrong] == []


@pytest.mark.parametrize(("form", "most"), [("text", 2048), ("markdown", 4096)])
def test_wecom_words_fit_and_keep_their_number_and_stay_inert(session: Session, town: Cast, chosen: Settings, form: str, most: int) -> None:
    with providers.running("wecom") as provider:
        settings = configured(chosen, provider, f'form = "{form}"\n')
        notice = stage.published(town, words="长" * 4900, cause="<script>[点我](javascript:1)\u202e")
        channel = opened.every(settings)[ChannelName.wecom]
        message = channel.compose(posting.told(session, notice, 1, clock.now(), settings))
        assert len(message.text.encode()) <= most
        assert notice.number in message.text
        assert "\u202e" not in message.text
        if form == "markdown":
            assert "[点我](" not in message.text.replace("\\[", "")
        [result] = channel.send(message, [Receiver(1, ROBOT.format(1), "salt")])
        assert result.verdict is Verdict.SENT


def test_a_robot_s_key_is_read_from_its_address_and_nowhere_else() -> None:
    key = ROBOT.format(7)
    assert wecom.key_in(f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={key}") == key
    assert wecom.key_in(key.upper()) == key
    assert wecom.key_in(f"https://evil.example/?key={key}") is None


def test_segments_are_counted_as_they_are_charged() -> None:
    assert [sms.parts("字" * n) for n in (1, 70, 71, 134, 135)] == [1, 1, 2, 2, 3]


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


def test_a_file_that_cannot_be_understood_says_where(chosen: Settings) -> None:
    Path(chosen.home / "gateways.toml").write_text('[sms]\nprovider = "carrier pigeon"\n')
    with pytest.raises(ValueError, match=r"gateways\.toml.*pigeon"):
        opened.every(chosen)
