"""Each look has a reason, is kept, and there are only so many an hour."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.core import audit, clock, nameless
from app.core.audit import AuditEntry
from app.core.errors import Forbidden, Missing, Mistaken, TooMany
from grids.staff.staff import Me
from tests.cast import Cast
from tests.tickets.conftest import Ask
from tickets import conversation, inbox
from tickets.households import lookups
from tickets.privacy import sight, unmasking
from tickets.privacy.tables import LookUp, Reason
from tickets.tables import Ticket, TicketState
from tickets.wording import personal

NOON = clock.as_utc(clock.local(clock.now()).replace(hour=12, minute=0))


def reached(ask: Ask, town: Cast, number: int = 0) -> Ticket:
    return ask("请回电话", estate=town.garden, room=str(100 + number), contact=f"138000{number:05d}")


def test_a_look_is_kept_once_and_its_log_says_nothing_of_the_person(town: Cast, ask: Ask) -> None:
    ticket, me = reached(ask, town), town.me(town.wangfang)
    first = unmasking.unmask(town.session, ticket, by=me, reason=Reason.verify)
    assert unmasking.unmask(town.session, ticket, by=me, reason=Reason.visit).id == first.id
    lookups.find(town.session, "13800000000", by=me)
    looks = unmasking.listed(town.session, by=town.me(town.admin))
    assert [(one.reason, one.found) for one in looks] == [(Reason.search, 1), (Reason.verify, 0)]
    assert [(person.name, n) for person, n in unmasking.counted(town.session, by=town.me(town.admin))] == [("王芳", 2)]
    said = [str(entry.facts) for entry in town.session.scalars(sa.select(AuditEntry).where(AuditEntry.act.like("people.%")))]
    assert said == ["{'reason': 'verify'}", "{'found': 1}"]
    assert audit.verify(town.session)[1] is None


def test_thirty_numbers_an_hour_and_more_where_many_must_be_told_of_an_outage(town: Cast, ask: Ask) -> None:
    me = town.me(town.wangfang)
    with clock.at(NOON):
        asked = [reached(ask, town, number) for number in range(32)]
        for ticket in asked[:30]:
            unmasking.unmask(town.session, ticket, by=me, reason=Reason.call_back)
        with pytest.raises(TooMany) as slow:
            unmasking.unmask(town.session, asked[30], by=me, reason=Reason.call_back)
        assert 0 < slow.value.retry_after <= 3601
        with pytest.raises(Mistaken):
            unmasking.unmask(town.session, asked[30], by=me, reason=Reason.outage)
        dark = ask("家里没电了", estate=town.garden, room="900", contact="13800000900")
        unmasking.unmask(town.session, dark, by=me, reason=Reason.outage)
        unmasking.unmask(town.session, asked[31], by=town.me(town.zhaomin), reason=Reason.call_back)
    with clock.at(NOON + timedelta(minutes=61)):
        unmasking.unmask(town.session, asked[31], by=me, reason=Reason.call_back)


def test_sixty_searches_an_hour(town: Cast) -> None:
    me = town.me(town.wangfang)
    for number in range(60):
        lookups.find(town.session, f"莲花园{number}", by=me)
    with pytest.raises(TooMany):
        lookups.find(town.session, "莲花园", by=me)


def test_who_is_not_near_sees_no_number_whatever_the_reason(town: Cast, ask: Ask) -> None:
    ticket = reached(ask, town)
    for person, refusal in ((town.liujie, Forbidden), (town.admin, Forbidden), (town.chengang, Missing)):
        with pytest.raises(refusal):
            unmasking.unmask(town.session, ticket, by=town.me(person), reason=Reason.call_back)
    unmasking.unmask(town.session, ticket, by=town.me(town.sunli), reason=Reason.other, words="窗口核对电话")
    for words, reason in (("", Reason.other), ("", Reason.search)):
        with pytest.raises(Mistaken):
            unmasking.unmask(town.session, reached(ask, town, 1), by=town.me(town.wangfang), reason=reason, words=words)
    assert [one.words for one in town.session.scalars(sa.select(LookUp))] == ["窗口核对电话"]


@pytest.mark.parametrize(
    "written",
    [
        "13500000009", "135 0000 0009", "135-0000-0009", "1350 0000 009", "135.0000.0009", "135·0000·0009", "135–0000–0009",
        "135/0000/0009", "135_0000_0009", "1 3 5 0 0 0 0 0 0 0 9", "6222 0202 0000 0000 123",
    ],
)  # fmt: skip
def test_a_number_is_one_however_it_is_written(written: str) -> None:
    """On a lock screen, in a group's text and for who reads from afar alike."""
    said = f"打{written}，谢谢"
    for left in (nameless.numbers(said), personal.read(said).clean, nameless.words(said)):
        assert not any(sign.isdigit() for sign in left), left


