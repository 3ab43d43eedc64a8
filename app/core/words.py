"""The interface's words: English msgids in code and templates, Chinese by default, through gettext catalogues.

Acts speak in `Phrase`s, which are put into the reader's language where they are shown.
"""

from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_skeleton, get_day_names
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from app.core import clock

CATALOGUES = Path(__file__).parent.parent / "words"
LANGUAGES = ("zh_CN", "en")

language: ContextVar[str] = ContextVar("language", default="zh_CN")
"""Whose language this request speaks. Set once at the door (app/core/doors.py)."""


class Phrase(str):
    """A msgid with its values; `str()` gives it in the current language."""

    __slots__ = ("values",)
    values: dict[str, Any]

    def __new__(cls, msgid: str, **values: Any) -> "Phrase":
        phrase = super().__new__(cls, msgid)
        phrase.values = values
        return phrase

    def __str__(self) -> str:
        return say(str.__str__(self), **self.values)

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __html__(self) -> str:
        from markupsafe import escape

        return str(escape(str(self)))


def phrase(msgid: str, **values: Any) -> Phrase:
    """Mark a sentence for translation, to be said later. Imported as `_`."""
    return Phrase(msgid, **values)


def say(msgid: str, **values: Any) -> str:
    """The sentence in the current language now; `%(name)s` is filled from `values`."""
    spoken = catalogue(language.get()).get(str.__str__(msgid), str.__str__(msgid))
    values = {name: _as_said(value) for name, value in (values or getattr(msgid, "values", {})).items()}
    return spoken % values if values else spoken.replace("%%", "%")


def _as_said(value: Any) -> Any:
    return dated(value) if isinstance(value, date) and not isinstance(value, datetime) else value


def say_many(one: str, many: str, n: int, **values: Any) -> str:
    """Plural as gettext has it. Chinese has one form, kept under the singular msgid."""
    values = {"n": n, "num": n, **values}
    if language.get() == "en":
        return (one if n == 1 else many) % values
    return say(one, **values)


@cache
def catalogue(tongue: str) -> dict[str, str]:
    """All areas' catalogues of one language in one dictionary."""
    spoken: dict[str, str] = {}
    for path in sorted((CATALOGUES / tongue).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=tongue):
                msgid = message.id if isinstance(message.id, str) else message.id[0]
                words = message.string if isinstance(message.string, str) else (message.string or [""])[0]
                if msgid and words:
                    spoken[msgid] = words
    return spoken


def locale() -> Locale:
    return _parsed(language.get())


@cache
def _parsed(tongue: str) -> Locale:
    """Babel parses a name at each use, which takes thirty times as long as saying a day."""
    return Locale.parse(tongue)


def day(moment: datetime) -> str:
    """5月8日周五; the year is said only when it is another one."""
    here = clock.local(moment)
    return format_skeleton("MMMEd" if here.year == clock.today().year else "yMMMEd", here, locale=locale())


def dated(value: date) -> str:
    """11月20日, with the year where it is another one: a day that holds for something, without its weekday."""
    return format_skeleton("MMMd" if value.year == clock.today().year else "yMMMd", value, locale=locale())


def weekdays() -> list[str]:
    """Monday to Sunday in short."""
    names = get_day_names("short" if locale().language == "zh" else "abbreviated", locale=locale())
    return [names[n] for n in range(7)]


def hour(moment: datetime) -> str:
    """20:30, the same in every language."""
    return clock.local(moment).strftime("%H:%M")


def second(moment: datetime) -> str:
    """20:30:05, where seconds count."""
    return clock.local(moment).strftime("%H:%M:%S")


def moment(value: datetime) -> str:
    """The hour alone today, the day with the hour otherwise."""
    return hour(value) if clock.local(value).date() == clock.today() else f"{day(value)} {hour(value)}"


def by(value: datetime) -> str:
    """Until when: the hour where it is today, the day otherwise."""
    return hour(value) if clock.local(value).date() == clock.today() else day(value)


def stamp(value: datetime) -> str:
    """2026年5月8日 20:30, whenever it is read: for what is kept as a file."""
    return f"{format_skeleton('yMMMd', clock.local(value), locale=locale())} {hour(value)}"


def span(start: datetime | None, end: datetime | None) -> str:
    """5月8日周五 8:00–17:00, and over midnight with both days. Either end may be unknown."""
    if start is None:
        return say("until %(end)s", end=moment(end)) if end else ""
    if end is None:
        return say("from %(start)s", start=f"{day(start)} {hour(start)}")
    same = clock.local(start).date() == clock.local(end).date()
    return f"{day(start)} {hour(start)}–{hour(end) if same else f'{day(end)} {hour(end)}'}"


def duration(length: timedelta) -> str:
    """2 天, 1 时 40 分, 18 分: two units at most."""
    minutes = max(0, round(length.total_seconds() / 60))
    if minutes >= 2880:
        return say("%(n)s d", n=minutes // 1440)
    if minutes >= 60:
        hours, rest = divmod(minutes, 60)
        return say("%(h)s h %(m)s min", h=hours, m=rest) if rest and hours < 24 else say("%(h)s h", h=hours)
    return say("%(m)s min", m=minutes)


def ago(value: datetime) -> str:
    return duration(clock.now() - value)


def left(value: datetime) -> str:
    """还有 6 分 or 逾期 2 天."""
    gap = value - clock.now()
    if gap < timedelta():
        return say("overdue %(time)s", time=duration(-gap))
    return say("%(time)s left", time=duration(gap))


def late_by(length: timedelta) -> str:
    return say("%(time)s late", time=duration(length))


def minutes(value: float | None) -> str:
    """A length of time given in minutes; a dash where nothing was measured."""
    return duration(timedelta(minutes=value)) if value is not None else "–"


def figure(value: float | Decimal) -> str:
    """A number grouped as the language does it."""
    return format_decimal(value, locale=locale())


def price(value: Decimal) -> str:
    """Yuan a kilowatt-hour: all digits that were fixed, at most eight, and at least two."""
    told = f"{value.quantize(Decimal('1e-8'), ROUND_HALF_UP):f}".rstrip("0")
    whole, _point, part = told.partition(".")
    return f"{whole}.{part:0<2}"


def iso(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


FILTERS = {
    "day": day, "date": dated, "late_by": late_by, "hour": hour, "second": second, "moment": moment, "by": by, "stamp": stamp, "span": span,
    "duration": duration, "ago": ago, "left": left, "iso": iso, "minutes": minutes, "figure": figure, "price": price,
}  # fmt: skip
