"""What was written, as far as it still holds: a sentence that names a day or an hour which is true no more is told nobody again."""

import re
from datetime import date, datetime

from app.core import clock
from broadcasts.cards import prose
from broadcasts.subscribers import audiences
from broadcasts.tables import Notice, NoticeState, Update, UpdateState

SENTENCE = re.compile(r"[^\u3002\uff01\uff1f\uff1b!?;]+[\u3002\uff01\uff1f\uff1b!?;]*")
PIECE = re.compile(r"\uff08[^\uff08\uff09]*\uff09|\([^()]*\)|[^\u3002\uff1b;\uff08\uff09()]+[\u3002\uff1b;]*")
"""Of a cause or a line: what stands in brackets is a piece of its own."""
OVER = (NoticeState.restored, NoticeState.cancelled, NoticeState.superseded)
ENDED = (UpdateState.restored, UpdateState.cancelled, UpdateState.superseded)
Window = tuple[datetime | None, datetime | None]
NEVER: Window = (None, None)


def words(notice: Notice) -> str:
    """Of what was said when it was published. A draft says all of it."""
    return _lines(notice.words, notice, 0)


def told(notice: Notice, update: Update) -> str:
    """Of what was said with an update."""
    return _lines(update.words, notice, notice.updates.index(update))


def gone(notice: Notice) -> list[str]:
    """The sentences of its first words that are told no more."""
    holds = _since(notice) == 0
    return [] if holds else [one for one in _sentences(notice.words) if not _holds(one, _window(notice), _day(notice))]


def timed(notice: Notice) -> list[str]:
    """The sentences of its first words that will be told no more once the time is another one."""
    return [one for one in _sentences(words(notice)) if not _holds(one, NEVER, _day(notice))]


def put_right(notice: Notice) -> None:
    """Title, cause and line after the window has moved: they are told everywhere, so they are made anew or cut."""
    window, day = _window(notice), clock.local(notice.published_at or clock.now()).date()
    if not _holds(notice.title, window, day):
        notice.title = audiences.title(notice.kind, notice.places)
    for name in ("cause", "line"):
        said = getattr(notice, name)
        if not _holds(said, window, day):
            setattr(notice, name, "".join(one for one in PIECE.findall(said) if _holds(one, window, day)).strip())


def _lines(written: str, notice: Notice, at: int) -> str:
    if not written or at >= _since(notice):
        return written
    window, day = _window(notice), _day(notice, at)
    lines = [(line, "".join(one for one in _pieces(line) if _holds(one, window, day)).strip()) for line in written.splitlines()]
    return "\n".join(kept for line, kept in lines if kept or not line.strip()).strip()


def _sentences(written: str) -> list[str]:
    return [one.strip() for line in written.splitlines() for one in _pieces(line) if one.strip()]


def _pieces(line: str) -> list[str]:
    """Its sentences. An item of a list is told whole or not at all: half of it would stand beside the list, without its mark."""
    return [line] if prose.is_item(line) else SENTENCE.findall(line)


def _since(notice: Notice) -> int:
    """The update from which on what is said knows how it stands today; what was said before it may name another time."""
    told = notice.updates
    moved = (n for n in range(1, len(told)) if told[n].state in ENDED or _said(told[n]) != _said(told[n - 1]))
    return max(moved, default=0)


def _said(update: Update) -> Window:
    return update.starts_at, update.ends_at


def _window(notice: Notice) -> Window:
    """The one that may be named: none where it is over."""
    return NEVER if notice.state in OVER else (notice.starts_at, notice.ends_at)


def _day(notice: Notice, at: int = 0) -> date:
    """The day on which it was said: tomorrow is counted from it."""
    said = notice.updates[at].at if notice.updates else notice.published_at
    return clock.local(said or clock.now()).date()


def _holds(sentence: str, window: Window, day: date) -> bool:
    from broadcasts.named_times import holds  # Reads numerals: loaded by who tells of a moved time, not by every worker.

    return holds(sentence, *window, day)
