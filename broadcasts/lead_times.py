"""How long before an outage its households are to be told: from lead_times.csv, which a company replaces by its own."""

import csv
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import msgspec

from app.core import clock
from app.core.words import phrase as _
from app.core.words import say
from broadcasts.kinds import KINDS
from broadcasts.tables import Notice, NoticeKind

TABLE = Path(__file__).with_suffix(".csv")
USUAL = {"line": _("Line or transformer area"), "cause": _("Why"), "words": _("In your words")}


class LeadTime(msgspec.Struct, frozen=True):
    """One line of the table."""

    kind: NoticeKind
    hours: int
    source: str
    effective: date


class Ahead(msgspec.Struct, frozen=True):
    """How a notice that is published now stands to its lead time."""

    kept: bool
    words: str
    source: str


@cache
def table() -> dict[NoticeKind, LeadTime]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = [msgspec.convert(row, LeadTime, strict=False) for row in csv.DictReader(file)]
    return {row.kind: row for row in rows}


def of(notice: Notice) -> Ahead | None:
    """Nothing for what needs no time ahead."""
    needed = table().get(notice.kind)
    if needed is None or not needed.hours or notice.starts_at is None:
        return None
    gap, wanted = notice.starts_at - clock.now(), timedelta(hours=needed.hours)
    ahead = say("%(time)s ahead", time=_length(gap)) if gap > timedelta() else say("Nothing ahead: it has begun")
    words = say(
        "%(ahead)s; a %(kind)s is to be announced %(needed)s ahead.",
        ahead=ahead,
        kind=say(KINDS[notice.kind].name),
        needed=_needed(needed.hours),
    )
    source = say("By: %(source)s, in force since %(day)s", source=needed.source, day=needed.effective.isoformat())
    return Ahead(gap >= wanted, words, source)


def missing(notice: Notice) -> str:
    """Which of the usual fields are blank, by their names on the form."""
    asked = USUAL if notice.kind.is_outage else {"words": USUAL["words"]}
    return say(", ").join(str(name) for field, name in asked.items() if not getattr(notice, field))


def _needed(hours: int) -> str:
    """As the rule has it: 24 h, 7 days."""
    return say("%(hours)s hours", hours=hours) if hours < 48 or hours % 24 else say("%(days)s days", days=hours // 24)


def _length(span: timedelta) -> str:
    """2 days 3 h: two units, and the smaller one only where it is there."""
    minutes = int(span.total_seconds() // 60)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return say("%(days)s d %(hours)s h", days=days, hours=hours) if hours else say("%(days)s days", days=days)
    if hours:
        return say("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes) if minutes else say("%(hours)s hours", hours=hours)
    return say("%(minutes)s minutes", minutes=minutes)