def test_times_days_and_notices_are_no_numbers_of_persons() -> None:
    for said in ("5月8日 08:00-17:00 停电", "261126-03，2026-11-26 18:03", "10kV 1612 1305 线，1300 1400 号杆", "13.5-17.5 度，2026.11.26"):
        assert nameless.numbers(said) == said


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("我叫张小三，电话138 1234 5678", "我叫***，电话***"), ("户号1234567890123欠费", "户号***欠费"),
        ("发到 li.q@example.com.cn 吧", "发到 *** 吧"),
        ("2单元501没电", "***没电"), ("住112-3-501", "住***"), ("501室漏水", "***漏水"), ("欧阳女士问", "***女士问"),
        ("5月8日8:00-17:00检修，95598", "5月8日8:00-17:00检修，95598"), ("用了2906度，122号楼", "用了2906度，122号楼"),
        ("10kV学院线916 260714-01 2026-05-08", "10kV学院线916 260714-01 2026-05-08"), ("010-84510000", "***"),
        ("微信号li_qiang88，车京A12345挪开，幺三八零零零零一二三四", "***，车***挪开，***"), ("3号楼1102，住602", "3号楼***，住***"),
        ("请打1 3 7 0 0 0 0 1 1 1 1，或137 0000 1111", "请打***，或***"), ("幺三七洞洞洞洞幺幺幺幺", "***"), ("①③⑦⓪⓪⓪⓪①①①①", "***"),
        ("住3-7788，查2-501", "住***，查***"), ("李小强没电了", "***没电了"), ("我是李小强，没电", "我是***，没电"),
        ("叫我小李就行", "叫我***就行"),
        ("V信lixq7788；加v：lixq7788", "***；***"), ("发到 li＠qq.com", "发到 ***"), ("户号123456，１３７００００１１１１", "户号***，***"),
        ("何时停电？周六停电，王府井停电，张家口没电，任何人没电", "何时停电？周六停电，王府井停电，张家口没电，任何人没电"),
        ("每月10-200度，GB 50-2012，叫我付钱，我是高兴的", "每月10-200度，GB 50-2012，叫我付钱，我是高兴的"),
        ("二〇二六年五月，一二三单元，①先断电②再排水", "二〇二六年五月，一二三单元，①先断电②再排水"),
    ],
)  # fmt: skip
def test_persons_are_taken_out_and_what_was_asked_stays(said: str, left: str) -> None:
    assert nameless.words(said) == left


def test_from_afar_a_look_up_finds_nothing_that_may_not_be_read(town: Cast, ask: Ask) -> None:
    """Digit by digit no number comes to light; who has the whole of it finds the thread."""
    words = "我叫李小强，电话13700001111，充电棚几点断电"
    ticket = ask(words, estate=town.garden, building="3号楼2单元7788室李小强13700001111", room="7788", contact="13700002222")
    listed = ask("问电费", estate=town.garden, building="3", room="11")
    near, afar = town.me(town.wangfang), [town.me(town.liujie), town.me(town.admin)]

    def found(words: str, me: Me) -> list[int]:
        return [one.id for one in lookups.find(town.session, words, by=me)]

    for sought in ("1370000", "13700001111", "7788", "李小强", "137", "2单元"):
        assert found(sought, near) == [ticket.id], sought
        assert [found(sought, me) for me in afar] == [[], []], sought
    for sought, there in (
        ("13700002222", [ticket.id]),
        ("充电棚", [ticket.id]),
        ("莲花园", [listed.id, ticket.id]),
        ("3号楼", [listed.id]),
    ):
        assert [found(sought, me) for me in afar] == [there, there], sought
    assert [one[2] for one in inbox.places(town.session, afar[0], TicketState.open).buildings] == ["3号楼"]
    whole = conversation.find(town.session, ticket.id, for_=near)
    assert [sight.building(whole, for_=me) for me in (near, *afar)] == [ticket.building, "***", "***"]
