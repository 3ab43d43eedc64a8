"""How long before an outage its households are to be told, and which fields they ask for: by the company's rules."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy.orm import Session, attributes

from app.core import clock
from app.core.errors import Mistaken
from app.core.words import phrase as _
from app.core.words import say
from broadcasts.kinds import KINDS
from broadcasts.promises import company
from broadcasts.promises.tables import Topic
from broadcasts.tables import LateMove, LateReason, Notice

FIELDS = {"line": _("Line or transformer area"), "cause": _("Why"), "words": _("In your words")}


class Ahead(msgspec.Struct, frozen=True):
    """How a notice that is published at a time stands to its lead time."""

    kept: bool
    words: str
    source: str
    gap: timedelta
    hours: int
    by: str
    needs_reason: bool


def of(session: Session, notice: Notice, *, at: datetime | None = None) -> Ahead | None:
    """Nothing for what needs no time ahead."""
    rules = company.of(session, notice.grid_id or notice.grid.id)
    needed = rules.find(Topic.lead_hours, notice.kind)
    if needed is None or not int(needed.value) or notice.starts_at is None or notice.exercise:
        return None
    gap, hours = notice.starts_at - (at or clock.now()), int(needed.value)
    kept = gap >= timedelta(hours=hours)
    words = say(
        "%(ahead)s; a %(kind)s is to be announced %(needed)s ahead.",
        ahead=told(gap), kind=say(KINDS[notice.kind].name), needed=length_of(hours),
    )  # fmt: skip
    source = say("By: %(source)s, in force since %(day)s", source=needed.source, day=needed.effective_on)
    asked = rules.words(Topic.late_reason, notice.kind) == ["required"]
    return Ahead(kept, words, source, gap, hours, needed.source, needs_reason=asked and not kept)


def must_explain(session: Session, notice: Notice, *, by: int, reason: str, at: datetime | None = None) -> None:
    """A notice that comes late is not published without saying why. Raises Mistaken; keeps the reason as a fact."""
    known = session.get(LateReason, notice.id)
    late = _explained(session, notice, by=by, reason=reason or (known.reason if known else ""), at=at)
    if late:
        kept = session.merge(LateReason(notice_id=notice.id, **late))
        session.flush()
        attributes.set_committed_value(notice, "late", kept)
    elif known and ((ahead := of(session, notice, at=at)) is None or ahead.kept):
        session.delete(known)


def must_explain_move(session: Session, notice: Notice, before: datetime | None, *, by: int, reason: str) -> LateMove | None:
    """Whoever is told of another start needs as much time as at first; once it has begun it is no announcement any more."""
    if notice.starts_at == before or notice.starts_at is None or notice.starts_at <= clock.now():
        return None
    late = _explained(session, notice, by=by, reason=reason)
    return LateMove(notice_id=notice.id, **late) if late else None


def _explained(session: Session, notice: Notice, *, by: int, reason: str, at: datetime | None = None) -> dict[str, Any]:
    """Nothing where it comes in time, or late without a word where none is asked. Raises Mistaken where one is missing."""
    ahead = of(session, notice, at=at)
    if ahead is None or ahead.kept:
        return {}
    if not reason and ahead.needs_reason:
        raise Mistaken(
            _("This notice is late: %(ahead)s Please say why.", ahead=ahead.words), {"late_reason": _("Please say why it is late.")}
        )
    minutes = int(ahead.gap.total_seconds() // 60)
    said = {"reason": reason, "ahead_minutes": minutes, "needed_hours": ahead.hours, "source": ahead.by, "at": clock.now(), "by_id": by}
    return said if reason else {}


def needed(session: Session, notice: Notice) -> str:
    """How long ahead its kind is to be announced, as the rule has it; nothing where it needs none."""
    rule = company.of(session, notice.grid_id or notice.grid.id).find(Topic.lead_hours, notice.kind)
    return length_of(int(rule.value)) if rule and int(rule.value) else ""


def missing(session: Session, notice: Notice) -> str:
    """Which of the required fields are blank, by their names on the form."""
    asked = company.of(session, notice.grid_id or notice.grid.id).words(Topic.required, notice.kind)
    return say(", ").join(str(FIELDS[field]) for field in asked if field in FIELDS and not getattr(notice, field))


def told(gap: timedelta) -> str:
    return say("%(time)s ahead", time=length(gap)) if gap > timedelta() else say("Nothing ahead: it has begun")


def length_of(hours: int) -> str:
    """As the rule has it: 24 h, 7 days."""
    return say("%(hours)s hours", hours=hours) if hours < 48 or hours % 24 else say("%(days)s days", days=hours // 24)


def length(span: timedelta) -> str:
    """2 days 3 h: two units, and the smaller one only where it is there."""
    minutes = int(span.total_seconds() // 60)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return say("%(days)s d %(hours)s h", days=days, hours=hours) if hours else say("%(days)s days", days=days)
    if hours:
        return say("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes) if minutes else say("%(hours)s hours", hours=hours)
    return say("%(minutes)s minutes", minutes=minutes)
