"""The seconds in which what was told can be taken back: its page says it at once, and nothing leaves until they are over."""

from datetime import timedelta

from app.core import clock
from broadcasts.tables import Notice

LEEWAY = timedelta(seconds=2)
"""Who can undo still wins when the answer is on its way."""


def until_it_stands(notice: Notice) -> timedelta:
    """How long what was told last may still be taken back: so long nobody is told of it. Look at it with the notice held."""
    left = notice.undo_until + LEEWAY - clock.now() if notice.undo_until else timedelta()
    return max(left, timedelta())


def after(grace: timedelta) -> timedelta:
    """When messages leave of what can be taken back for so long."""
    return grace + LEEWAY if grace else grace
