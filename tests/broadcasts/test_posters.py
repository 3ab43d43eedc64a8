"""What is printed leads back: a card's poster to the card, a grid's poster to the grid."""

import tomllib
from datetime import timedelta
from pathlib import Path

import pytest

from app.core import clock
from broadcasts import notices
from broadcasts.cards import cards
from broadcasts.tables import UpdateState
from tests.broadcasts.stage import planned
from tests.broadcasts.test_cards import TIERS
from tests.cast import Cast
from tests.client import Client

DEMO = Path(__file__).parents[2] / "app" / "demo" / "cards.toml"


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def card(town: Cast) -> str:
    made = cards.add(town.session, by=town.me(town.wangfang), slug="tier-tariff", **TIERS)
    town.session.commit()
    return made.slug


def test_a_cards_poster_has_its_code_its_address_and_the_grids_contact(card: str, resident: Client) -> None:
    text = resident.get(f"/c/{card}/poster?g=104226").text
    for said in (f'src="/c/{card}/qr.svg?g=104226"', "10000000001", "王芳", "104 226", "95598"):
        assert said in text
    assert f"/c/{card}</strong>" in text
    alone = resident.get(f"/c/{card}/poster").text
    assert f'src="/c/{card}/qr.svg"' in alone
    assert "王芳" not in alone


def test_a_cards_code_is_drawn_by_us_and_keeps_the_grid(card: str, resident: Client) -> None:
    plain, of_grid = resident.get(f"/c/{card}/qr.svg"), resident.get(f"/c/{card}/qr.svg?g=104226")
    assert (plain.status_code, plain.headers["content-type"]) == (200, "image/svg+xml")
    assert plain.content != of_grid.content
    assert resident.get(f"/c/{card}/qr.svg?g=999999").content == plain.content
    assert resident.get("/c/nothing/qr.svg").status_code == 404


def test_a_card_leads_back_to_the_grid_it_was_opened_from(card: str, resident: Client) -> None:
    assert f'href="/c/{card}?g=104226"' in resident.get("/g/104226/cards").text
    text = resident.get(f"/c/{card}?g=104226").text
    for address in ('href="/g/104226"', 'href="/g/104226/cards"', f'data-url="/c/{card}?g=104226"', f'href="/c/{card}/poster?g=104226"'):
        assert address in text


def test_a_grids_poster_says_what_stands_there_and_whom_to_call(told_town: Cast, resident: Client) -> None:
    text = resident.get("/g/104226/poster").text
    for said in ("莲花网格", "104 226", 'src="/g/104226/qr.svg"', "王芳", "10000000001", "95598", "从不在这里收费", "停电"):
        assert said in text
    assert resident.get("/g/999999/poster").status_code == 404


def test_cards_name_only_buttons_that_are_there_and_no_person_who_is_not() -> None:
    said = [line for one in tomllib.loads(DEMO.read_text(encoding="utf-8"))["cards"] for line in (one["summary"], one["words"])]
    text = "\n".join(said)
    for wrong in ("去了没开门", "“缴费点”", "告诉我", "找我", "问我", "我的", "我去", "我帮", "给我"):
        assert wrong not in text, wrong


def test_a_withdrawn_notices_web_poster_warns_of_nothing_and_says_so_on_every_strip(told_town: Cast, resident: Client) -> None:
    notice = planned(
        told_town, starts_at=clock.now() + timedelta(days=9), ends_at=clock.now() + timedelta(days=9, hours=8), words="早点备水"
    )
    told_town.session.commit()
    holding = resident.get(f"/n/{notice.number}/poster").text
    assert ("不要乘电梯" in holding, "早点备水" in holding, "已撤销" in holding) == (True, True, False)
    notices.update(told_town.session, notice, by=told_town.me(told_town.wangfang), state=UpdateState.cancelled)
    told_town.session.commit()
    text = resident.get(f"/n/{notice.number}/poster").text
    assert [said for said in ("不要乘电梯", "带电", "早点备水") if said in text] == []
    assert text.count("<li>已撤销<br>") == 8
