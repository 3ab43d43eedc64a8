"""莲花网格 in the middle of a day: something of everything that an address can name."""

from datetime import timedelta

import msgspec
from sqlalchemy.orm import Session

from app.core import clock
from broadcasts import cards, life, notices, pastes
from broadcasts.sending import groups, stewards
from broadcasts.tables import NoticeKind
from grids import doubles, equipment, points, sightings
from grids.tables import Found
from tests.cast import Cast
from tickets import conversation
from tickets.tables import Channel

TOKEN = "0123456789abcdef" * 2 + "01234567"
CLOSED = "fedcba9876543210" * 2 + "01234567"


class Scene(msgspec.Struct):
    """Keys as the routes name them; two drafts, two notices and two questions, since an act may use one up."""

    published: str
    draft: int
    other_draft: int
    ticket: int
    answered_ticket: int
    point: int
    fresh: str = "260714-02"
    """Published just now: it can still be undone, for longer than in life, since a slow test may take its time."""
    update: int = 1
    group: int = 1
    steward: int = 1
    paste: int = 1
    """A text with two notices in it."""
    sighting: int = 1
    machine: int = 1
    double: int = 1


def set_up(session: Session, town: Cast) -> Scene:
    me, admin = town.me(town.wangfang), town.me(town.admin)

    def draft(words: str) -> int:
        return notices.draft(session, town.lotus, by=me, kind=NoticeKind.safety, title="雨季用电", words=words, estates=[town.garden.id]).id

    fault = notices.draft(
        session, town.lotus, by=me, kind=NoticeKind.fault_outage, words="抢修班已到场。", cause="电缆故障", estates=[town.garden.id]
    )
    notices.publish(session, fault, by=me)
    cards.add(
        session, by=admin, slug="tiers", topic="tariff", title="阶梯电价", summary="按年累计。", words="一档、二档、三档。", source="示例"
    )
    ticket = conversation.ask(
        session, town.lotus, words="电费比上月高", channel=Channel.web, token=TOKEN, estate=town.garden, building="2号楼", room="602"
    )
    closed = conversation.ask(session, town.lotus, words="怎么过户", channel=Channel.web, token=CLOSED, estate=town.garden)
    conversation.answer(session, closed, by=me, words="带身份证和房产证。")
    conversation.close(session, closed, by=me)
    answered = conversation.ask(session, town.lotus, words="发票怎么开", channel=Channel.web, token="ab" * 20, estate=town.court)
    conversation.answer(session, answered, by=me, words="在网上国网里开。")
    point = points.add(
        session, by=me, name="莲花便利店", kind="convenience", lat=39.995, lon=116.465, opening_hours="Mo-Su 08:00-22:00", methods=["cash"]
    )
    group = groups.add(session, town.lotus, by=me, name="莲花园业主群", members=400, estates=[town.garden.id])
    steward = stewards.add(session, town.lotus, by=me, name="张大爷", phone="15400000901", estates=[town.garden.id])
    fresh = notices.find(session, str(draft("先断电再排水。")), for_=me)
    notices.publish(session, fresh, by=me, grace=life.GRACE)
    fresh.undo_until = clock.now() + timedelta(hours=1)
    text = "5月8日8:00-12:00检修停电，影响莲花园。\n5月9日8:00-12:00检修停电，影响荷塘苑。"
    paste = pastes.keep(session, town.lotus, by=me, text=text)
    points.add(session, by=me, name="莲花便利店(西门)", kind="convenience", lat=39.9952, lon=116.465, methods=["cash"])
    doubles.look(session)
    machine = equipment.add(session, point, by=me, kind="pay_terminal", label="1")
    seen = sightings.visit(session, point, by=me, found=Found.open)
    session.commit()
    drafts = draft("地下室进水先断电。"), draft("换一句。")
    return Scene(
        fault.number, *drafts, ticket.id, answered.id, point.id, fresh.number,
        update=fault.updates[-1].id, group=group.id, steward=steward.id, paste=paste.id, sighting=seen.id, machine=machine.id,
    )  # fmt: skip
