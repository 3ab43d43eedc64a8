"""An emergency overtakes routine news that is being sent already: between two batches the routine steps aside.

Per process, where they would share one core. In the queue the urgent have a lane of their own.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

LONGEST_WAIT_S = 30
"""A batch of routine goes on after this, however many emergencies there are."""
_emergencies = 0
_passed = threading.Condition()


@contextmanager
def lane(*, urgent: bool) -> Iterator[Callable[[], object]]:
    """What to call before each batch: it returns when nothing more urgent is under way here."""
    global _emergencies  # noqa: PLW0603
    if not urgent:
        yield _step_aside
        return
    with _passed:
        _emergencies += 1
    try:
        yield lambda: None
    finally:
        with _passed:
            _emergencies -= 1
            _passed.notify_all()


def _step_aside() -> None:
    with _passed:
        _passed.wait_for(lambda: not _emergencies, LONGEST_WAIT_S)
