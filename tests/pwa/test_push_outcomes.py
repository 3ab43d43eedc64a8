import random
from datetime import UTC, datetime

import pytest
import time_machine

from pwa.push.outcomes import TOO_LATE, Outcome, Verdict, judge, seconds_to_wait, wait_before_retry

MEANINGS = {
    **dict.fromkeys([200, 201, 202, 204], Verdict.SENT),
    **dict.fromkeys([404, 410], Verdict.GONE),
    **dict.fromkeys([401, 403], Verdict.ALARM),
    413: Verdict.TOO_LARGE,
    **dict.fromkeys([408, 425, 429, 500, 502, 503, 504, 599], Verdict.RETRY),
    **dict.fromkeys([300, 301, 302, 303, 307, 308, 400, 402, 405, 406, 409, 411, 415, 418, 422, 451], Verdict.FAILED),
}


@pytest.mark.parametrize(("status", "verdict"), MEANINGS.items())
def test_what_each_answer_means(status: int, verdict: Verdict) -> None:
    assert judge(Outcome(1, status)) is verdict


def test_only_404_and_410_end_a_subscription() -> None:
    assert [status for status in range(200, 600) if judge(Outcome(1, status)) is Verdict.GONE] == [404, 410]


def test_no_answer_is_tried_again_unless_its_time_is_over() -> None:
    assert judge(Outcome(1, error="Operation timed out")) is Verdict.RETRY
    assert judge(Outcome(1, error=TOO_LATE)) is Verdict.OVER


@time_machine.travel(datetime(2026, 11, 22, 8, 0, 0, tzinfo=UTC), tick=False)
@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120), (" 7 ", 7), ("0", 0), ("Sun, 22 Nov 2026 08:02:00 GMT", 120), ("Sun, 22 Nov 2026 07:00:00 GMT", 0),
        ("Sunday, 22-Nov-26 08:02:00 GMT", 120), ("Sun, 22 Nov 2036 08:00:00 GMT", 86400), ("99999999999999999999", 86400),
        ("soon", None), ("", None), ("-5", None), ("1.5", None), ("\u0665", None),
    ],
)  # fmt: skip
def test_a_pause_is_asked_for_in_seconds_or_as_a_date(said: str, seconds: int | None) -> None:
    assert seconds_to_wait(said) == seconds


def test_waiting_doubles_is_blurred_and_ends_at_an_hour() -> None:
    middle = [
        sum(wait_before_retry(Outcome(1, 503), tries=tries, chance=random.Random(n)) for n in range(200)) / 200 for tries in range(1, 12)
    ]
    assert middle[0] == pytest.approx(15, rel=0.1)
    assert middle[3] == pytest.approx(120, rel=0.1)
    assert middle[10] == pytest.approx(3600, rel=0.1)
    assert len({wait_before_retry(Outcome(1, 503), tries=1) for _ in range(20)}) > 10


def test_never_back_before_the_service_wants() -> None:
    for _ in range(50):
        assert 120 <= wait_before_retry(Outcome(1, 429, retry_after=120), tries=1) <= 132
