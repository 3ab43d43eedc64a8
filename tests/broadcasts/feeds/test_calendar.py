"""A grid's outages as a calendar."""

from collections.abc import Callable

from broadcasts import life, notices
from broadcasts.tables import NoticeKind, UpdateState
from tests.broadcasts.feeds.reading import earlier, events, kept
from tests.broadcasts.stage import HOUR, planned, published
from tests.cast import Cast
from tests.client import Client


class TestCalendar:
    def test_an_outage_is_one_event_that_keeps_its_uid(self, told_town: Cast, resident: Client, change: Callable[..., None]) -> None:
        with earlier(HOUR):
            notice = planned(told_town)
        published(told_town, kind=NoticeKind.safety, title="雨季用电", ends_at=None)
        kept(told_town)
        [event] = events(resident)
        assert (event["SEQUENCE"], event["STATUS"], str(event["LOCATION"])) == (1, "CONFIRMED", "莲花园")
        assert (event.start, event.end) == (notice.starts_at.replace(microsecond=0), notice.ends_at.replace(microsecond=0))  # type: ignore[union-attr]
        assert event["URL"].endswith(f"/n/{notice.number}")
        change(notice, UpdateState.cancelled, words="这次不停了。")
        kept(told_town)
        [again] = events(resident)
        assert (again["UID"], again["SEQUENCE"], again["STATUS"]) == (event["UID"], 2, "CANCELLED")
        assert again["LAST-MODIFIED"].dt > event["LAST-MODIFIED"].dt
        assert "这次不停了" in str(again["DESCRIPTION"])

    def test_a_move_raises_the_sequence_and_what_was_replaced_is_called_off(
        self, told_town: Cast, resident: Client, change: Callable[..., None]
    ) -> None:
        with earlier(2 * HOUR):
            notice = planned(told_town)
        assert notice.starts_at
        later = notice.starts_at + 24 * HOUR
        with earlier(HOUR):
            change(notice, UpdateState.new_time, starts_at=later, ends_at=later + HOUR, words="天气不好，改一天。")
        kept(told_town)
        [moved] = events(resident)
        assert (moved["SEQUENCE"], moved["STATUS"]) == (2, "CONFIRMED")
        assert (moved.start, moved.end) == (later.replace(microsecond=0), (later + HOUR).replace(microsecond=0))
        me = told_town.me(told_town.wangfang)
        instead = notices.publish(told_town.session, life.replacement(told_town.session, notice, by=me), by=me)
        kept(told_town)
        told = {str(event["UID"]).partition("@")[0]: (event["SEQUENCE"], event["STATUS"]) for event in events(resident)}
        assert told == {notice.number: (3, "CANCELLED"), instead.number: (1, "CONFIRMED")}

    def test_a_fault_without_an_end_gets_none_invented(self, told_town: Cast, resident: Client) -> None:
        published(told_town, ends_at=None)
        kept(told_town)
        [event] = events(resident)
        assert "DTEND" not in event

    def test_an_empty_grid_is_an_empty_calendar(self, told_town: Cast, resident: Client) -> None:
        assert events(resident) == []
