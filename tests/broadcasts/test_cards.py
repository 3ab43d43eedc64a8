"""Cards: written, found by topic, kept under one address, in versions that stay as they were."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app import needs
from app.core import clock
from app.core.errors import Forbidden, Missing, Mistaken, Refused
from broadcasts.cards import cards, changes, sharing
from broadcasts.cards.tables import CardVersion
from tests.cast import Cast
from tests.client import Client

TIERS: dict[str, Any] = {
    "topic": "tariff", "title": "阶梯电价怎么算",
    "summary": "用得多的那部分贵一些", "words": "第一档：0.4883元\n\n- 按年累计", "source": "发改委",
}  # fmt: skip


def add(town: Cast, **said: Any) -> CardVersion:
    return cards.add(town.session, by=town.me(town.wangfang), **({"slug": "tier-tariff", **TIERS} | said))


def revised(town: Cast, **said: Any) -> CardVersion:
    current = cards.find(town.session, "tier-tariff")
    return cards.revise(town.session, current, by=town.me(town.admin), **(TIERS | said))


def test_a_card_is_found_by_slug_and_topic(town: Cast) -> None:
    card = add(town)
    assert (card.version, card.slug, card.card.owner_id) == (1, "tier-tariff", town.wangfang.id)
    assert cards.find(town.session, "tier-tariff") is card
    assert cards.by_topic(town.session) == [("tariff", [card])]


def test_a_new_version_stays_at_its_address_and_the_one_before_stays_as_it_was(town: Cast) -> None:
    first = add(town)
    second = revised(town, words="新电价")
    town.session.expire_all()
    assert cards.find(town.session, "tier-tariff") is second
    assert cards.every(town.session) == [second]
    assert (second.version, second.words, second.by_id) == (2, "新电价", town.admin.id)
    old = cards.find(town.session, "tier-tariff", version=1)
    assert old is first
    assert (old.version, old.words, old.by_id) == (1, TIERS["words"], town.wangfang.id)
    assert [one.version for one in cards.versions(town.session, "tier-tariff")] == [2, 1]


def test_the_same_words_again_are_no_new_version(town: Cast) -> None:
    add(town)
    assert revised(town).version == 1
    revised(town, after=1, words="新电价")
    assert revised(town, after=1, words="新电价").version == 2


def test_who_wrote_on_an_old_version_is_told_so(town: Cast) -> None:
    card = add(town)
    revised(town, words="新电价")
    with pytest.raises(Refused, match="发布了新的一版"):
        revised(town, after=1, words="另一种写法")
    with pytest.raises(Refused):
        cards.revise(town.session, card, by=town.me(town.admin), **(TIERS | {"words": "又一种"}))


def test_what_changed_is_told_line_by_line(town: Cast) -> None:
    first = add(town)
    second = revised(town, words="第一档：0.5元\n\n- 按年累计", valid_until=clock.today())
    told = [(str(one.name), one.gone, one.come) for one in changes.between(first, second)]
    assert told == [
        ("您的话", ["第一档：0.4883元"], ["第一档：0.5元"]),
        ("有效期到", [], [clock.today().isoformat()]),
    ]


def test_two_cards_never_share_an_address(town: Cast) -> None:
    add(town)
    with pytest.raises(Mistaken, match="看一看标出的几项"):
        add(town)
    assert add(town, slug="").slug == "jie-ti-dian-jia-zen-me-suan"
    assert add(town, slug="").slug == "jie-ti-dian-jia-zen-me-suan-2"
    assert add(town, slug="", title="？？").slug == "card"


@pytest.mark.parametrize("wrong", [{"slug": "阶梯"}, {"slug": "a b"}, {"slug": "x" * 61}, {"topic": "x"}, {"title": " "}, {"source": ""}])
def test_what_is_missing_is_said(town: Cast, wrong: dict[str, str]) -> None:
    with pytest.raises(Mistaken):
        add(town, **wrong)


def test_clerks_do_not_write_cards(town: Cast) -> None:
    with pytest.raises(Forbidden):
        cards.add(town.session, by=town.me(town.sunli), slug="x", **TIERS)
    with pytest.raises(Missing):
        cards.find(town.session, "\x00")
    card = add(town)
    for act in (lambda me: cards.revise(town.session, card, by=me, **TIERS), lambda me: cards.take_over(town.session, card, by=me)):
        with pytest.raises(Forbidden):
            act(town.me(town.sunli))


def test_a_card_expires_after_its_last_day_and_is_not_passed_on_any_more(town: Cast) -> None:
    card = add(town, valid_until=clock.today())
    assert not cards.expired(card)
    assert "阶梯电价怎么算" in sharing.text(card, None, None, base_url="https://x")
    with clock.at(clock.now() + timedelta(days=1)):
        assert cards.expired(card)
        assert sharing.text(card, None, None, base_url="https://x") == ""


def test_an_expired_card_asks_its_owner_on_today_until_it_is_published_again(town: Cast) -> None:
    card = add(town, valid_until=clock.today() - timedelta(days=1))
    wangfang, zhaomin = town.me(town.wangfang), town.me(town.zhaomin)
    assert needs.of(town.session, wangfang).stale_cards == [card]
    assert not needs.of(town.session, zhaomin).stale_cards
    cards.take_over(town.session, card, by=zhaomin)
    assert not needs.of(town.session, wangfang).stale_cards
    revised(town, valid_until=clock.today())
    assert not needs.of(town.session, zhaomin).stale_cards


def test_a_published_version_is_one_row_for_good(town: Cast) -> None:
    add(town)
    before = town.session.execute(sa.select(CardVersion.__table__)).all()
    revised(town, words="新电价", topic="meter")
    assert town.session.execute(sa.select(CardVersion.__table__).where(CardVersion.version == 1)).all() == before


class TestPages:
    @pytest.fixture(params=["sqlite"])
    def engine_name(self, request: pytest.FixtureRequest) -> str:
        return str(request.param)

    @pytest.fixture
    def card(self, town: Cast) -> CardVersion:
        made = add(town, valid_until=clock.today() + timedelta(days=30))
        town.session.commit()
        return made

    def test_a_manager_looks_at_it_publishes_it_and_the_old_version_stays_reachable(
        self, told_town: Cast, card: CardVersion, signed_in: Callable[..., Client], resident: Client
    ) -> None:
        manager = signed_in(told_town.zhaomin)
        said = {"topic": "tariff", "title": "阶梯电价怎么算", "words": "每度0.5元。", "source": "发改委", "after": "1", "mine": "on"}
        looked = manager.post("/desk/cards/tier-tariff/versions", data={**said, "preview": "1"})
        assert looked.status_code == 200
        assert "<p>每度0.5元。</p>" in looked.text
        assert "每度0.5元" not in resident.get("/c/tier-tariff").text
        manager.post("/desk/cards/tier-tariff/versions", data=said)
        now, before = resident.get("/c/tier-tariff").text, resident.get("/c/tier-tariff/versions/1?g=104226").text
        assert "每度0.5元" in now
        assert "由赵敏负责" in now
        assert "不作准" not in now
        assert before.index("已经不作准") < before.index("0.4883元")
        assert 'href="/c/tier-tariff?g=104226"' in before
        changed = resident.get("/c/tier-tariff/versions").text
        assert '<del><span aria-hidden="true">− </span>第一档：0.4883元</del>' in changed
        assert "每度0.5元。</ins>" in changed
        assert resident.get("/c/tier-tariff/versions/3").status_code == 404
        assert resident.get("/c/tier-tariff/versions/9223372036854775808").status_code == 404

    def test_two_at_once_are_not_both_the_second_version(
        self, told_town: Cast, card: CardVersion, signed_in: Callable[..., Client]
    ) -> None:
        manager, deputy = signed_in(told_town.wangfang), signed_in(told_town.zhaomin)
        said = {"topic": "tariff", "title": "阶梯电价", "source": "发改委", "after": "1"}
        assert manager.post("/desk/cards/tier-tariff/versions", data={**said, "words": "一"}).status_code == 200
        late = deputy.post("/desk/cards/tier-tariff/versions", data={**said, "words": "二"})
        assert late.status_code == 409
        assert "发布了新的一版" in late.text

    def test_what_cannot_be_published_is_said_beside_its_field_and_nothing_is_lost(
        self, told_town: Cast, signed_in: Callable[..., Client]
    ) -> None:
        manager = signed_in(told_town.wangfang)
        for button in ({}, {"preview": "1"}):
            answer = manager.post(
                "/desk/cards", data={"topic": "tariff", "words": "写了很久的话", "valid_until": "明年", "title": "长" * 41, **button}
            )
            assert answer.status_code == 422
            assert "写了很久的话" in answer.text
            for why in ("最多40个字", "source-said", "valid_until-said"):
                assert why in answer.text.replace(" ", ""), why

    def test_the_text_to_pass_on_is_whole_without_its_link(self, told_town: Cast, card: CardVersion, resident: Client) -> None:
        text = resident.get("/c/tier-tariff?g=104226").text
        shared = text.partition('<textarea id="text"')[2].partition("</textarea>")[0]
        for said in (
            "【电价电费】阶梯电价怎么算",
            "第一档：0.4883元",
            "· 按年累计",
            "来源：发改委",
            "王芳",
            "10000000001",
            "/c/tier-tariff?g=104226",
        ):
            assert said in shared

    def test_an_expired_card_says_so_first_and_is_offered_to_nobody(
        self, told_town: Cast, card: CardVersion, resident: Client, signed_in: Callable[..., Client]
    ) -> None:
        with clock.at(clock.now() + timedelta(days=60)):
            text = resident.get("/c/tier-tariff?g=104226").text
            assert text.index("已过期") < text.index("0.4883元")
            assert "data-share" not in text
            assert '<textarea id="text"' not in text
            assert "已过期，正在核对" in resident.get("/g/104226/cards").text
            assert "阶梯电价怎么算" not in resident.get("/g/104226/signage").text
        cards.revise(
            told_town.session, card, by=told_town.me(told_town.wangfang), **(TIERS | {"valid_until": clock.today() - timedelta(days=1)})
        )
        told_town.session.commit()
        manager = signed_in(told_town.wangfang)
        assert 'href="/desk/cards/tier-tariff"' in manager.get("/desk").text
        assert "有效期到" in manager.get("/desk/cards/tier-tariff").text
