"""From the form to the letter and out again, without script or account, against a real SMTP server."""

import email
import re
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from sqlalchemy.orm import Session

from app.core.database import Database
from app.core.jobs import Work
from app.core.settings import Settings
from broadcasts.deliveries import posting
from broadcasts.deliveries.tables import Delivery, DeliveryState
from broadcasts.subscribers import confirming, subscribers, subscriptions
from broadcasts.subscribers.tables import ChannelName, Confirmation, Subscriber, Topic
from broadcasts.tables import Update
from tests.broadcasts import stage
from tests.cast import Cast
from tests.client import Client
from tests.postgres import _free_port as free_port


class Post:
    """What the server does with each address, and the letters that it took."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.answers: dict[str, str] = {}

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802 - aiosmtpd calls it so
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd calls it so
        self.letters.append(email.message_from_bytes(envelope.content, policy=default))  # type: ignore[arg-type]
        return "250 OK"


@pytest.fixture
def office(chosen: Settings) -> Iterator[Post]:
    handler, port = Post(), free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    text = f'[email]\nhost = "127.0.0.1"\nport = {port}\nsender = "lindian@example.com"\nsecurity = "none"\n'
    (chosen.home / "gateways.toml").write_text(text)
    yield handler
    controller.stop()


def words(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_smtp_answers_are_judged_and_every_letter_says_how_to_leave(
    session: Session, town: Cast, chosen: Settings, database: Database, office: Post
) -> None:
    office.answers = {"gone@x.cn": "550 5.1.1 no such user", "full@x.cn": "452 4.2.2 mailbox full", "spam@x.cn": "554 5.7.1 refused"}
    for name in ("ok", "gone", "full", "spam"):
        one = subscribers.of_address(session, ChannelName.email, f"{name}@x.cn")
        subscribers.link(one, chosen.secret)
        subscriptions.subscribe(session, one, grid=town.lotus)
    notice = stage.published(town)
    number, update_id = notice.number, session.scalars(sa.select(Update.id)).one()
    session.commit()
    posting.send(Work(database=database, settings=chosen), update_id=update_id, shard=0)
    states = {answer[:3]: state for answer, state in session.execute(sa.select(Delivery.answer, Delivery.state))}
    assert states == {
        "250": DeliveryState.sent, "550": DeliveryState.gone, "452": DeliveryState.waiting, "554": DeliveryState.failed,
    }  # fmt: skip
    assert set(session.scalars(sa.select(Subscriber.address))) == {"ok@x.cn", "full@x.cn", "spam@x.cn"}
    [letter] = office.letters
    assert number in words(letter)
    assert "台区经理 王芳 10000000001" in words(letter)
    assert letter["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    found = re.search(r"/s/([0-9a-f]{40})/leaving", letter["list-unsubscribe"])
    assert found is not None
    assert subscribers.by_link(session, found[1]).address == "ok@x.cn"


def test_a_resident_asks_confirms_changes_and_leaves(
    resident: Client, session: Session, town: Cast, chosen: Settings, database: Database, office: Post
) -> None:
    form = {"channel": "email", "address": "li@X.cn", "topics": ["outage", "safety"], "place": f"e{town.garden.id}"}
    offered = resident.get("/g/104226/subscribe").text
    assert '<label for="address">邮箱</label>' in offered, "only what is offered is asked for"
    assert "不索要身份证、银行卡和验证码" not in offered, "the page asks for a code"
    assert "验证码只填在这个网站上" in offered
    assert "订阅通知：电子邮件" in resident.get("/g/104226").text
    asked = resident.post("/g/104226/subscribe", data=form)
    again = resident.post("/g/104226/subscribe", data=form)
    assert (asked.status_code, again.status_code) == (200, 429)
    assert 0 < int(again.headers["retry-after"]) <= 61
    assert "一分钟" in again.text
    key = session.scalars(sa.select(Confirmation.id)).one()
    session.commit()
    confirming.send_code(Work(database=database, settings=chosen), confirmation_id=key)
    found = re.search(r"\d{6}", words(office.letters[0]))
    assert found is not None
    page = asked.url.path
    assert "验证码只填在这个网站上" in asked.text
    assert resident.post(page, data={"code": f"{(int(found[0]) + 1) % 1_000_000:06d}"}).status_code == 422
    mine = resident.post(page, data={"code": found[0]}).url.path
    assert re.fullmatch(r"/s/[0-9a-f]{40}", mine)
    assert resident.get(page).status_code == 404, "a code is used once"
    assert resident.post(mine, data={"topics": ["knowledge"]}).status_code == 200
    one = session.scalars(sa.select(Subscriber)).one()
    assert (one.address, one.topics, mine[3:] not in (one.token_hash, one.salt)) == ("li@x.cn", [Topic.knowledge], True)
    session.commit()
    moved = resident.post(f"{mine}/places", data={"place": f"e{town.court.id}"})
    assert moved.url.path == mine
    assert "不再收莲花园" in moved.text
    left = re.findall(r'action="(/s/[0-9a-f]{40}/places/\d+/dropping)"', moved.text)[0]
    there = resident.post(left).text
    assert "荷塘苑" in there.partition("<form")[0]
    assert resident.post(f"{mine}/places", data={"place": "e99999999"}).status_code == 422
    assert resident.post(f"{mine}/places", data={"place": ""}).status_code == 200
    # A mail program's own server asks without a browser's headers (RFC 8058).
    resident.headers.pop("sec-fetch-site")
    assert resident.post(f"{mine}/leaving", data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert resident.get(mine).status_code == 404
    assert session.scalar(sa.select(sa.func.count()).select_from(Subscriber)) == 0
