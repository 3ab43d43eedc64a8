"""A channel that is configured, a crowd that hears by it, and what became of each."""

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.jobs import Work
from app.core.settings import Settings
from broadcasts.channels import webhook
from broadcasts.deliveries import posting
from broadcasts.deliveries.tables import Delivery, DeliveryState
from broadcasts.subscribers import subscribers, subscriptions
from broadcasts.subscribers.tables import ChannelName, Subscriber
from broadcasts.tables import Notice, Update
from tests.broadcasts import providers
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
