"""What must be right before a notice is kept: the window that it names, and whose place it may take."""

from datetime import UTC, datetime

from app.core import clock
from app.core.errors import Mistaken, Refused
from app.core.words import Phrase
from app.core.words import phrase as _
from broadcasts.tables import Notice, NoticeKind

EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def window(kind: NoticeKind, starts_at: datetime | None, ends_at: datetime | None) -> tuple[datetime | None, datetime | None]:
    """The window as it is kept. A fault began now unless said, and its end may be unknown; the others need both. Raises Mistaken."""
    start, end = moment("starts_at", starts_at), moment("ends_at", ends_at)
    if kind is NoticeKind.fault_outage:
        start = start or clock.now().replace(second=0, microsecond=0)
    elif kind.is_outage:
        mistakes = {name: _("Please fill this in.") for name, value in (("starts_at", start), ("ends_at", end)) if value is None}
        if mistakes:
            raise mistaken(**mistakes)
    if start and end and end <= start:
        raise mistaken(ends_at=_("The end must be after the start."))
    return start, end


def moment(name: str, value: datetime | None) -> datetime | None:
    if value is None:
        return None
    try:
        said = clock.as_utc(value)
    except OverflowError:
        said = datetime.min.replace(tzinfo=UTC)
    if not EARLIEST <= said <= LATEST:
        raise mistaken(**{name: _("Please give a day and time, such as 2026-05-08 08:00.")})
    return said


def must_not_be_over(notice: Notice) -> None:
    """Raises Refused: news of an outage that was to end before now would be read as one that goes on."""
    if notice.kind.is_outage and notice.ends_at is not None and notice.ends_at <= clock.now():
        raise Refused(_("The end that is written here is over. Change the time; of what is back nobody needs to hear as new."))


def one_mode(notice: Notice, replaced: Notice) -> None:
    """An exercise takes no real notice's place, nor a real one that of an exercise. Raises Refused."""
    if notice.exercise is not replaced.exercise:
        raise Refused(_("What takes a notice's place is real if that is real, and an exercise if that is one. Please write a new notice."))


def mistaken(**mistakes: Phrase) -> Mistaken:
    return Mistaken(_("Please look again at the marked fields."), mistakes)
