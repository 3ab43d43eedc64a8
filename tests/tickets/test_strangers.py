"""A room stands on its door, and a number in many phones: what a stranger writes on the web opens nothing of a neighbour's."""

import pytest
import sqlalchemy as sa

from tests.cast import Cast
from tests.tickets.conftest import Ask
from tickets import conversation, replies, threads
from tickets.households.tables import Merge
from tickets.privacy import copies, gathering, requests
from tickets.privacy.tables import Proof, Wish
from tickets.tables import Channel, Entry, Ticket, TicketState

HERS, EVIL, SECRET = "13500000009", "13300000008", "老伴住院了，电费能缓几天吗"


def end(town: Cast, ticket: Ticket) -> None:
    me = town.me(town.wangfang)
    conversation.answer(town.session, ticket, by=me, words="好的。")
    conversation.close(town.session, ticket, by=me)


def test_who_knows_only_a_number_comes_into_no_thread_of_its_owner(town: Cast, ask: Ask) -> None:
    phone = {"channel": Channel.phone, "by": town.me(town.wangfang)}
    own = {"estate": town.garden, "building": "1号楼", "room": "1301", "contact": HERS}
    before = ask("几点上班？", contact=HERS, estate=town.garden)
    hers = ask(SECRET, contact=HERS, **phone)
    assert hers.id != before.id, "nor does she come into one that a stranger began with her number"
    theirs = ask("电价多少", **own)
    end(town, theirs)
    again = ask("再问发票", **own)
    assert len({hers.id, theirs.id, again.id, ask("还问", contact=HERS).id}) == 4
    assert town.session.scalar(sa.select(sa.func.count()).select_from(Merge)) == 0
    later = ask("那要带什么材料", contact=HERS, **phone)
    assert later.id == hers.id, "what she tells on the telephone is one thread"
    home = {"estate": town.garden, "building": "2号楼", "room": "501", "contact": HERS}
    assert ask("我住2号楼501", **home, **phone).id == hers.id, "number and room heard together prove it"
    assert ask("网上再问一句", **home).id == hers.id
    assert town.session.scalars(sa.select(Merge.by_id)).all() == [None]


@pytest.mark.parametrize("first", [True, False], ids=["the stranger first", "the neighbour first"])
def test_a_stranger_with_a_number_of_their_own_gets_and_erases_nothing_of_the_home(town: Cast, ask: Ask, first: bool) -> None:
    session, me = town.session, town.me(town.wangfang)
    home = {"estate": town.garden, "building": "1号楼", "room": "501"}

    def neighbour() -> list[Ticket]:
        written = ask("网上问：" + SECRET, **home) if first else ask("网上问：" + SECRET, contact=HERS, **home)
        return [
            written,
            ask(SECRET, channel=Channel.phone, by=me, contact=HERS, **home),
            ask(SECRET + "？", channel=Channel.counter, by=me, **home),
        ]

    hers = [] if first else neighbour()
    theirs = ask("问下电价", token="e" * 40, contact=EVIL, **home)
    hers = hers or neighbour()
    assert ask("再问一下发票", contact=EVIL, **home).id not in {one.id for one in hers}
    copy = requests.ask(session, theirs, wish=Wish.copy, whole=True, token="e" * 40)
    requests.do(session, copy, by=me, proof=Proof.called_back)
    told = str(gathering.of(session, copies.ready(session, theirs, "e" * 40)))
    assert (SECRET in told, HERS in told, "问下电价" in told, "再问一下发票" in told) == (False, False, True, True)
    for one in session.scalars(threads.whole()).all():
        end(town, one)
    requests.do(session, requests.ask(session, theirs, wish=Wish.erasure, whole=True, token="e" * 40), by=me, proof=Proof.called_back)
    left = session.scalars(sa.select(Entry.words)).all()
    assert (sum(SECRET in words for words in left), "问下电价" in left) == (3, False)
    seen = requests.do(session, requests.enter(session, hers[0], wish=Wish.copy, proof=Proof.door, by=me), by=me)
    assert str(gathering.of(session, seen)["questions"]).count(SECRET) >= 3, "at the door all of it is theirs"


def test_a_reply_by_sms_stays_in_the_thread_of_whoever_left_that_number(town: Cast, ask: Ask) -> None:
    me, home = town.me(town.wangfang), {"estate": town.garden, "building": "1号楼", "room": "501"}
    theirs = ask("打听一下电费", channel=Channel.phone, by=me, contact=EVIL, estate=town.garden)
    end(town, theirs)
    hers = ask("电费单没收到", channel=Channel.phone, by=me, contact=HERS, **home)
    assert replies.hear(town.session, phone=EVIL, words="不用换了，取消", by=me).id == theirs.id
    ask("我是她儿子", channel=Channel.phone, by=me, contact="13600000007", **home)
    assert replies.hear(town.session, phone=HERS, words="什么时候来", by=me).id == hers.id, "it went on with her son's number, and is hers"


@pytest.mark.parametrize("room", ["501", ""], ids=["at home", "by number alone"])
def test_a_reply_by_sms_never_stands_where_its_number_was_only_typed(town: Cast, ask: Ask, room: str) -> None:
    """Whoever knows a number may write it on the web, and reads on at that page."""
    session, me = town.session, town.me(town.wangfang)
    hers = ask("欠费能缓吗", channel=Channel.phone, by=me, contact=HERS, **({"estate": town.garden, "room": room} if room else {}))
    end(town, hers)
    theirs = [ask("电价多少", contact=HERS), ask("几点上班", contact=HERS, estate=town.garden), ask("打听发票", contact=EVIL)]
    home = {"estate": town.garden, "room": "702", "contact": EVIL}
    theirs.append(ask("网上问电价", **home))
    told = replies.hear(session, phone=HERS, words=SECRET, by=me)
    assert (told.id, told.state) == (hers.id, TicketState.open), "what was heard goes on, though it was settled"
    first = replies.hear(session, phone=EVIL, words="我没问过", by=me)
    assert (first.id in {one.id for one in theirs}, first.channel) == (False, Channel.sms), "one of its own, whoever typed it"
    assert replies.hear(session, phone=EVIL, words="不是我", by=me).id == first.id
    words = session.scalars(sa.select(Entry.words).where(Entry.ticket_id.in_([one.id for one in theirs]))).all()
    assert words == ["电价多少", "几点上班", "打听发票", "网上问电价"]
