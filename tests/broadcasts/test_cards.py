"""Cards: written, found by topic, kept under one address."""

from datetime import timedelta
from typing import Any

import pytest

from app.core import clock
from app.core.errors import Forbidden, Missing, Mistaken, Refused
from broadcasts import cards
from broadcasts.tables import Card
from tests.cast import Cast

TIERS: dict[str, Any] = {
    "topic": "tariff", "title": "阶梯电价怎么算",
    "summary": "用得多的那部分贵一些", "words": "第一档：0.4883元\n\n- 按年累计", "source": "发改委",
}  # fmt: skip


def add(town: Cast, **said: Any) -> Card:
    return cards.add(town.session, by=town.me(town.wangfang), **({"slug": "tier-tariff", **TIERS} | said))


def test_a_card_is_found_by_slug_and_topic(town: Cast) -> None:
    card = add(town)
    assert (card.version, card.owner_id) == (1, town.wangfang.id)
    assert cards.find(town.session, "tier-tariff") is card
    assert cards.of_topic(town.session, "tariff") == [card]
    assert cards.by_topic(town.session) == [("tariff", [card])]


def test_a_new_version_stays_at_its_address(town: Cast) -> None:
    card = add(town)
    cards.publish(town.session, card, by=town.me(town.admin), **(TIERS | {"words": "新电价"}))
    assert (card.version, card.words, card.slug) == (2, "新电价", "tier-tariff")


def test_two_cards_never_share_an_address(town: Cast) -> None:
    add(town)
    with pytest.raises(Refused):
        add(town)


@pytest.mark.parametrize("wrong", [{"slug": "阶梯"}, {"slug": "a b"}, {"topic": "x"}, {"title": " "}, {"source": ""}])
def test_what_is_missing_is_said(town: Cast, wrong: dict[str, str]) -> None:
    with pytest.raises(Mistaken):
        add(town, **wrong)


def test_clerks_do_not_write_cards(town: Cast) -> None:
    with pytest.raises(Forbidden):
        cards.add(town.session, by=town.me(town.sunli), slug="x", **TIERS)
    with pytest.raises(Missing):
        cards.find(town.session, "\x00")


def test_a_card_expires_after_its_last_day(town: Cast) -> None:
    card = add(town, valid_until=clock.today())
    assert not cards.expired(card)
    with clock.at(clock.now() + timedelta(days=1)):
        assert cards.expired(card)
