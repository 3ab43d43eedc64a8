"""People without smartphones: a poster that is read from three metres, a minute for the loudspeaker, a list from door to door."""

import io
import re
import struct
from datetime import datetime, timedelta
from typing import Any

import pytest
from pypdf import PdfReader

from app.core import clock
from app.core.settings import Settings
from broadcasts import notices
from broadcasts.cards import cards
from broadcasts.print import doors, posters, press
from broadcasts.print.script import loudspeaker
from broadcasts.print.spoken import spoken
from broadcasts.tables import Notice, NoticeKind, UpdateState
from grids import grids
from grids.tables import Building
from tests.broadcasts.stage import HOUR, planned, published
from tests.broadcasts.test_cards import TIERS
from tests.cast import Cast
from tests.client import Client

CODE = '#panic("x") #let a = 1 $x^2$ \\ " \' \u202e*b* _i_ `r` @ref <l> // c /* d #{sys.inputs}'


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def of(made: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(made))


def text(made: bytes) -> str:
    """Without the spaces that a PDF's lines bring."""
    return re.sub(r"\s+", "", "".join(page.extract_text() for page in of(made).pages))


def millimetres(made: bytes) -> tuple[int, int]:
    box = of(made).pages[0].mediabox
    return round(float(box.width) / 72 * 25.4), round(float(box.height) / 72 * 25.4)


def script(town: Cast, notice: Notice) -> str:
    town.session.expire_all()
    found = notices.by_number(town.session, notice.number)
    said = loudspeaker(found, grids.contact(town.session, found.grid_id))
    assert 0 < said.seconds <= 60
    assert sum(map(len, said.words)) <= 240
    assert not re.search(r"\d", "".join(said.words))
    return "".join(said.words)


@pytest.fixture
def told(town: Cast) -> str:
    start = datetime(2027, 12, 3, 8, 0, tzinfo=clock.SHANGHAI)
    number = planned(town, starts_at=start, ends_at=start + 9 * HOUR, cause="更换老旧变压器", words="").number
    cards.add(town.session, by=town.me(town.admin), slug="tiers", **TIERS)
    town.session.commit()
    return number


@pytest.mark.parametrize(("size", "paper"), [("a4", (210, 297)), ("a3", (297, 420))])
def test_a_poster_is_one_sheet_of_its_paper_and_complete(told: str, resident: Client, size: str, paper: tuple[int, int]) -> None:
    answer = resident.get(f"/n/{told}/poster.pdf?size={size}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert len(of(answer.content).pages) == 1
    assert millimetres(answer.content) == paper
    said = text(answer.content)
    for words in (
        "计划停电",
        "莲花园",
        "12月3日周五",
        "08:00–17:00",
        "更换老旧变压器",
        "10kV学院线916",
        told,
        "104226",
        "95598",
        "10000000001",
    ):
        assert words in said, words
    for words in ("王芳", "线路视为带电", "不要乘电梯", "也不索要身份证、银行卡和验证码"):
        assert words in said, words
    assert said.count("08:00–17:00") == 7, "once large, six times to tear off"


def test_the_letters_come_with_the_poster(told: str, resident: Client) -> None:
    page = of(resident.get(f"/n/{told}/poster.pdf").content).pages[0]
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]  # type: ignore[index]
    assert fonts
    for font in fonts:
        described = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert "NotoSansCJK" in str(described["/FontName"])
        assert any(key in described for key in ("/FontFile", "/FontFile2", "/FontFile3"))


def test_the_time_is_read_from_three_metres(told: str, resident: Client) -> None:
    sizes: dict[str, float] = {}

    def look(words: str, cm: list[float], tm: list[float], _font: Any, size: float) -> None:
        if words.strip():
            sizes[words.strip()] = max(sizes.get(words.strip(), 0), abs(size * tm[3] * cm[3]))

    of(resident.get(f"/n/{told}/poster.pdf").content).pages[0].extract_text(visitor_text=look)
    large = "".join(words for words, size in sizes.items() if size >= 36)
    assert "计划停电" in large
    assert "08:00–17:00" in large
    assert "95598" in large


