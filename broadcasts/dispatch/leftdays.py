"""Of several days one is called off or spared: 原定8日、9日、10日每日8:00-17:00,现取消9日停电,8日和10日照常; 5日至8日每天,其中6日不停."""

from datetime import date

from broadcasts.dispatch import silent, tokens
from broadcasts.dispatch.daylist import DayList
from broadcasts.dispatch.days import Calendar
from broadcasts.dispatch.plain import Span
from broadcasts.dispatch.said import Said
from broadcasts.dispatch.sections import Section, of
from broadcasts.dispatch.tape import Tape
from broadcasts.dispatch.tokens import DAYS
from broadcasts.dispatch.vocabulary import pattern


def is_told(text: str, sections: list[Section]) -> bool:
    return any(_clauses(text, sections, name) for name in ("cancelled", "spared_day")) and not _clauses(text, sections, "moved_on")


def windows(text: str, sections: list[Section], calendar: Calendar, every: list[Said]) -> list[Said]:
    """Those that hold; none where it is not said of single days, or where the days that go on are other ones."""
    days = {one.start.date() for one in every if one.start and one.end and one.doubt is None}
    called_off, spared, on = (_days(text, _clauses(text, sections, name), calendar) for name in ("cancelled", "spared_day", "goes_on"))
    off = called_off | spared
    if len(days) < 2 or not off or not off < days or (on and on != days - off):
        return []
    return [one for one in every if one.start and one.start.date() in days - off]


def _clauses(text: str, sections: list[Section], name: str) -> list[Span]:
    told = [(match, one) for one in of(sections, "prose", "heading", "time") for match in pattern(name).finditer(text, one.lo, one.hi)]
    return list(dict.fromkeys(silent.around(text, match.start(), one.lo, one.hi, silent.CLAUSE) for match, one in told))


def _days(text: str, clauses: list[Span], calendar: Calendar) -> set[date]:
    found: set[date] = set()
    for clause in clauses:
        tape = Tape(text, [one for one in tokens.lex(text, *clause) if one.kind in DAYS], [])
        if tape.tokens:
            listed = DayList(tape, calendar)
            found |= set(listed.days) if listed.read(0) == len(tape.tokens) else set()
    return found
