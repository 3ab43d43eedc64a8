"""莲花网格 in the middle of a day: something of everything that an address can name."""

import io
from datetime import timedelta

import msgspec
import sqlalchemy as sa
from PIL import Image
from sqlalchemy.orm import Session

from app.core import clock, photos, tokens
from app.core.settings import Settings
from broadcasts import drafts, life, notices
from broadcasts.cards import cards
from broadcasts.composer import pastes
from broadcasts.sending import groups, stewards
from broadcasts.subscribers import subscribers, subscriptions
from broadcasts.subscribers.tables import ChannelName, Confirmation
from broadcasts.tables import Notice, NoticeKind, UpdateState
from grids.points import doubles, equipment, points, sightings
from grids.points.tables import Found
from grids.reaching import gates, homes
from grids.staff import passing
from tests.cast import Cast
from tickets import conversation, promises, threads
from tickets.answers.tables import CardIdea, CardIdeaSource
from tickets.appointments import appointments, slots
from tickets.clocks.tables import Customer
from tickets.households import removals
from tickets.households.tables import Merge
from tickets.outages import telling
from tickets.outages.tables import Suspicion
from tickets.photos import thread_photos
from tickets.photos.tables import Photo
from tickets.privacy import requests
from tickets.privacy.tables import Proof, Wish
from tickets.procedures import cases, papers
from tickets.specialists import consulting
from tickets.tables import Channel, Entry, Errand, Ticket
from tickets.triage import whose_wire
from tickets.wording import moderation
from tickets.wording.tables import AbuseReason

TOKEN = "0123456789abcdef" * 2 + "01234567"
HOME = "00112233445566778899" * 2
NEWCOMER = "a1b2c3d4e5f6a7b8c9d0" * 2
DARK = "99887766554433221100" * 2
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
    estate: int = 1
    home: int = 1
    gate: int = 1
    paste: int = 1
    """A text with two notices in it."""
    sighting: int = 1
    machine: int = 1
    double: int = 1
    promise: int = 1
    errand: int = 1
    suspicion: int = 1
    other_suspicion: int = 2
    dark_ticket: int = 1
    """One that went through the five questions."""
    merge: int = 1
    twin: int = 2
    """A household that may be the one of the first question."""
    appointment: int = 1
    """One that is over, and nobody has said what became of it."""
    subscription: int = 1
    reached_ticket: int = 1
    """One whose asker left a telephone number."""
    data_request: int = 1
    done_request: int = 2
    photo: int = 1
    marked_ticket: int = 1
    mark: int = 1
    consultation: int = 1
    asked_one: int = 7
    passing: int = 1
    idea: int = 1
    removal: int = 1


def pictured(session: Session, settings: Settings, scene: Scene) -> None:
    """The first question has a photo."""
    drawn = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(drawn, "JPEG")
    ticket = session.get_one(Ticket, scene.ticket)
    thread_photos.keep_with_question(session, settings, ticket, [photos.shot(drawn.getvalue())])
    scene.photo = session.scalars(sa.select(Photo.id)).one()


def twin_entry(session: Session, ticket: Ticket) -> int:
    return session.scalars(threads.of_asker(ticket.id)).one().id


def subscribed(session: Session, town: Cast) -> int:
    """A neighbour who hears by webhook, and one who is about to; both pages have the scene's token."""
    one = subscribers.of_address(session, ChannelName.webhook, "https://hooks.example.com/lotus")
    one.token_hash = tokens.digest(TOKEN)
    place = subscriptions.subscribe(session, one, grid=town.lotus, estate=town.garden)
    subscriptions.subscribe(session, one, grid=town.lotus, estate=town.court)
    wish = {"topics": ["outage"]}
    session.add(
        Confirmation(
            token_hash=tokens.digest(TOKEN), channel=ChannelName.webhook, address="https://hooks.example.com/new", grid_id=town.lotus.id,
            salt="scene", wish=wish, asked_at=clock.now(),
        )
    )  # fmt: skip
    session.flush()
    return place.id


def ask_a_specialist(session: Session, town: Cast, ticket: Ticket) -> int:
    """吴建 is asked about a question of 莲花网格."""
    asked = f"metering/{town.wujian.id}"
    return consulting.ask(session, ticket, specialist=asked, by=town.me(town.wangfang), words="要不要换表？").id


