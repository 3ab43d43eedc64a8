"""A promise that stands in an answer unsaid: a day, and that one of us comes or does something. Asked about once, never decided.

In a danger the answer goes first, and it is asked below it (`unweighed`).
"""

import re
import tomllib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

import msgspec
from sqlalchemy.orm import Session

from app.core import clock
from app.core import words as said_words
from app.core.errors import Mistaken
from app.core.words import phrase as _
from broadcasts.dispatch import tokens
from broadcasts.dispatch.days import Calendar
from broadcasts.dispatch.numerals import number
from broadcasts.dispatch.tokens import Token
from grids.staff.staff import Me
from tickets import promises
from tickets.tables import Entry, Ticket
from tickets.triage import dangers

FILE = Path(__file__).with_name("promising.toml")
AS_SAID = "said"
"""The choice of the day that the answer itself says."""
SENTENCE = re.compile(r"[^\u3002\uff1b\uff01!;\n\uff1f?]+[\uff1f?]?")
CLAUSE = re.compile(r"[^\uff0c,]+[\uff0c,]?")
LONGEST, DAY = timedelta(days=366), timedelta(days=1)


class Promised(msgspec.Struct, frozen=True):
    """The sentence, and the last day that is said in it; `within` so many minutes or hours where no day is named."""

    words: str
    on: date
    within: timedelta | None = None


class Signs(msgspec.Struct, frozen=True):
    ours: re.Pattern[str]
    bare: re.Pattern[str]
    yours: re.Pattern[str]
    over: re.Pattern[str]
    within: dict[str, int]


@cache
def _signs() -> Signs:
    said = tomllib.loads(FILE.read_text(encoding="utf-8"))
    parts = {name: said[name] for name in ("does", "done")}

    def ready(name: str) -> re.Pattern[str]:
        return re.compile(re.sub(r"\{(does|done)\}", lambda part: parts[part[1]], said[name]))

    return Signs(ready("ours"), ready("bare"), ready("yours"), ready("over"), said["within"])


def promised(words: str, *, on: date) -> Promised | None:
    """The sentence that promises, with its day, as it is meant on that day: what somebody is named for before all, then the earliest."""
    found = [(not _signs().ours.search(left), one) for sentence in SENTENCE.findall(words) for left, one in _promising(sentence, on)]
    return min(found, key=lambda each: (each[0], each[1].on, each[1].within or DAY), default=(False, None))[1]


def _promising(sentence: str, on: date) -> Iterator[tuple[str, Promised]]:
    left = "".join(clause for clause in CLAUSE.findall(sentence) if not _signs().over.search(clause))
    if left and _is_ours(left) and (day := _day(left, on)) is not None:
        yield left, Promised(sentence.strip(), day, _soon(left))


def unweighed(session: Session, ticket: Ticket, *, by: Me) -> tuple[Entry, Promised] | None:
    """What this colleague promised in words to who is in danger, as long as it is to come and nobody said whether it is one."""
    last = next((one for one in reversed(ticket.entries) if one.author_id is not None), None)
    if last is None or last.author_id != by.id or last.update_id is not None or not dangers.holds(ticket):
        return None
    found = promised(last.words, on=clock.local(last.at).date())
    if found is None or promises.due_of(last, found.on, found.within) <= clock.now() or promises.made_in(session, last):
        return None
    return last, found


def chosen(by_day: str, words: str, *, on: date, weighed: bool) -> Promised | None:
    """Until when it is promised, by the choice under the answer. Who promises in words and chooses nothing is asked once."""
    found = promised(words, on=on)
    if by_day == AS_SAID and found is None:
        raise _mistaken("by_day", _("No day stands in the answer. Please choose one here."))
    if by_day == AS_SAID and found is not None:
        return found
    try:
        day = date.fromisoformat(by_day) if by_day else None
    except ValueError:
        raise _mistaken("by_day", _("Please choose from the list.")) from None
    if day is None and found is not None and not weighed:
        told = {"words": found.words, "day": term(found, clock.now())}
        why = _(
            "You write “%(words)s”. Is it a promise until %(day)s? Then choose “as the answer says”; if not, simply send again.", **told
        )
        raise _mistaken("weighed", why)
    return Promised("", day) if day else None


def term(found: Promised, said_at: datetime) -> str:
    """Until when, as it is asked about: counted from when it was said."""
    return said_words.moment(said_at + found.within) if found.within else said_words.day(promises.until(found.on, "by_day", said_at))


def _is_ours(sentence: str) -> bool:
    signs = _signs()
    return sentence[-1] not in "?\uff1f" and bool(
        signs.ours.search(sentence) or (signs.bare.search(sentence) and not signs.yours.search(sentence))
    )


def _day(sentence: str, on: date) -> date | None:
    """The last day that is named or counted from this one; none that is gone."""
    calendar = Calendar(on)
    found = [day for token in tokens.lex(sentence, 0, len(sentence)) for day in [_of(token, sentence, calendar)] if day]
    last = max(found, default=None)
    return last if last is not None and on <= last <= on + LONGEST else None


def _soon(sentence: str) -> timedelta | None:
    """Ten minutes, where nothing but minutes or hours is said."""
    found = tokens.lex(sentence, 0, len(sentence))
    spans = [span for token in found if token.kind == "duration" and (span := tokens.duration(token))]
    return max(spans, default=None) if not any(token.kind in tokens.DAYS for token in found) and max(spans, default=DAY) < DAY else None


def _of(token: Token, sentence: str, calendar: Calendar) -> date | None:
    if token.kind == "duration":
        days, n = _signs().within.get(token.found.get("du", "")), number(token.found.get("dn", ""))
        return calendar.today + timedelta(days=days * min(n or 1, 366)) if days is not None else None
    if token.kind not in tokens.DAYS:
        return None
    said = calendar.day(token, sentence[token.lo : token.hi])
    return said.on or next((one for one in reversed(said.either) if one >= calendar.today), None)


def _mistaken(name: str, why: object) -> Mistaken:
    return Mistaken(_("Please look again at the marked fields."), {name: why})  # type: ignore[dict-item]
