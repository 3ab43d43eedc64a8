"""A poster's words by the boxes in which they stand: none is cut through, and what may cost a life is never left out."""

import io
import re
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pytest
from PIL import Image
from pypdf import PageObject, PdfReader

from app.core import clock
from broadcasts import notices
from broadcasts.tables import UpdateState
from grids.tables import Building
from tests.broadcasts.stage import HOUR, planned
from tests.cast import Cast
from tests.client import Client

NOW = datetime(2027, 11, 26, 9, 0, tzinfo=clock.SHANGHAI)
FIRST = NOW + timedelta(days=20)
DANGERS = ("线路视为带电，可能提前来电，请勿触碰任何线路和设备。", "不要乘电梯。家里有医疗设备的，请给台区经理打电话。")
SHORT = "请提前存水、给手机充电。\n1. 家里有呼吸机的请给我打电话"
FOOT = 44
"""Lower than this stand only the number and the page's address, on sheets after the first."""
LONG = "".join(f"第{n}样：请提前做好准备，照看家里的老人和孩子。" + ("\n" if n % 7 == 0 else "") for n in range(1, 230))[:5000]


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


class Box(NamedTuple):
    words: str
    x: float
    y: float
    size: float


def boxes(page: PageObject) -> list[Box]:
    found: list[Box] = []

    def look(words: str, cm: list[float], tm: list[float], _font: Any, size: float) -> None:
        if words.strip():
            x, y = tm[4] * cm[0] + tm[5] * cm[2] + cm[4], tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            found.append(Box(words.strip(), x, y, abs(size * tm[3] * cm[3])))

    page.extract_text(visitor_text=look)
    return found


def flat(words: str) -> str:
    return re.sub(r"[\s\u200b]+", "", words)


def moved(town: Cast, *, area: int, words: str, days: int) -> str:
    """With so many buildings that no two are neighbours, over so many days, moved once."""
    town.session.add_all(Building(estate_id=town.garden.id, name=f"{n}号楼", households=9, floors=6) for n in range(11, 11 + 2 * area, 2))
    town.session.flush()
    chosen = town.session.query(Building).filter_by(estate_id=town.garden.id).all()
    with clock.at(NOW):
        notice = planned(
            town, estates=[town.court.id], buildings=[one.id for one in chosen], words=words, starts_at=FIRST, ends_at=FIRST + 8 * HOUR
        )
        start = FIRST + timedelta(days=2)
        notices.update(
            town.session, notice, by=town.me(town.wangfang), state=UpdateState.new_time, starts_at=start,
            ends_at=start + timedelta(days=days, hours=7),
        )  # fmt: skip
    town.session.commit()
    return notice.number


@pytest.mark.parametrize(("area", "words", "days", "sheets"), [(2, SHORT, 0, 1), (80, SHORT, 30, 2), (150, LONG, 30, 6)])
def test_no_line_of_a_poster_is_cut_through_or_lost(
    told_town: Cast, resident: Client, area: int, words: str, days: int, sheets: int
) -> None:
    number = moved(told_town, area=area, words=words, days=days)
    with clock.at(NOW):
        made = {size: resident.get(f"/n/{number}/poster.pdf?size={size}").content for size in ("a4", "a3")}
        picture = resident.get(f"/n/{number}/poster.png").content
    for size, scale in (("a4", 1.0), ("a3", 2**0.5)):
        pages = PdfReader(io.BytesIO(made[size])).pages
        assert len(pages) <= sheets
        _stands_whole(pages[0], scale)
        told = flat("".join(one.words for page in pages for one in boxes(page) if one.y > FOOT * scale))
        for line in words.splitlines():
            assert flat(line.removeprefix("1. ")) in told, "what the first sheet had no room for stands on the next"
    _is_inked(Image.open(io.BytesIO(picture)).convert("L"), boxes(PdfReader(io.BytesIO(made["a4"])).pages[0]))


def _stands_whole(page: PageObject, scale: float) -> None:
    found = boxes(page)
    said = flat("".join(one.words for one in found))
    for words in (*DANGERS, "计划停电已改期", "原定", "12月18日", "莲花园"):
        assert words in said, words
    below = next(one for one in found if one.words.startswith("扫码看"))
    last = min(one.y for one in found if one.y > below.y + below.size)
    assert last - 0.2 * min(one.size for one in found if one.y == last) > below.y + 0.9 * below.size, "nothing runs into the code"
    width, height = float(page.mediabox.width), float(page.mediabox.height)
    for one in found:
        assert 0 < one.x < width, one
        assert 0.2 * one.size < one.y < height - 0.8 * one.size, one
    for danger in DANGERS:
        assert min(one.size for one in found if one.words[:6] in danger and len(one.words) > 5) >= 9 * scale, "can be read"
    drawn = page.get_contents()
    assert drawn is not None
    assert len(re.findall(rb"\sW\s", drawn.get_data())) == 2, "only the sign and the code are drawn within a frame"


def _is_inked(picture: Image.Image, found: list[Box]) -> None:
    """A line that was cut through has no ink in its lower half."""
    dot = picture.width / 595.28
    for one in found:
        if flat(one.words)[:4] not in [danger[:4] for danger in DANGERS]:
            continue
        left, right = one.x * dot, (one.x + 5 * one.size) * dot
        base, middle, top = (picture.height - (one.y + part * one.size) * dot for part in (-0.1, 0.38, 0.85))
        for upper, lower in ((top, middle), (middle, base)):
            assert picture.crop((int(left), int(upper), int(right), int(lower))).getextrema()[0] < 100, one
