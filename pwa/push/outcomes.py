"""What a push service's answer means for the message and for the subscription."""

import enum
import random
from datetime import UTC
from email.utils import parsedate_to_datetime

import msgspec

from app.core import clock

FIRST_WAIT_S, LONGEST_WAIT_S = 15, 3600
LONGEST_RETRY_AFTER_S = 24 * 3600


class Outcome(msgspec.Struct, frozen=True, gc=False):
    """What became of one envelope: the service's status, or else the error that kept it from answering."""

    key: int
    status: int | None = None
    error: str = ""
    retry_after: int | None = None
    """Seconds, if the service asked for a pause."""


class Verdict(enum.Enum):
    SENT = "sent"
    GONE = "gone"
    """The only one that ends the subscription."""
    ALARM = "alarm"
    """Our key or clock is refused: everybody is affected, a person must look. The subscription stays."""
    TOO_LARGE = "too large"
    RETRY = "retry"
    FAILED = "failed"
    OVER = "over"
    """Its time had passed before it could be sent."""


TOO_LATE = "the time is over"


def judge(outcome: Outcome) -> Verdict:
    match outcome.status:
        case None:
            return Verdict.OVER if outcome.error == TOO_LATE else Verdict.RETRY
        case status if 200 <= status < 300:
            return Verdict.SENT
        case 404 | 410:
            return Verdict.GONE
        case 401 | 403:
            return Verdict.ALARM
        case 413:
            return Verdict.TOO_LARGE
        case 408 | 425 | 429:
            return Verdict.RETRY
        case status if status >= 500:
            return Verdict.RETRY
    return Verdict.FAILED


def wait_before_retry(outcome: Outcome, *, tries: int, chance: random.Random | None = None) -> float:
    """Seconds until the next try, after `tries` of them: as the service asked, else doubling.

    Always blurred, so that not all come back at once.
    """
    blur = (chance or random.SystemRandom()).random()
    if outcome.retry_after is not None:
        return outcome.retry_after + blur * max(2, outcome.retry_after * 0.1)
    wait: float = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(max(tries, 1) - 1, 20))
    return wait * (0.5 + blur)


def seconds_to_wait(retry_after: str) -> int | None:
    """The Retry-After header: seconds or an HTTP date; None where it is neither."""
    said = retry_after.strip()
    if said.isascii() and said.isdigit():
        return min(int(said[:9]), LONGEST_RETRY_AFTER_S)
    try:
        until = parsedate_to_datetime(said)
    except (ValueError, TypeError, IndexError):
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0, min(round((until - clock.now()).total_seconds()), LONGEST_RETRY_AFTER_S))