def test_the_same_poster_is_made_once(told: str, resident: Client, chosen: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    first = resident.get(f"/n/{told}/poster.pdf")
    kept = list((chosen.home / "posters").glob("*.pdf"))
    assert [path.name.startswith(f"{told}-v1-planned-a4") for path in kept] == [True]
    made_again = press._set("poster.typ", *_told(chosen, told), "pdf")
    assert made_again == first.content, "the press gives the same bytes for the same words"
    monkeypatch.setattr(press, "_set", lambda *_: pytest.fail("made twice"))
    again = resident.get(f"/n/{told}/poster.pdf", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    assert resident.get(f"/n/{told}/poster.pdf").content == first.content


def _told(chosen: Settings, number: str) -> tuple[bytes]:
    import msgspec

    from app.core.database import Database

    database = Database(chosen.database_url)
    with database.session(writes=False) as session:
        notice = notices.by_number(session, number)
        poster = posters.of_notice(notice, grids.contact(session, notice.grid_id), base_url=chosen.base_url)
    database.close()
    return (msgspec.json.encode(posters.data(poster, "a4")),)


def test_a_poster_printed_after_an_update_says_the_new_truth(town: Cast, told: str, resident: Client) -> None:
    before = resident.get(f"/n/{told}/poster.pdf").content
    notices.update(town.session, notices.by_number(town.session, told), by=town.me(town.wangfang), state=UpdateState.cancelled)
    town.session.commit()
    after = resident.get(f"/n/{told}/poster.pdf").content
    assert after != before
    assert "已撤销" in text(after)
    assert "乘电梯" not in text(after)


def test_the_picture_is_small_enough_to_be_sent_on(told: str, resident: Client) -> None:
    for address in (f"/n/{told}/poster.png", "/c/tiers/poster.png?g=104226"):
        answer = resident.get(address)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
        width, height = struct.unpack(">II", answer.content[16:24])
        assert len(answer.content) <= 500_000
        assert height > width > 700


def test_a_card_is_printed_with_whom_to_ask(told: str, resident: Client) -> None:
    said = text(resident.get("/c/tiers/poster.pdf?g=104226").content)
    for words in ("阶梯电价怎么算", "按年累计", "发改委", "王芳", "104226"):
        assert words in said, words
    assert "王芳" not in text(resident.get("/c/tiers/poster.pdf?g=nothing").content)


@pytest.mark.parametrize("address", ["/n/991231-77/poster.pdf", "/n/%00/poster.png", "/c/none/poster.pdf", "/n/TOLD/poster.pdf?size=a0"])
def test_what_cannot_be_printed_is_refused(told: str, resident: Client, address: str) -> None:
    assert resident.get(address.replace("TOLD", told)).status_code in (400, 404)


def test_words_are_never_read_as_code(town: Cast, resident: Client) -> None:
    wordy: dict[str, Any] = dict.fromkeys(("title", "words", "cause", "line"), CODE)
    numbers = [published(town, **wordy).number, published(town, **(wordy | {"kind": NoticeKind.service, "ends_at": None})).number]
    cards.add(
        town.session, by=town.me(town.admin), slug="code", topic="safety", **dict.fromkeys(("title", "summary", "words", "source"), CODE)
    )
    town.session.commit()
    for address in (*(f"/n/{number}/poster.pdf" for number in numbers), "/c/code/poster.pdf"):
        answer = resident.get(address)
        assert answer.status_code == 200
        said = text(answer.content)
        assert '#panic("x")' in said
        assert "$x^2$" in said
        assert "\u202e" not in said
        assert len(of(answer.content).pages) == 1


SIGNS = [
    *("各位邻居，这次停电是为了换掉小区里用了二十多年的两台变压器，给大家添麻烦了，请提前做好准备：",),
    *(f"{n}. 停电前十分钟请不要再开洗衣机和电饭锅" for n in range(1, 9)),
]


def test_however_much_was_written_the_danger_stands_and_no_line_is_half(town: Cast, resident: Client) -> None:
    start = datetime(2027, 12, 3, 8, 0, tzinfo=clock.SHANGHAI)
    ahead = planned(town, starts_at=start, ends_at=start + 9 * HOUR, words="\n".join(SIGNS), estates=[town.garden.id, town.court.id])
    fault = published(town, words="\n".join(SIGNS))
    town.session.commit()
    said = text(resident.get(f"/n/{ahead.number}/poster.pdf").content)
    for words in ("线路视为带电", "不要乘电梯", "全文见下一页", SIGNS[-1].removeprefix("8. ")):
        assert words in said, words
    assert said.count("停电前十") == said.count("停电前十分钟请不要再开洗衣机和电饭锅")
    assert "落地的电线请远离" in text(resident.get(f"/n/{fault.number}/poster.pdf").content)
    notices.update(town.session, fault, by=town.me(town.wangfang), state=UpdateState.restored)
    town.session.commit()
    assert "您家还没电？" in text(resident.get(f"/n/{fault.number}/poster.pdf").content)


def test_a_megabyte_of_words_is_cut_to_a_few_sheets(town: Cast, resident: Client) -> None:
    news = published(town, kind=NoticeKind.service, ends_at=None, title="长" * 120, words="很长的话，" * 200_000, cause="", line="")
    run = published(town, title="a" * 120, words="x" * 1_000_000, cause="字" * 3000, line="#" * 3000)
    town.session.commit()
    for number in (news.number, run.number):
        made = resident.get(f"/n/{number}/poster.pdf").content
        assert len(of(made).pages) <= 6, "one sheet to be read from afar, and what goes below it"
        assert "…" in text(made)
        assert "95598" in text(made)


def test_without_a_font_it_says_so_in_words(told: str, resident: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    press.fonts.cache_clear()
    monkeypatch.setattr(press, "PACKAGES", ())
    monkeypatch.setattr(press, "FAMILY", "No Such Letters")
    answer = resident.get(f"/n/{told}/poster.pdf")
    press.fonts.cache_clear()
    assert answer.status_code == 503
    assert "没有中文字体" in answer.text


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("10kV宋北线937检修", "十千伏宋北线九三七检修"), ("8:00-17:00", "八点到十七点"), ("08:30–12:05", "八点三十分到十二点零五分"),
        ("2:00", "两点"), ("22:00", "二十二点"), ("1–3号楼、5号楼、112号楼", "一到三号楼、五号楼、一百一十二号楼"), ("2号楼", "二号楼"),
        ("2小时", "两小时"), ("12个", "十二个"), ("95598", "九五五九八"), ("10000000001", "幺零零零零零零零零零幺"),
        ("2026年12月3日周四", "二零二六年十二月三日周四"), ("220V，2.5kW", "二百二十伏，二点五千瓦"), ("0.4883元", "零点四八八三元"),
        ("400kVA变压器", "四百千伏安变压器"), ("95%", "百分之九十五"),
        ("望京西园三区1-6号楼；南湖东园", "望京西园三区一到六号楼，南湖东园"),
        ("010-12345678", "零幺零幺二三四五六七八"), ("1001-1010室", "一千零一到一千零一十室"), ("", ""), ("9" * 40, spoken("9" * 40)),
    ],
)  # fmt: skip
def test_numbers_are_spelled_out(written: str, said: str) -> None:
    assert spoken(written) == said


def test_the_loudspeaker_says_what_matters_within_a_minute(town: Cast) -> None:
    start = datetime(2027, 12, 3, 8, 0, tzinfo=clock.SHANGHAI)
    buildings = [town.session.query(Building).filter_by(estate_id=town.garden.id).all()[n].id for n in (0, 1)]
    with clock.at(start - timedelta(days=9)):
        said = script(town, planned(town, buildings=buildings, starts_at=start, ends_at=start + 9 * HOUR, cause="更换变压器"))
    assert "莲花园一到二号楼，十二月三日周五，八点到十七点，计划停电" in said
    for words in ("王芳", "原因是更换变压器", "随时可能来电", "九五五九八", "幺零零零零零零零零零幺"):
        assert words in said
    assert said.count("八点到十七点") == 2, "the time is said twice"


def test_a_long_notice_still_takes_a_minute(town: Cast) -> None:
    wordy = {"words": "很长的话" * 1000, "cause": "原因很多" * 70, "title": "题目" * 60}
    with clock.at(datetime(2027, 7, 14, 9, 0, tzinfo=clock.SHANGHAI)):
        fault = published(town, estates=[town.garden.id, town.court.id], **wordy)
        said = script(town, fault)
        assert "正在停电，预计七月十四日周三，十二点来电" in said
        assert "九五五九八" in said
        script(town, published(town, **(wordy | {"kind": NoticeKind.knowledge, "ends_at": None})))
        notices.update(town.session, fault, by=town.me(town.wangfang), state=UpdateState.restored)
        assert "已经来电" in script(town, fault)


def test_the_script_is_shown_to_those_who_see_the_notice(told: str, town: Cast, signed_in: Any) -> None:
    page = signed_in(town.wangfang).get(f"/desk/notices/{told}/loudspeaker")
    assert page.status_code == 200
    assert "八点到十七点" in page.text
    assert re.search(r"约 \d+ 秒", page.text)
    shown = signed_in(town.wangfang).get(f"/desk/notices/{told}").text
    for address in (
        f"/n/{told}/poster.pdf",
        f"/n/{told}/poster.pdf?size=a3",
        f"/desk/notices/{told}/loudspeaker",
        f"/desk/notices/{told}/doors",
    ):
        assert f'href="{address}"' in shown
    assert signed_in(town.chengang).get(f"/desk/notices/{told}/doors").status_code == 404


def test_the_door_list_goes_building_by_building_from_the_top(town: Cast) -> None:
    town.session.add_all(Building(estate_id=town.court.id, name=f"{n}号楼", households=0, floors=0) for n in (10, 2))
    notice = published(town, estates=[town.garden.id, town.court.id])
    found = doors.of_notice(town.session, notices.by_number(town.session, notice.number))
    assert [f"{house.estate}{house.name}" for house in found.houses][:4] == ["荷塘苑1号楼", "荷塘苑2号楼", "荷塘苑10号楼", "莲花园1号楼"]
    garden = found.houses[3]
    assert (garden.floors[0], garden.floors[-1], garden.boxes) == (12, 1, 25)
    assert found.houses[1].floors == []
    assert found.households == 1200


def test_only_the_buildings_meant_are_walked_to(town: Cast) -> None:
    second = town.session.query(Building).filter_by(estate_id=town.garden.id, name="2号楼").one()
    notice = published(town, buildings=[second.id])
    found = doors.of_notice(town.session, notices.by_number(town.session, notice.number))
    assert [house.name for house in found.houses] == ["2号楼"]


def test_the_door_list_is_printed(told: str, town: Cast, signed_in: Any) -> None:
    me = signed_in(town.wangfang)
    page, sheet = me.get(f"/desk/notices/{told}/doors"), me.get(f"/desk/notices/{told}/doors.pdf")
    assert "约 900 户" in page.text
    assert "12层" in page.text
    assert "莲花园 2号楼" in page.text
    assert sheet.headers["cache-control"] == "no-store"
    said = text(sheet.content)
    assert millimetres(sheet.content) == (210, 297)
    for words in ("入户通知单", "莲花园1号楼", "12层", "约300户", told):
        assert words in said, words