def sits_in_the_dark(session: Session, town: Cast) -> int:
    ticket = conversation.ask(session, town.lotus, words="就我家没电", channel=Channel.web, token=DARK, estate=town.court, room="101")
    whose_wire.record(session, ticket, ["none", "lit", "off", "utility"])
    return ticket.id


def set_up(session: Session, town: Cast) -> Scene:
    me, admin = town.me(town.wangfang), town.me(town.admin)

    def draft(words: str) -> int:
        return drafts.write(session, town.lotus, by=me, kind=NoticeKind.safety, title="雨季用电", words=words, estates=[town.garden.id]).id

    fault = drafts.write(
        session, town.lotus, by=me, kind=NoticeKind.fault_outage, words="抢修班已到场。", cause="电缆故障", estates=[town.garden.id]
    )
    notices.publish(session, fault, by=me)
    cards.add(
        session, by=admin, slug="tiers", topic="tariff", title="阶梯电价", summary="按年累计。", words="一档、二档、三档。", source="示例"
    )
    ticket = conversation.ask(
        session, town.lotus, words="电费比上月高", channel=Channel.web, token=TOKEN, estate=town.garden, building="2号楼", room="602"
    )
    twin = conversation.ask(
        session, town.lotus, words="电费怎么算", channel=Channel.api, token="cd" * 20, estate=town.garden, room="602", contact="10000000021"
    )
    mark = moderation.mark(session, twin, twin_entry(session, twin), by=me, reason=AbuseReason.insult)
    closed = conversation.ask(session, town.lotus, words="怎么过户", channel=Channel.web, token=CLOSED, estate=town.garden)
    conversation.answer(session, closed, by=me, words="带身份证和房产证。")
    conversation.close(session, closed, by=me)
    answered = conversation.ask(
        session, town.lotus, words="发票怎么开", channel=Channel.web, token="ab" * 20, estate=town.court, kind="meter_check"
    )
    conversation.answer(session, answered, by=me, words="在网上国网里开。")
    point = points.add(
        session, by=me, name="莲花便利店", kind="convenience", lat=39.995, lon=116.465, opening_hours="Mo-Su 08:00-22:00", methods=["cash"]
    )
    group = groups.add(session, town.lotus, by=me, name="莲花园业主群", members=400, estates=[town.garden.id])
    steward = stewards.add(session, town.lotus, by=me, name="张大爷", phone="15400000901", estates=[town.garden.id])
    promise = promises.make(session, threads.give(session, answered, me, "明天给您送发票。"), by=me, day=clock.today() + timedelta(days=1))
    errand = tell_by_telephone(session, town, fault)
    suspicion, other = (suspect(session, town, building) for building in ("1号楼", "2号楼"))
    merge = prove_one(session, town)
    visit = makes_appointments(session, town, ticket, answered)
    dark = sits_in_the_dark(session, town)
    consultation = ask_a_specialist(session, town, ticket)
    handed = passing.prepare(session, town.lotus, to=town.chengang.id, by=me, note="钥匙在物业。")
    light_is_back(session, town)
    requests_ = wish_for_data(session, town, ticket)
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
    written = draft("地下室进水先断电。"), draft("换一句。")
    place = subscribed(session, town)
    homes.settle(session)
    gates.pin(session, town.garden, by=me, name="北门", lat=39.9955, lon=116.465)
    session.commit()
    return Scene(
        fault.number, *written, ticket.id, answered.id, point.id, fresh.number,
        update=fault.updates[-1].id, dark_ticket=dark, group=group.id, steward=steward.id, subscription=place, paste=paste.id,
        sighting=seen.id, machine=machine.id,
        promise=promise.id, errand=errand, suspicion=suspicion, other_suspicion=other, merge=merge, twin=twin.household_id,
        removal=somebody_moved(session, town), consultation=consultation, passing=handed.id, asked_one=town.wujian.id, appointment=visit,
        reached_ticket=twin.id, data_request=requests_[0], done_request=requests_[1],
        mark=mark.id, marked_ticket=twin.id, idea=like_answers(session, town, answered),
    )  # fmt: skip


def like_answers(session: Session, town: Cast, answered: Ticket) -> int:
    """An answer of 王芳 that was given again and again."""
    idea = CardIdea(grid_id=town.lotus.id, at=clock.now(), settled_at=None, settled_by_id=None, slug="")
    session.add(idea)
    session.flush()
    given = session.scalars(sa.select(Entry.id).where(Entry.ticket_id == answered.id, Entry.author_id == town.wangfang.id)).first()
    session.add(CardIdeaSource(entry_id=given, idea_id=idea.id))
    session.flush()
    return idea.id


