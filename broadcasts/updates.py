"""What an update says: whether that makes sense now, is enough, was said already, and what it changes of the notice itself."""

from datetime import datetime, timedelta

import msgspec
from sqlalchemy.orm import Session

from app.core import clock
from app.core.errors import Refused
from app.core.words import phrase as _
from app.core.words import say
from broadcasts import rules
from broadcasts.promises import company, promises
from broadcasts.tables import Notice, NoticeState, Update, UpdateState
from pwa.push.payload import plain

LEEWAY = timedelta(minutes=10)
TWICE = timedelta(minutes=1)
ENDED = (UpdateState.new_time, UpdateState.restored, UpdateState.arrived)
NO_NEWS = (UpdateState.published, UpdateState.superseded, UpdateState.reminder)
CHANGES = (UpdateState.new_time, UpdateState.corrected)
SLIPS = {UpdateState.progress: ("cause",), UpdateState.corrected: ("title", "cause", "line")}
"""What an update may change of the notice's own words."""


class Said(msgspec.Struct, frozen=True):
    """An update as somebody says it; `slips` are the notice's own words that it changes."""

    state: UpdateState
    words: str
    slips: dict[str, str]
    starts_at: datetime | None
    ends_at: datetime | None
    area: bool
    """Whether it names places."""

    @property
    def changes(self) -> bool:
        return bool(self.starts_at or self.ends_at or any(self.slips.values()))


def said(state: UpdateState, words: str, starts_at: datetime | None, ends_at: datetime | None, *, area: bool, **slips: str) -> Said:
    """Who gives only the cause has said enough."""
    kept = {name: plain(value) for name, value in slips.items() if name in SLIPS.get(state, ())}
    found = say("The cause is found: %(cause)s", cause=kept["cause"]) if state is UpdateState.progress and kept["cause"] else ""
    return Said(state, plain(words) or found, kept, starts_at, ends_at, area)


def said_already(said: Said, last: Update, notice: Notice, *, by_id: int) -> bool:
    """A thumb that tapped twice: it says what was said, and nothing that would change."""
    nothing = said.state in CHANGES and not (said.changes or said.words or said.area)
    # Before the words of a correction its new area may stand.
    spoken = last.words.endswith(said.words) if said.state is UpdateState.corrected else last.words == said.words
    if nothing or (last.state, last.by_id) != (said.state, by_id) or clock.now() - last.at > TWICE or not spoken:
        return False
    start, end = rules.moment("starts_at", said.starts_at), rules.moment("ends_at", said.ends_at)
    told = all(value in ("", getattr(notice, name)) for name, value in said.slips.items())
    return told and start in (None, last.starts_at) and end in (None, last.ends_at)


def is_area_alone(said: Said, notice: Notice, last: Update) -> bool:
    """Whether a correction of the area changes nothing besides: what it says is of that. Its times are stepped, its words not put right."""
    same = all(value in ("", getattr(notice, name)) for name, value in said.slips.items())
    return same and (notice.starts_at, notice.ends_at) == (last.starts_at, last.ends_at)


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


def must_be_enough(said: Said, *, moved: bool) -> None:
    """Raises Mistaken where the update would tell nothing."""
    changes = said.changes or moved
    if said.state is UpdateState.progress and not said.words:
        raise rules.mistaken(words=_("Please say in a few words what happened."))
    if said.state is UpdateState.corrected and not (said.words or changes):
        raise rules.mistaken(words=_("Please say in a few words what was wrong."))
    if said.state is UpdateState.new_time and not changes:
        raise rules.mistaken(ends_at=_("Please give the new time."))


def step(session: Session, notice: Notice, said: Said) -> None:
    """Its state and its window from now on."""
    if said.state is UpdateState.restored:
        notice.ends_at, notice.state = _back(notice.starts_at, said.ends_at), NoticeState.restored
    elif said.state is UpdateState.cancelled:
        notice.state = NoticeState.cancelled
    elif said.state in CHANGES:
        _change(notice, said)
    elif said.state is UpdateState.arrived:
        notice.ends_at = _after_arrival(session, notice, said.ends_at)


def put_right(notice: Notice, said: Said) -> None:
    for name, value in said.slips.items():
        if value:
            setattr(notice, name, value)


def _change(notice: Notice, said: Said) -> None:
    if said.starts_at or said.ends_at:
        start, end = rules.window(notice.kind, said.starts_at or notice.starts_at, said.ends_at or notice.ends_at)
        notice.starts_at, notice.ends_at = start, _end(notice, said, start, end)
    if said.state is UpdateState.new_time:
        notice.state = NoticeState.published


def _end(notice: Notice, said: Said, start: datetime | None, end: datetime | None) -> datetime | None:
    """Of a corrected outage that is over its end is when the power came back; a new time is one to come."""
    if said.state is UpdateState.corrected and notice.state is NoticeState.restored:
        return _back(start, end)
    if said.state is UpdateState.new_time and end is not None and end <= clock.now():
        raise rules.mistaken(ends_at=_("This time is over. If the power is back choose: power is back."))
    return end


def _back(start: datetime | None, said: datetime | None) -> datetime:
    """When the power came back: now, or the time said, neither in the future nor before the outage."""
    now = clock.now()
    end = rules.moment("ends_at", said) or now
    if end > now + LEEWAY:
        raise rules.mistaken(ends_at=_("This time is still to come. For a later end choose: new time."))
    if start is not None and start > now:
        raise Refused(_("This outage has not begun. To call it off choose: withdrawn."))
    if start is not None and end < start:
        raise rules.mistaken(ends_at=_("The end must be after the start."))
    return end


def _after_arrival(session: Session, notice: Notice, said: datetime | None) -> datetime | None:
    """The end told, or the one that stands; where none is known, what the service promise says of a crew that has arrived."""
    if said or notice.ends_at:
        return rules.window(notice.kind, notice.starts_at, said or notice.ends_at)[1]
    usual = company.of(session, notice.grid_id).back_after(arrived=True)
    return promises.rounded(clock.now() + usual) if usual else None


def _ahead(notice: Notice) -> bool:
    return notice.starts_at is None or notice.starts_at > clock.now()
