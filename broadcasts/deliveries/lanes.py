"""An emergency overtakes routine news that is being sent already: between two batches the routine steps aside.

Per process, where they would share one core. In the queue the urgent have a lane of their own.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

LONGEST_WAIT_S = 30
"""A batch of routine goes on after this, however many emergencies there are."""
NEXT_SHARD_S = 0.5
"""Behind one shard of an emergency comes the next, which the queue is looked through for every fifth of a second."""
_emergencies, _ended_at_s = 0, float("-inf")
_passed = threading.Condition()


@contextmanager
def lane(*, urgent: bool) -> Iterator[Callable[[], object]]:
    """What to call before each batch: it returns when nothing more urgent is under way here."""
    global _emergencies, _ended_at_s  # noqa: PLW0603
    if not urgent:
        yield _step_aside
        return
    with _passed:
        _emergencies += 1
    try:
        yield lambda: None
    finally:
        with _passed:
            _emergencies, _ended_at_s = _emergencies - 1, time.monotonic()
            _passed.notify_all()


def _step_aside() -> None:
    end_s = time.monotonic() + LONGEST_WAIT_S
    with _passed:
        while (wait_s := min(_busy_s(), end_s - time.monotonic())) > 0:
            _passed.wait(wait_s)


def _busy_s() -> float:
    """For so long at most it is an emergency's turn, if none else comes."""
    return LONGEST_WAIT_S if _emergencies else _ended_at_s + NEXT_SHARD_S - time.monotonic()
