"""Who promises in words is asked once whether it is a promise; a person decides, and nothing is ever in the way."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.core import clock
from grids.tables import Person
from tests.cast import Cast
from tests.client import Client
from tests.tickets.conftest import Ask
from tests.tickets.test_unread_pages import seen
from tickets import promises, promising
from tickets.tables import Entry, TicketPromise

THURSDAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("words", "on"),
    [
        ("我明天上午来看，您在家等一下。", 27), ("师傅后天上门换表。", 28), ("周五前给您答复。", 27), ("三天内处理好，给您回电话。", 29),
        ("今晚我过去一趟。", 26), ("已联系检修班，下周一给您换表。", 30), ("11月30号安排电工上门。", 30), ("两小时内上门。", 26),
        ("查了，电费没错。我们明天再核一遍，周六前给您回话。", 28),
        ("请您明天带身份证来营业厅。", None), ("师傅昨天已经来换过了。", None), ("明天您在家吗？", None), ("明天停电，请提前备水。", None),
        ("电表换好了。", None), ("您可以周五去营业厅办。", None), ("充值后两小时内到账。", None), ("阶梯电价按年累计。", None),
    ],
)  # fmt: skip
def test_a_day_and_that_one_of_us_does_something_is_a_promise(words: str, on: int | None) -> None:
    with clock.at(datetime(2026, 11, 26, 10, 0)):
        found = promising.promised(words, on=THURSDAY)
    assert (found and found.on.day) == on


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_it_is_asked_once_with_the_day_and_never_of_what_lay_on_the_phone(
    ask: Ask, town: Cast, signed_in: Callable[[Person], Client]
) -> None:
    ticket, other, offline = ask("电表不转"), ask("灯闪"), ask("跳闸")
    path, second, third = (f"/desk/tickets/{one.id}/answers" for one in (ticket, other, offline))
    town.session.commit()
    manager, words = signed_in(town.wangfang), {"words": "我明天上午来看"}
    asked = manager.post(path, data=words)
    assert asked.status_code == 422
    assert "您写了“我明天上午来看”，算不算承诺" in asked.text
    assert 'name="weighed" value="on"' in asked.text
    assert manager.post(path, data={**words, "weighed": "on", "by_day": "said"}, follow_redirects=False).status_code == 303
    assert manager.post(second, data={**words, "weighed": "on"}, follow_redirects=False).status_code == 303
    late = {"idempotency-key": "a" * 32, "x-made-ago": "600"}
    assert manager.post(third, data=words, headers=late).status_code == 204
    town.session.expire_all()
    made = town.session.query(TicketPromise).one()
    assert (made.ticket_id, clock.local(made.due_at).date()) == (ticket.id, clock.today() + timedelta(days=1))
    town.session.commit()
    nowhere = manager.post(second, data={"words": "好的", "by_day": "said"})
    assert "答复里没有写日子" in nowhere.text


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_in_a_danger_the_words_go_first_and_ten_minutes_are_ten_minutes(
    ask: Ask, town: Cast, signed_in: Callable[[Person], Client]
) -> None:
    assert promising.promised("我十分钟到，箱子别碰", on=THURSDAY) == promising.Promised(
        "我十分钟到，箱子别碰", THURSDAY, timedelta(minutes=10)
    )
    assert promising.promised("今晚我过去，十分钟就修好", on=THURSDAY) == promising.Promised("今晚我过去，十分钟就修好", THURSDAY)
    ticket = ask("表箱冒烟")
    path = f"/desk/tickets/{ticket.id}"
    town.session.commit()
    manager = signed_in(town.wangfang)
    sent = manager.post(f"{path}/answers", data={"words": "我十分钟到，箱子别碰", "seen": seen(manager.get(path).text)})
    assert (sent.status_code, sent.text.count("算不算承诺")) == (200, 1), "asked once, below what went out"
    entry = town.session.scalars(sa.select(Entry).where(Entry.author_id == town.wangfang.id)).one()
    soon = clock.local(entry.at + timedelta(minutes=10)).strftime("%H:%M")
    assert f"算不算承诺（{soon}前）" in sent.text
    with clock.at(entry.at + timedelta(minutes=4)):
        assert f"算不算承诺（{soon}前）" in manager.get(path).text, "read again, it is counted from when it was said"
    town.session.commit()
    for _twice in range(2):
        kept = manager.post(f"{path}/promises", data={"entry": str(entry.id)})
    assert "算不算承诺" not in kept.text
    assert town.session.query(TicketPromise).one().due_at == entry.at + timedelta(minutes=10)


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_what_is_promised_for_tonight_is_no_other_hour_later_and_asked_no_more_the_next_day(
    ask: Ask, town: Cast, signed_in: Callable[[Person], Client]
) -> None:
    evening = clock.as_utc(datetime(2026, 11, 26, 19, 0))
    with clock.at(evening):
        path = f"/desk/tickets/{ask('表箱冒烟').id}"
        town.session.commit()
        manager = signed_in(town.wangfang)
        manager.post(f"{path}/answers", data={"words": "今天我过去换", "seen": seen(manager.get(path).text)})
        entry = town.session.scalars(sa.select(Entry).where(Entry.author_id == town.wangfang.id)).one()
        due = promises.due_of(entry, THURSDAY, None)
        town.session.commit()
    with clock.at(evening + timedelta(minutes=30)):
        assert promises.due_of(entry, THURSDAY, None) == due == entry.at + timedelta(hours=1)
        assert "算不算承诺" in manager.get(path).text
    with clock.at(evening + timedelta(hours=8)):
        again = manager.get(path)
        assert (again.status_code, "算不算承诺" in again.text) == (200, False)
