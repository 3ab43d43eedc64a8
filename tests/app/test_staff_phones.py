"""A colleague's phone rings for work where that was switched on, for what concerns them, and until they sign out there."""

import secrets
from collections.abc import Callable

import msgspec
import pytest
import sqlalchemy as sa

from app import passing as handing
from app.core.database import Database
from app.core.jobs import Work
from app.core.settings import Settings
from broadcasts.promises import calls
from broadcasts.promises.tables import Call
from grids.staff import passing as passings
from grids.staff.tables import SignIn
from grids.tables import Person
from pwa import devices
from pwa.tables import Device
from tests.broadcasts.phones import phone
from tests.cast import Cast
from tests.client import Client
from tests.pwa import loopback
from tests.pwa.loopback import PushService, b64
from tickets import conversation, handovers
from tickets.tables import Channel

SignedIn = Callable[[Person], Client]


@pytest.fixture
def work(database: Database, chosen: Settings, service: PushService) -> Work:
    return Work(database=database, settings=msgspec.structs.replace(chosen, push_loopback=True))


def test_what_is_handed_over_rings_with_whoever_has_it_now_and_names_nobody(told_town: Cast, service: PushService, work: Work) -> None:
    town, session = told_town, told_town.session
    phones = {one.name: phone(session, service, of=one) for one in (town.wangfang, town.zhaomin, town.chengang)}
    left = phone(session, service, of=town.chengang)
    gone = session.scalar(sa.select(Device.sign_in).where(Device.endpoint == left.endpoint))
    session.execute(sa.delete(SignIn).where(SignIn.token_hash == gone))
    tickets = [
        conversation.ask(
            session, town.lotus, words=f"我是李强，问{n}", channel=Channel.web, token=secrets.token_hex(20), contact="15400000777"
        )
        for n in range(2)
    ]
    for ticket in tickets:
        handovers.hand_over(session, ticket, to=town.lake.id, by=town.me(town.wangfang), words="李强家的，电话15400000777")
    conversation.answer(session, tickets[1], by=town.me(town.chengang), words="答过了。")
    made = handing.prepare(session, town.lotus, to=town.chengang.id, by=town.me(town.wangfang), note="钥匙在李强家")
    session.commit()
    for _twice in range(2):
        calls.sweep(work)
    with work.database.reading() as reading:
        assert reading.scalar(sa.select(sa.func.count()).select_from(Call).where(Call.sent_at.is_(None))) == 0
    said = {who: sorted(one.words["notification"]["title"] for one in service.to(held)) for who, held in phones.items()}
    assert said == {"王芳": [], "赵敏": [], "陈刚": ["有一个网格等您接手", f"诉求 {tickets[0].id} 转给您了"]}
    assert service.to(left) == [], "signed out there"
    spoken = str([one.words for one in service.to(phones["陈刚"])])
    assert ("李强" in spoken, "15400000777" in spoken, "问0" in spoken) == (False, False, False)
    handing.prepare(session, town.lotus, to=town.zhaomin.id, by=town.me(town.wangfang))
    session.commit()
    calls.sweep(work)
    [anew] = service.to(phones["赵敏"])
    assert anew.words["notification"]["title"] == "有一个网格等您接手", "another successor is told anew"
    passings.withdraw(session, made, by=town.me(town.wangfang))


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_the_switch_stands_on_the_own_page_and_signing_out_ends_it(signed_in: SignedIn, told_town: Cast, database: Database) -> None:
    client = signed_in(told_town.wangfang)
    with loopback.running() as service:
        held = service.subscribe()
    wish = {"endpoint": "https://fcm.googleapis.com/fcm/send/1", "keys": {"p256dh": b64(held.p256dh), "auth": b64(held.auth)}}

    def rings() -> bool:
        with database.reading() as session:
            people = sa.select(Person.id).where(Person.id == told_town.wangfang.id)
            return session.scalar(sa.select(sa.func.count()).select_from(Device).where(devices.of(people))) == 1

    assert "<push-subscribe" in client.get("/desk/me").text
    client.post("/push/subscriptions", json=wish)
    assert not rings(), "each start of the app posts it: that switches nothing on"
    for said in ({"work": True}, {}):
        assert client.post("/push/subscriptions", json={**wish, **said}).status_code == 201
        assert rings()
    assert "这部手机会响" in client.get("/desk/me").text
    client.post("/desk/me/silence")
    assert not rings()
    client.post("/push/subscriptions", json={**wish, "work": True})
    other = signed_in(told_town.zhaomin)
    other.post("/push/subscriptions", json=wish)
    assert not rings(), "a colleague took this phone"
    client.post("/push/subscriptions", json={**wish, "work": True})
    client.post("/sign-out")
    assert not rings()
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Device)) == 1, "what a resident subscribed to there stays"