def wish_for_data(session: Session, town: Cast, ticket: Ticket) -> tuple[int, int]:
    """A household's copy that is still to be made ready, and one that is; and a copy of the thread at its own address."""
    me = town.me(town.wangfang)
    requests.ask(session, ticket, wish=Wish.copy, whole=False, token=TOKEN)
    waiting = requests.ask(session, ticket, wish=Wish.copy, whole=True, token=TOKEN)
    closed = conversation.by_token(session, CLOSED)
    done = requests.do(session, requests.enter(session, closed, wish=Wish.copy, proof=Proof.bill, by=me), by=me)
    return waiting.id, done.id


def tell_by_telephone(session: Session, town: Cast, fault: Notice) -> int:
    """Somebody without a page asked about the fault and is to be called."""
    conversation.ask(
        session, town.lotus, words="没电了", channel=Channel.phone, token="ef" * 20, estate=town.garden, building="1号楼", room="101",
        contact="10000000022", by=town.me(town.wangfang),
    )  # fmt: skip
    return session.scalars(sa.select(Errand.id).where(Errand.update_id.is_not(None))).one()


def suspect(session: Session, town: Cast, building: str) -> int:
    """Three homes of one building of 荷塘苑 tell that it is dark."""
    for room in ("201", "202", "203"):
        conversation.ask(
            session, town.lotus, words="没电了", channel=Channel.web, token=f"{building}{room}" * 5, estate=town.court, building=building,
            room=room,
        )  # fmt: skip
    return session.scalars(sa.select(Suspicion.id).where(Suspicion.building == building)).one()


def prove_one(session: Session, town: Cast) -> int:
    """First only a number, then the number with a room."""
    for room, token in (("", "1a" * 20), ("303", "2b" * 20)):
        conversation.ask(
            session, town.lotus, words="怎么开发票", channel=Channel.phone, token=token, estate=town.garden, room=room,
            contact="10000000023", by=town.me(town.wangfang),
        )  # fmt: skip
    return session.scalars(sa.select(Merge.id)).one()


def somebody_moved(session: Session, town: Cast) -> int:
    me = town.me(town.wangfang)
    left = conversation.ask(
        session, town.lotus, words="搬走了，押金怎么退", channel=Channel.phone, token="9f" * 20, estate=town.garden, room="404", by=me
    )
    home = {"estate": town.garden, "building": "3号楼", "room": "505"}
    conversation.ask(
        session, town.lotus, words="电费单寄错了", channel=Channel.phone, token="8e" * 20, contact="10000000024", by=me, **home
    )
    conversation.ask(session, town.lotus, words="怎么过户", channel=Channel.web, token=NEWCOMER, **home)
    return removals.move(session, left, by=me, who=removals.Who.out).id


def makes_appointments(session: Session, town: Cast, coming: Ticket, over: Ticket) -> int:
    """One that is to come, and one of yesterday or this morning."""
    me = town.me(town.wangfang)
    slots.write(session, town.lotus.id, by=me, opening_hours="Mo-Su 08:00-20:00", minutes=60, capacity=5)
    with clock.at(clock.now() - timedelta(days=1)):
        past = appointments.book(session, over, at=slots.coming(session, town.lotus.id)[0].starts_at, by=me)
    for ticket in (coming, over):
        ticket.kind = "new_connection"
    papers.see(session, cases.begin(session, coming, by=me, customer=Customer.resident), "房产证明", by=me)
    appointments.book(session, coming, at=slots.coming(session, town.lotus.id)[-1].starts_at, by=me)
    return past.id


def light_is_back(session: Session, town: Cast) -> None:
    """Somebody was told that the power is back, and may say whether it is so at home."""
    me = town.me(town.wangfang)
    notice = drafts.write(session, town.lotus, by=me, kind=NoticeKind.fault_outage, title="又停了一次", estates=[town.garden.id])
    notices.publish(session, notice, by=me)
    asked = conversation.ask(
        session, town.lotus, words="没电了", channel=Channel.web, token=HOME, estate=town.garden, building="3号楼", room="9", notice=notice
    )
    told = notices.update(session, notice, by=me, state=UpdateState.restored)
    telling.tell(session, notice, told, [asked.id])
