"""A grid's notices as Atom."""

from collections.abc import Callable
from typing import Any

import pytest
from lxml import etree

from broadcasts.tables import NoticeKind, UpdateState
from tests.broadcasts.feeds.reading import ATOM, HOME, RULES, earlier, feed, kept
from tests.broadcasts.stage import HOUR, published
from tests.cast import Cast
from tests.client import Client


class TestAtom:
    @pytest.mark.parametrize(
        "broken",
        [
            lambda root: root.remove(root.find(f"{ATOM}author")),
            lambda root: root.remove(root.find(f"{ATOM}id")),
            lambda root: root.append(etree.fromstring(etree.tostring(root.find(f"{ATOM}title")))),
            lambda root: root.find(f"{ATOM}entry/{ATOM}updated").__setattr__("text", "2026-05-08 08:00"),
            lambda root: root.find(f"{ATOM}entry/{ATOM}id").__setattr__("text", "/n/1"),
            lambda root: root.find(f"{ATOM}entry/{ATOM}category").attrib.pop("term"),
            lambda root: etree.SubElement(root, "foreign"),
        ],
    )
    def test_the_rules_find_what_is_wrong(self, told_town: Cast, resident: Client, broken: Callable[[Any], Any]) -> None:
        published(told_town)
        kept(told_town)
        root = feed(resident)
        broken(root)
        assert not RULES.validate(root)

    def test_the_newest_change_is_first_and_dates_the_feed(self, told_town: Cast, resident: Client, change: Callable[..., None]) -> None:
        with earlier(3 * HOUR):
            old = published(told_town)
        with earlier(2 * HOUR):
            published(told_town, kind=NoticeKind.safety, title="雨季用电", ends_at=None)
        change(old, UpdateState.restored, words="已经送电。")
        kept(told_town)
        root = feed(resident)
        first, second = root.findall(f"{ATOM}entry")
        assert first.findtext(f"{ATOM}id").endswith(old.number)
        assert "已复电" in first.findtext(f"{ATOM}title")
        assert "雨季用电" in second.findtext(f"{ATOM}title")
        assert root.findtext(f"{ATOM}updated") == first.findtext(f"{ATOM}updated") > first.findtext(f"{ATOM}published")

    def test_an_entry_leads_to_its_alert(self, told_town: Cast, resident: Client) -> None:
        notice = published(told_town)
        kept(told_town)
        [link] = feed(resident).findall(f"{ATOM}entry/{ATOM}link[@type='application/cap+xml']")
        assert link.get("href").endswith(f"{HOME}/cap.xml?notice={notice.number}")

    def test_a_grid_without_notices_is_a_feed(self, told_town: Cast, resident: Client) -> None:
        assert feed(resident).findall(f"{ATOM}entry") == []
