"""What no page brings home is really sent, once; what no provider takes is called."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import msgspec
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.core.database import Database
from app.core.jobs import Work
from app.core.settings import Settings
from broadcasts import notices
from broadcasts.channels.sms import Channel as Sms
from broadcasts.deliveries.tables import Delivery, DeliveryState
from broadcasts.subscribers import subscribers, subscriptions
from broadcasts.subscribers.tables import ChannelName
from broadcasts.tables import Notice, UpdateState
from tests.broadcasts import providers
from tests.broadcasts.providers import Provider
from tests.broadcasts.test_subscribing_by_mail import Post, office  # noqa: F401 - the fixture of a real SMTP server
from tests.cast import Cast
from tests.client import Client
from tests.tickets import asking_crowd
from tickets import conversation, threads
from tickets.households.tables import Way
from tickets.outages import carrying, errands, updates
from tickets.outages.tables import Carriage
from tickets.tables import Channel, Entry, Errand, Ticket, TicketState

TEMPLATES = """
[sms.templates.asked]
id = "T7"
words = "您问的${where}：${what}，${time}。通知编号${number}"
variables = ["where", "what", "time", "number"]
[sms.templates.answered]
id = "T8"
words = "您的诉求有答复：${what}"
variables = ["what"]
"""


@pytest.fixture
def provider() -> Iterator[Provider]:
    with providers.running("aliyun") as running:
        yield running


@pytest.fixture
def work(database: Database, chosen: Settings, provider: Provider) -> Work:
    text = f'[sms]\nprovider = "aliyun"\nsign = "邻电"\nprice = 0.05\nendpoint = "{provider.url}"\n{TEMPLATES}'
    (chosen.home / "gateways.toml").write_text(text, encoding="utf-8")
    return Work(database=database, settings=msgspec.structs.replace(chosen, sms_key_id=providers.KEY_ID, sms_key=providers.KEY))


def asked_by(town: Cast, channel: Channel, *contacts: str) -> Notice:
    """They ask about a fault, and it is restored."""
    there = asking_crowd.estate(town)
    notice = asking_crowd.fault(town, there)
    for number, contact in enumerate(contacts):
        conversation.ask(
            town.session, town.lotus, words="没电了，几点来电？", channel=channel, token=f"{number:040}", estate=there, building="1号楼",
            room=str(100 + number), contact=contact, by=town.me(town.wangfang),
        )  # fmt: skip
    notices.update(town.session, notice, by=town.me(town.wangfang), state=UpdateState.restored)
    town.session.commit()
    return notice


def told(town: Cast, work: Work, notice: Notice, way: Way = Way.sms) -> None:
    updates.tell_askers(work, notice_id=notice.id)
    carrying.carry(work, way=way.value)


def became(session: Session) -> list[tuple[Way, bool, str]]:
    rows = sa.select(Errand.way, Errand.done_at.is_not(None), Carriage.state).join(Carriage, Carriage.errand_id == Errand.id)
    found = [(way, bool(done), state.value) for way, done, state in session.execute(rows.order_by(Errand.id))]
    session.commit()
    return found


def test_who_asked_by_sms_is_told_by_sms_once_and_it_is_ticked(town: Cast, work: Work, provider: Provider) -> None:
    notice = asked_by(town, Channel.sms, *(f"1380000{n:04}" for n in range(150)))
    for _ in range(2):
        told(town, work, notice)
        carrying.sweep(work)
    assert sorted(one["to"] for one in provider.sent) == [f"1380000{n:04}" for n in range(150)]
    said = provider.sent[0]
    assert said["template"] == "T7"
    assert (said["said"]["what"], said["said"]["number"]) == ("已复电", notice.number)
    assert all(1 <= len(value) <= 35 for value in said["said"].values())
    assert set(became(town.session)) == {(Way.sms, True, "sent")}
    assert errands.counts(town.session, notice.id) == (0, 150)
    assert provider.requests == 2  # A hundred at a time.


def test_a_worker_killed_in_the_middle_leaves_nobody_out(
    town: Cast, work: Work, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    notice = asked_by(town, Channel.sms, "13800000001", "13800000002")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as cut:
        cut.setattr(Sms, "send", killed)
        with pytest.raises(KeyboardInterrupt):
            told(town, work, notice)
    carrying.carry(work, way="sms")
    assert provider.sent == []  # They are leased still.
    with clock.at(clock.now() + timedelta(minutes=3)):
        carrying.carry(work, way="sms")
    assert sorted(one["to"] for one in provider.sent) == ["13800000001", "13800000002"]
    town.session.expire_all()
    assert set(became(town.session)) == {(Way.sms, True, "sent")}


def test_a_provider_that_is_down_is_asked_again_and_one_that_refuses_a_number_makes_it_a_call(
    town: Cast, work: Work, provider: Provider
) -> None:
    provider.answers += ["isp.SYSTEM_ERROR"]
    provider.bad["13800000002"] = "isv.MOBILE_NUMBER_ILLEGAL"
    notice = asked_by(town, Channel.sms, "13800000001", "13800000002", "62345678")
    told(town, work, notice)
    states = became(town.session)
    assert states.count((Way.call, False, "failed")) == 1  # A telephone that takes no SMS.
    assert states.count((Way.sms, False, "waiting")) == 2
    with clock.at(clock.now() + timedelta(hours=1)):
        carrying.carry(work, way="sms")
    town.session.expire_all()
    assert became(town.session) == [(Way.sms, True, "sent"), (Way.call, False, "failed"), (Way.call, False, "failed")]
    calls = errands.of_notice(town.session, notice, for_=town.me(town.wangfang)).calls
    assert [call.shown for call in calls] == ["138****0002", "****78"]


def test_a_channel_that_is_not_there_falls_to_the_call_list(town: Cast, work: Work) -> None:
    (work.settings.home / "gateways.toml").write_text("[webhook]\n")
    notice = asked_by(town, Channel.sms, "13800000001")
    told(town, work, notice)
    assert became(town.session) == [(Way.call, False, "failed")]
    assert town.session.scalars(sa.select(Carriage.answer)).all() == ["this channel is not configured"]


def test_what_is_ticked_by_a_colleague_or_overtaken_by_news_is_not_sent(town: Cast, work: Work, provider: Provider) -> None:
    notice = asked_by(town, Channel.sms, "13800000001", "13800000002")
    updates.tell_askers(work, notice_id=notice.id)
    first = town.session.scalars(sa.select(Errand.id).order_by(Errand.id)).first()
    assert first
    errands.tick(town.session, errands.find(town.session, first, for_=town.me(town.wangfang)), by=town.me(town.wangfang))
    town.session.commit()
    carrying.carry(work, way="sms")
    assert [one["to"] for one in provider.sent] == ["13800000002"]


def test_a_mail_says_it_whole_and_is_nobodys_subscription(town: Cast, database: Database, chosen: Settings, office: Post) -> None:  # noqa: F811
    work = Work(database=database, settings=chosen)
    notice = asked_by(town, Channel.phone, "li.qiang@example.com")
    told(town, work, notice, Way.email)
    [letter] = office.letters
    body = letter.get_body(("plain",))
    assert body is not None
    assert notice.number in body.get_content()
    assert letter["To"] == "li.qiang@example.com"
    assert letter["List-Unsubscribe"] is None
    assert became(town.session) == [(Way.email, True, "sent")]


def test_an_appointments_reminder_goes_whole_or_somebody_calls(town: Cast, work: Work, provider: Provider) -> None:
    asked_by(town, Channel.sms, "13800000001")
    ticket = town.session.scalars(sa.select(Ticket)).one()
    for words in ("提醒您：我们明天8:00上门。", "提醒您：我们明天上午八点到十点之间上门装表，请备好产权证明，不合适请来电改期，谢谢。"):
        entry = threads.say(town.session, ticket, town.wangfang.id, words)
        town.session.add(Errand(ticket_id=ticket.id, entry_id=entry.id, update_id=None, way=Way.sms, at=clock.now()))
    town.session.commit()
    carrying.carry(work, way="sms")
    town.session.expire_all()
    assert [one["said"] for one in provider.sent if one["template"] == "T8"] == [{"what": "提醒您：我们明天8:00上门。"}]
    assert (Way.call, False, "failed") in became(town.session)


def test_who_asked_in_a_group_is_told_when_the_groups_robot_is_through(town: Cast, work: Work) -> None:
    notice = asked_by(town, Channel.wecom, "", "")
    update = notice.updates[-1].id
    told(town, work, notice, Way.wecom)
    assert {way for way, _done, _state in became(town.session)} == {Way.call}  # No robot serves their group.
    town.session.execute(sa.update(Errand).values(way=Way.wecom))
    town.session.execute(sa.delete(Carriage))
    robot = subscribers.of_address(town.session, ChannelName.wecom, "0123abcd-0000-4000-8000-000000000001")
    subscriptions.subscribe(town.session, robot, grid=town.lotus)
    sent = Delivery(
        update_id=update, subscriber_id=robot.id, channel=ChannelName.wecom, shard=0, state=DeliveryState.waiting, tries=0,
        due_at=clock.now(), answer="",
    )  # fmt: skip
    town.session.add(sent)
    town.session.commit()
    carrying.carry(work, way="wecom")
    town.session.expire_all()
    assert set(became(town.session)) == {(Way.wecom, False, "waiting")}
    sent.state = DeliveryState.sent
    town.session.commit()
    with clock.at(clock.now() + timedelta(minutes=2)):
        carrying.carry(work, way="wecom")
    town.session.expire_all()
    assert set(became(town.session)) == {(Way.wecom, True, "sent")}


def test_a_reply_by_sms_goes_into_the_thread_once(told_town: Cast, machine: Callable[..., Client]) -> None:
    session, me = told_town.session, told_town.me(told_town.wangfang)
    ticket = conversation.ask(session, told_town.lotus, words="电费高了", channel=Channel.sms, token="t" * 40, contact="13800000001", by=me)
    conversation.answer(session, ticket, by=me, words="进了第二档。")
    conversation.close(session, ticket, by=me)
    session.commit()
    program = machine(told_town.sunli)
    said = {"phone": "+86 138 0000 0001", "words": "不对，我家没多用"}
    answers = [program.post("/api/v1/sms-replies", json=said, headers={"idempotency-key": "mo-1"}) for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 201]
    assert program.post("/api/v1/sms-replies", json={**said, "phone": "13900000000"}).status_code == 404
    session.expire_all()
    told_ = session.scalars(sa.select(Entry).where(Entry.words == said["words"])).all()
    assert [(one.ticket_id, one.channel) for one in told_] == [(ticket.id, Channel.sms)]
    assert session.get_one(Ticket, ticket.id).state is TicketState.open
