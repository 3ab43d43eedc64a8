"""Alerts in the Common Alerting Protocol."""

from collections.abc import Callable
from datetime import datetime

import pytest

from app.core import clock
from broadcasts.tables import NoticeKind, UpdateState
from tests.broadcasts.feeds.reading import HOME, alert, earlier, kept, said
from tests.broadcasts.stage import HOUR, planned, published
from tests.cast import Cast
from tests.client import Client


class TestCap:
    def test_a_fault_is_an_alert_observed_now(self, told_town: Cast, resident: Client) -> None:
        notice = published(told_town)
        kept(told_town)
        message = alert(resident, notice.number)
        assert said(message, "status", "msgType", "scope", "references") == ["Actual", "Alert", "Public", None]
        assert said(message, "language", "event", "urgency", "certainty") == ["zh-CN", "故障停电", "Immediate", "Observed"]
        assert said(message, "areaDesc", "contact", "senderName") == ["莲花园", "王芳 10000000001", "望京供电所"]
        assert said(message, "web")[0].endswith(f"/n/{notice.number}")
        assert datetime.fromisoformat(said(message, "expires")[0]) == clock.local(notice.ends_at).replace(microsecond=0)  # type: ignore[arg-type]

    def test_the_outline_says_latitude_first_and_closes(self, told_town: Cast, resident: Client) -> None:
        published(told_town)
        kept(told_town)
        corners = said(alert(resident), "polygon")[0].split()
        assert corners[0] == corners[-1]
        assert "39.99,116.46" in corners
        assert len(corners) == 5

    def test_a_planned_outage_lies_ahead_and_a_move_refers_to_what_was_said(
        self, told_town: Cast, resident: Client, change: Callable[..., None]
    ) -> None:
        with earlier(HOUR):
            notice = planned(told_town)
        first = notice.updates[0].at
        kept(told_town)
        message = alert(resident)
        assert said(message, "msgType", "urgency", "certainty", "responseType") == ["Alert", "Future", "Likely", "Prepare"]
        identifier = said(message, "identifier")[0]
        assert notice.starts_at
        later = notice.starts_at + 24 * HOUR
        change(notice, UpdateState.new_time, starts_at=later, ends_at=later + HOUR, words="天气不好，改一天。")
        kept(told_town)
        message = alert(resident)
        sender, refers, sent = said(message, "references")[0].split(",")
        assert (sender, refers) == (said(message, "sender")[0], identifier)
        assert datetime.fromisoformat(sent) == first.replace(microsecond=0)
        assert said(message, "msgType", "identifier") != ["Alert", identifier]
        assert datetime.fromisoformat(said(message, "onset")[0]) == later.replace(microsecond=0)

    @pytest.mark.parametrize(
        ("state", "kind", "response"),
        [
            (UpdateState.progress, "Update", "Monitor"),
            (UpdateState.corrected, "Update", "Monitor"),
            (UpdateState.restored, "Update", "AllClear"),
            (UpdateState.cancelled, "Cancel", "AllClear"),
        ],
    )
    def test_each_step_is_valid_and_names_the_one_before(
        self, told_town: Cast, resident: Client, change: Callable[..., None], state: UpdateState, kind: str, response: str
    ) -> None:
        with earlier(2 * HOUR):
            notice = published(told_town, ends_at=None)
        with earlier(HOUR):
            change(notice, UpdateState.progress, words="抢修班到了。")
        change(notice, state, words="就是这样。", **({"cause": "树枝"} if state is UpdateState.corrected else {}))
        kept(told_town)
        message = alert(resident, notice.number)
        assert said(message, "msgType", "responseType") == [kind, response]
        assert len(said(message, "references")[0].split()) == 2
        assert datetime.fromisoformat(said(message, "expires")[0]) > datetime.fromisoformat(said(message, "sent")[0])

    @pytest.mark.parametrize("kind", [NoticeKind.safety, NoticeKind.knowledge, NoticeKind.service])
    def test_what_is_no_outage_is_valid_too(self, told_town: Cast, resident: Client, kind: NoticeKind) -> None:
        published(told_town, kind=kind, title="雨季用电", ends_at=None)
        kept(told_town)
        alert(resident)

    def test_a_message_does_not_change_while_nothing_is_said(self, told_town: Cast, resident: Client) -> None:
        with earlier(3 * HOUR):
            notice = published(told_town, ends_at=clock.now() + HOUR)
        kept(told_town)
        address = f"{HOME}/cap.xml?notice={notice.number}"
        with clock.at(clock.now() - 2 * HOUR - HOUR / 2):
            before = resident.get(address).content
        assert resident.get(address).content == before

    def test_the_address_alone_gives_what_matters_most(self, told_town: Cast, resident: Client) -> None:
        fault = published(told_town)
        tip = published(told_town, kind=NoticeKind.knowledge, title="省电", ends_at=None)
        kept(told_town)
        assert said(alert(resident), "incidents") == [fault.number]
        assert said(alert(resident, tip.number), "incidents") == [tip.number]

    def test_no_notice_or_one_of_another_grid_is_not_found(self, told_town: Cast, resident: Client) -> None:
        fault = published(told_town)
        kept(told_town)
        assert resident.get("/g/104227/cap.xml").status_code == 404
        assert resident.get(f"/g/104227/cap.xml?notice={fault.number}").status_code == 404
        assert resident.get(f"{HOME}/cap.xml?notice=260101-99").status_code == 404
