"""What the loudspeaker van or the property's loudspeaker says: at most a minute, the important first, numbers spelled out."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime

import msgspec

from app.core import clock
from app.core.words import day, hour, language, say
from broadcasts import texts, timely
from broadcasts.cards import prose
from broadcasts.kinds import KINDS
from broadcasts.present import Present, holds, present
from broadcasts.print.press import clean
from broadcasts.print.spoken import spoken
from broadcasts.subscribers import audiences
from broadcasts.tables import Notice, NoticeKind
from grids.grids import Contact

LONGEST = 60
PACE = 4
"""Signs a second, pauses among them: each comma and full stop counts as one."""
PLACES, WORDS, CAUSE = 60, 80, 30
"""The most that is said of where, of news, of why."""
ENDS = re.compile(r"[。！？!?]\s*")


class Script(msgspec.Struct, frozen=True):
    words: list[str]
    """Sentences, one to a line."""
    seconds: int


class Sentence(msgspec.Struct, frozen=True):
    words: str
    rank: int
    """1 is always said; from the highest down they are left out until it is short enough."""


def loudspeaker(notice: Notice, contact: Contact | None) -> Script:
    return aloud(lambda: _sentences(notice, contact, present(notice, clock.now())))


def aloud(told: Callable[[], Iterator[Sentence]]) -> Script:
    """Always in Chinese: it is for those who listen in the courtyard, not for the one who prints it."""
    token = language.set("zh_CN")
    try:
        sentences = list(told())
    finally:
        language.reset(token)
    while _seconds(sentences) > LONGEST and (least := max(one.rank for one in sentences)) > 1:
        sentences.remove(next(one for one in reversed(sentences) if one.rank == least))
    return Script([one.words for one in sentences], _seconds(sentences))


def _seconds(sentences: list[Sentence]) -> int:
    return -(-sum(len(one.words) for one in sentences) // PACE)


def _sentences(notice: Notice, contact: Contact | None, truth: Present) -> Iterator[Sentence]:
    yield _said(1, say("Dear neighbours, please listen."))
    if contact:
        yield _said(3, say("This is your district manager %(name)s.", name=clean(contact.name, 10)))
    main = _main(notice, truth)
    yield main
    if notice.kind.is_outage:
        yield from _about_outage(notice, truth)
    elif news := texts.latest(notice) or timely.words(notice):
        yield _said(2, _news(news))
    if contact:
        yield _said(4, say("Questions? Call %(name)s, %(phone)s.", name=clean(contact.name, 10), phone=contact.phone))
    yield _said(2, say("The service line is 95598, day and night."))
    yield Sentence(say("Once more.") + main.words, 5)
    yield _said(6, say("Nobody collects money or asks for codes for this."))


def _about_outage(notice: Notice, truth: Present) -> Iterator[Sentence]:
    if not holds(truth):
        return
    if notice.cause:
        yield _said(4, say("The reason: %(cause)s.", cause=_bare(clean(notice.cause, CAUSE))))
    if notice.kind is not NoticeKind.fault_outage:
        yield _said(2, say("The power may return early, so never touch lines or equipment."))
    yield _said(2, say("Please do not take the lift."))
    yield _said(3, say("Is there medical equipment at home? Please call at once."))


def _main(notice: Notice, truth: Present) -> Sentence:
    if not notice.kind.is_outage:
        kind, title = say(KINDS[notice.kind].name), _bare(clean(notice.title, WORDS))
        if truth.state != "published":
            return _said(1, say("About %(title)s: %(words)s", title=title, words=truth.word))
        return _said(1, say("%(where)s: %(what)s", where=kind, what=title + say(".")))
    return _said(1, say("%(where)s: %(what)s", where=_where(notice), what=_what(notice, truth)))


def _what(notice: Notice, truth: Present) -> str:
    start, end = notice.starts_at, notice.ends_at
    kind = say(KINDS[notice.kind].name)
    if truth.state in ("planned", "moved") and start:
        moved = say("the time has changed; ") if truth.state == "moved" else ""
        return moved + say("%(when)s, %(kind)s.", when=_span(start, end), kind=kind)
    if truth.state == "out":
        unknown = say("the power is out. It is not known yet when it will be back.")
        return say("the power is out and expected back %(time)s.", time=_moment(end)) if end else unknown
    if truth.state == "overdue":
        return say(
            "the power was to be back %(time)s. We are finding out; if yours is dark, please call.", time=_moment(end) if end else ""
        )
    if truth.state == "restored":
        return say("the power is back. If yours is still dark, please call.")
    if truth.state == "cancelled" and start:
        return say("the outage of %(when)s will not take place.", when=_span(start, end))
    if truth.state == "superseded":
        return say("what was said before no longer holds; a newer notice has taken its place.")
    return say("the outage is over. If yours is still dark, please call.")


def _where(notice: Notice) -> str:
    """Every building where there is time for it, else the estates' names."""
    full = say("; ").join(audiences.lines(notice.places))
    if len(spoken(full)) <= PLACES:
        return full
    short = audiences.short(notice.places, most=4)
    return short if len(spoken(short)) <= PLACES else clean(short, PLACES // 2)


def _span(start: datetime, end: datetime | None) -> str:
    if end is None:
        return say("from %(start)s", start=_moment(start))
    same = clock.local(start).date() == clock.local(end).date()
    return say("%(start)s to %(end)s", start=_moment(start), end=hour(end) if same else _moment(end))


def _moment(value: datetime) -> str:
    return say("%(day)s, at %(time)s", day=day(value), time=hour(value))


def _said(rank: int, words: str) -> Sentence:
    return Sentence(spoken(words), rank)


def _bare(words: str) -> str:
    return " ".join(words.split()).rstrip("。.!！?？；;…")


def _news(words: str) -> str:
    """Whole sentences only, as many as there is time for; of one that is too long, its beginning."""
    lines = (_bare(line) for block in prose.blocks(words[: WORDS * 20]) for line in block.lines)
    told = ""
    for sentence in (one for line in lines for one in ENDS.split(line) if one):
        if len(spoken(told + sentence)) > WORDS:
            break
        told += sentence + say(".")
    return told or _bare(clean(words, WORDS)) + say(".")
