"""What holds for each of them."""

import pytest

from tests.broadcasts.feeds.reading import ATOM, EVIL, FEEDS, HOME, alert, events, features, feed, kept, said
from tests.broadcasts.stage import draft, planned, published
from tests.cast import Cast
from tests.client import Client


@pytest.mark.parametrize("name", FEEDS)
class TestEach:
    def test_who_asks_again_is_told_that_nothing_changed(self, told_town: Cast, resident: Client, name: str) -> None:
        planned(told_town)
        kept(told_town)
        first = resident.get(f"{HOME}/{name}")
        again = resident.get(f"{HOME}/{name}", headers={"if-none-match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert "set-cookie" not in first.headers
        assert first.headers["cache-control"].startswith("public")

    def test_an_unknown_grid_is_not_found(self, told_town: Cast, resident: Client, name: str) -> None:
        assert resident.get(f"/g/999999/{name}").status_code == 404

    def test_a_draft_is_nobodys_business(self, told_town: Cast, resident: Client, name: str) -> None:
        draft(told_town, words="还没想好")
        kept(told_town)
        assert "还没想好" not in resident.get(f"{HOME}/{name}").text

    def test_the_grids_page_names_it(self, told_town: Cast, resident: Client, name: str) -> None:
        assert f'href="{HOME}/{name}"' in resident.get(HOME).text


def test_words_that_look_like_markup_stay_words(told_town: Cast, resident: Client) -> None:
    notice = published(told_town, title=EVIL, words=EVIL + "\x0b\x00", cause=EVIL + "\r\nATTENDEE:mailto:x@y", line="]]>")
    told_town.garden.name = EVIL + "\ufffe\x01"
    kept(told_town)
    assert EVIL in said(alert(resident, notice.number), "description")[0]
    assert any(EVIL in (entry.text or "") for entry in feed(resident).iter(f"{ATOM}content"))
    [event] = events(resident)
    assert "ATTENDEE" not in event
    assert EVIL in str(event["DESCRIPTION"])
    assert features(resident)[0]["properties"]["title"] == EVIL
    screen = resident.get(f"{HOME}/signage").text
    assert "<script>alert" not in screen
    assert "<b onclick" not in screen
