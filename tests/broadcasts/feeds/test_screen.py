"""The screen in the hall."""

import re

from app.core import clock
from broadcasts import notices
from broadcasts.cards import cards
from broadcasts.tables import NoticeKind, UpdateState
from tests.broadcasts.feeds.reading import HOME, kept
from tests.broadcasts.stage import HOUR, planned, published
from tests.cast import Cast
from tests.client import Client


class TestScreen:
    def test_all_is_well(self, told_town: Cast, resident: Client) -> None:
        text = resident.get(f"{HOME}/signage").text
        assert "没有已知停电" in text
        assert "王芳" in text
        assert "10000000001" in text
        assert 'http-equiv="refresh"' in text
        assert 'class="of1"' in text

    def test_the_outage_comes_first_then_what_is_coming_then_a_card(self, told_town: Cast, resident: Client) -> None:
        planned(told_town, estates=[told_town.court.id])
        published(told_town)
        admin = told_town.me(told_town.admin)
        cards.add(
            told_town.session, by=admin, slug="tiers", topic="tariff", title="阶梯电价", summary="按年累计。", words="一档。", source="示例"
        )
        kept(told_town)
        text = resident.get(f"{HOME}/signage").text
        places = [text.index(word) for word in ("正在停电", "计划停电", "阶梯电价")]
        assert places == sorted(places)
        assert 'class="of3"' in text
        assert "没有已知停电" not in text

    def test_what_is_back_says_nothing_of_before(self, told_town: Cast, resident: Client) -> None:
        notice = published(told_town, starts_at=clock.now() - HOUR)
        me = told_town.me(told_town.wangfang)
        notices.update(told_town.session, notice, by=me, state=UpdateState.progress, words="接头要清理、重做")
        notices.update(told_town.session, notice, by=me, state=UpdateState.restored)
        kept(told_town)
        text = resident.get(f"{HOME}/signage").text
        assert 'class="slide done much"' in text, "its sentence has two lines: it is set smaller, or it would be cut"
        assert "已复电" in text
        assert "接头要清理" not in text
        page = resident.get(f"/n/{notice.number}").text
        assert re.search(r"发布时说：</p>.{0,40}正在抢修。", page), "earlier words have their time"

    def test_the_loop_stays_short_however_much_is_going_on(self, told_town: Cast, resident: Client) -> None:
        for _ in range(6):
            published(told_town)
            planned(told_town)
            published(told_town, kind=NoticeKind.safety, title="雨季用电", ends_at=None)
        kept(told_town)
        text = resident.get(f"{HOME}/signage").text
        assert text.count('class="slide') == 7
