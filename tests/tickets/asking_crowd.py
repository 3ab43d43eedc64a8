"""Three hundred homes in twelve buildings that have no power and ask about it."""

import secrets

import sqlalchemy as sa

from broadcasts import drafts, notices
from broadcasts.tables import Notice, NoticeKind
from grids.tables import Building, Estate
from tests import cast
from tests.cast import Cast
from tickets import conversation
from tickets.tables import Channel, Ticket

HOMES, BUILDINGS = 300, 12
CHANNELS = (Channel.web, Channel.web, Channel.web, Channel.phone, Channel.wechat, Channel.counter)


def estate(town: Cast) -> Estate:
    names = tuple(f"{n}号楼" for n in range(1, BUILDINGS + 1))
    return cast.estate(town.session, town.lotus, "十二栋", 3_600, 39.994, 116.464, names)


def fault(town: Cast, there: Estate) -> Notice:
    me = town.me(town.wangfang)
    houses = list(town.session.scalars(sa.select(Building.id).where(Building.estate_id == there.id)))
    notice = drafts.write(town.session, town.lotus, by=me, kind=NoticeKind.fault_outage, cause="电缆故障", buildings=houses)
    return notices.publish(town.session, notice, by=me)


def ask(town: Cast, there: Estate, n: int) -> Ticket:
    """The n-th home asks by one of the ways; what a colleague hears he enters."""
    channel = CHANNELS[n % len(CHANNELS)]
    heard = None if channel is Channel.web else town.me(town.wangfang)
    return conversation.ask(
        town.session, town.lotus, words="没电了，几点来电？", channel=channel, token=secrets.token_hex(20), estate=there,
        building=f"{n % BUILDINGS + 1}号楼", room=str(100 + n), contact=f"1380000{n:04}" if channel is Channel.phone else "", by=heard,
    )  # fmt: skip
