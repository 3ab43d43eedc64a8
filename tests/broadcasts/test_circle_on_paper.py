"""An estate's payment circle for the stairwell's board and the owners' group: whole on paper, whole without its link."""

import re
from datetime import timedelta

import pytest

from app.core import clock
from tests.broadcasts.test_print import millimetres, of, text
from tests.cast import Cast
from tests.client import Client
from tests.grids.test_points import place

NORTH = 1 / 111_000


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def circle(told_town: Cast) -> str:
    """The estate's page, with a hall that keeps hours and a shop of which nobody told them; a name that would be a tag."""
    garden, session = told_town.garden, told_town.session
    assert garden.lat
    assert garden.lon
    place(session, garden.lat + 200 * NORTH, garden.lon, name="望京营业厅", opening_hours="Mo-Fr 09:00-17:00", address="广顺北大街1号")
    place(session, garden.lat + 400 * NORTH, garden.lon, name="<b>便利店 & 伞", opening_hours="")
    session.commit()
    return f"/g/104226/pay?estate={garden.id}"


def test_the_poster_says_where_to_go_when_and_whom_to_call(circle: str, resident: Client) -> None:
    made = resident.get(circle.replace("pay?", "pay/poster.pdf?"))
    large = resident.get(circle.replace("pay?", "pay/poster.pdf?") + "&size=a3")
    assert made.headers["content-type"] == "application/pdf"
    assert len(of(made.content).pages) == 1
    said = text(made.content)
    for words in ("莲花园", "走路去缴费", "望京营业厅", "周一至周五09:00–17:00", "广顺北大街1号", "<b>便利店&伞", "营业时间不清楚",
                  "王芳", "10000000001", "95598", "104226", "我们从不在这里收费"):  # fmt: skip
        assert words in said, words
    assert "现在" not in said.replace("扫码看现在", ""), "paper knows no now"
    assert (millimetres(made.content), millimetres(large.content)) == ((210, 297), (297, 420))


def test_what_is_usual_and_how_old_the_hours_are_is_said_in_print_that_can_be_read(circle: str, resident: Client, told_town: Cast) -> None:
    session, garden = told_town.session, told_town.garden
    for number in range(6):
        methods = ["cash", "wechat", "alipay", "card"]
        at = (garden.lat or 0) + (100 + 20 * number) * NORTH, garden.lon or 0
        place(session, *at, name=f"超市{number}", opening_hours="24/7", address="广顺北大街1号", methods=methods)
    session.commit()
    with clock.at(clock.now() + timedelta(days=370)):
        made = resident.get(circle.replace("pay?", "pay/poster.pdf?"))
        aged = f"营业时间是{clock.local(clock.now() - timedelta(days=370)).year}年的资料。"
        assert (aged in text(made.content), f"{aged}拿不准请先问一声。" in resident.get(circle).text) == (True, True)
    assert "缴费方式是这类地方通常有的，拿不准请先问一声。" in text(made.content)
    sizes: dict[str, float] = {}
    of(made.content).pages[0].extract_text(visitor_text=lambda said, _cm, tm, _font, size: sizes.update({said.strip(): abs(tm[3]) * size}))
    assert text(made.content).count("步行") == 6, "all six stand there"
    assert min(size for said, size in sizes.items() if said) >= 11.9, sizes


def test_as_a_picture_it_is_small_enough_for_a_group(circle: str, resident: Client) -> None:
    made = resident.get(circle.replace("pay?", "pay/poster.png?"))
    assert made.content.startswith(b"\x89PNG")
    assert len(made.content) <= 500_000


def test_the_words_for_a_group_are_whole_without_their_link(circle: str, resident: Client) -> None:
    page = resident.get(circle).text
    told = re.search(r'<textarea id="text"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert told
    for words in ("莲花园", "1. 望京营业厅", "步行", "周一至周五 09:00–17:00", "广顺北大街1号", "&lt;b&gt;便利店", "王芳", "10000000001"):
        assert words in told[1], words
    assert told[1].strip().endswith(circle)
    assert 'data-copy="#text"' in page
    assert f'href="{circle.replace("pay?", "pay/poster.pdf?")}"' in page


@pytest.mark.parametrize("of_what", ["estate=999", "estate=-1", "estate=9223372036854775808", "", "estate=x"])
def test_of_what_is_no_estate_of_the_grid_there_is_no_poster(resident: Client, of_what: str) -> None:
    assert resident.get(f"/g/104226/pay/poster.pdf?{of_what}").status_code in (400, 404)
