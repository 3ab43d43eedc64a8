"""What must be right before a notice is kept: the window, the words, the state it comes from."""

from datetime import UTC, datetime, timedelta

from app.core import clock
from app.core.errors import Mistaken, Refused
from app.core.words import Phrase, say
from app.core.words import phrase as _
from broadcasts.tables import Notice, NoticeKind, NoticeState, Update, UpdateState

EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
LEEWAY = timedelta(minutes=10)
TWICE = timedelta(minutes=1)
ENDED = (UpdateState.new_time, UpdateState.restored, UpdateState.arrived)
NO_NEWS = (UpdateState.published, UpdateState.superseded, UpdateState.reminder)
CHANGES = (UpdateState.new_time, UpdateState.corrected)
SLIPS = {UpdateState.progress: ("cause",), UpdateState.corrected: ("title", "cause", "line")}
"""What an update may change of the notice's own words."""


def window(kind: NoticeKind, starts_at: datetime | None, ends_at: datetime | None) -> tuple[datetime | None, datetime | None]:
    """The window as it is kept. A fault began now unless said, and its end may be unknown; the others need both. Raises Mistaken."""
    start, end = moment("starts_at", starts_at), moment("ends_at", ends_at)
    if kind is NoticeKind.fault_outage:
        start = start or clock.now().replace(second=0, microsecond=0)
    elif kind.is_outage:
        mistakes = {name: _("Please fill this in.") for name, value in (("starts_at", start), ("ends_at", end)) if value is None}
        if mistakes:
            raise _mistaken(**mistakes)
    if start and end and end <= start:
        raise _mistaken(ends_at=_("The end must be after the start."))
    return start, end


def moment(name: str, value: datetime | None) -> datetime | None:
    if value is None:
        return None
    try:
        said = clock.as_utc(value)
    except OverflowError:
        said = EARLIEST - LEEWAY
    if not EARLIEST <= said <= LATEST:
        raise _mistaken(**{name: _("Please give a day and time, such as 2026-05-08 08:00.")})
    return said


def may_follow(notice: Notice, state: UpdateState) -> None:
    """Raises Refused where this kind of update makes no sense now."""
    if notice.is_written_only:
        raise Refused(_("Publish the notice first."))
    if state in NO_NEWS:
        raise Refused(_("The notice is published already."))
    if notice.state is NoticeState.cancelled:
        raise Refused(_("The notice was withdrawn. Please write a new one."))
    if notice.state is NoticeState.superseded:
        raise Refused(_("A newer notice has taken its place. Say there what is new."))
    if state in ENDED and not notice.kind.is_outage:
        raise Refused(_("Only an outage has a time and an end."))
    if notice.state is NoticeState.restored and state in (UpdateState.restored, UpdateState.cancelled):
        raise Refused(_("The notice says already that the power is back."))
    if state is UpdateState.arrived and (notice.state is not NoticeState.published or _ahead(notice)):
        raise Refused(_("A crew arrives while the power is out."))


def one_mode(notice: Notice, replaced: Notice) -> None:
    """An exercise takes no real notice's place, nor a real one that of an exercise. Raises Refused."""
    if notice.exercise is not replaced.exercise:
        raise Refused(_("What takes a notice's place is real if that is real, and an exercise if that is one. Please write a new notice."))


def enough(state: UpdateState, words: str, said: object) -> None:
    """Raises Mistaken where the update would tell nothing."""
    if state is UpdateState.progress and not words:
        raise _mistaken(words=_("Please say in a few words what happened."))
    if state is UpdateState.corrected and not (words or said):
        raise _mistaken(words=_("Please say in a few words what was wrong."))
    if state is UpdateState.new_time and not said:
        raise _mistaken(ends_at=_("Please give the new time."))


def said_already(
    last: Update, by_id: int, notice: Notice, state: UpdateState, words: str, slips: dict[str, str], window: tuple[datetime | None, ...]
) -> bool:
    """A thumb that tapped twice: it says what was said, and nothing that would change."""
    # Before the words of a correction its new area may stand.
    spoken = last.words.endswith(words) if state is UpdateState.corrected else last.words == words
    if (last.state, last.by_id) != (state, by_id) or clock.now() - last.at > TWICE or not spoken:
        return False
    start, end = (moment(name, value) for name, value in zip(("starts_at", "ends_at"), window, strict=True))
    told = all(value in ("", getattr(notice, name)) for name, value in slips.items())
    return told and start in (None, last.starts_at) and end in (None, last.ends_at)


def found(state: UpdateState, slips: dict[str, str]) -> str:
    """Who gives only the cause has said enough."""
    return say("The cause is found: %(cause)s", cause=slips["cause"]) if state is UpdateState.progress and slips["cause"] else ""


def put_right(notice: Notice, slips: dict[str, str]) -> None:
    for name, value in slips.items():
        if value:
            setattr(notice, name, value)


def back(notice: Notice, said: datetime | None) -> datetime:
    """When the power came back: now, or the time said, neither in the future nor before the outage."""
    now = clock.now()
    end = moment("ends_at", said) or now
    if end > now + LEEWAY:
        raise _mistaken(ends_at=_("This time is still to come. For a later end choose: new time."))
    if notice.starts_at is not None and notice.starts_at > now:
        raise Refused(_("This outage has not begun. To call it off choose: withdrawn."))
    if notice.starts_at is not None and end < notice.starts_at:
        raise _mistaken(ends_at=_("The end must be after the start."))
    return end


def _ahead(notice: Notice) -> bool:
    return notice.starts_at is None or notice.starts_at > clock.now()


def _mistaken(**mistakes: Phrase) -> Mistaken:
    return Mistaken(_("Please look again at the marked fields."), mistakes)
