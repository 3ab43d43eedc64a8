"""What a poster says: the state across the top third, the time large, whom to call, and a code to scan for what is true later."""

import re
from typing import Any
from urllib.parse import urlsplit

import msgspec

from app.core import clock
from app.core.words import day, hour, language, say
from broadcasts import texts, timely
from broadcasts.cards import cards, prose
from broadcasts.cards.tables import CardVersion
from broadcasts.present import Present, holds, present
from broadcasts.print.press import clean
from broadcasts.subscribers import audiences
from broadcasts.tables import Notice, NoticeKind
from grids.grids import Contact
from grids.tables import Grid

TITLE, LINE, WHERE, WORDS = 120, 160, 3000, 5000
"""The most signs of a headline, of a fact, of an area, and of a manager's own words."""
KICKER, RUN = 36, 8
"""A longer area is said by its estate on top, and whole below. So long a run may stand unbroken in the largest letters."""


class Poster(msgspec.Struct, kw_only=True):
    """The data of poster.typ."""

    name: str
    """Of its file."""
    look: str
    kicker: str
    word: str
    under: str = ""
    told: str = ""
    label: str = ""
    day: str = ""
    clock: list[str] = []
    lead: str = ""
    was: str = ""
    where: list[str] = []
    """The area in pieces, none of which is cut through: together they are all of it."""
    facts: list[tuple[str, str]] = []
    blocks: list[prose.Block] = []
    advice: list[str] = []
    address: str
    code: str = ""
    number: str = ""
    contact: Contact | None = None
    strip: list[str] = []


def of_notice(notice: Notice, contact: Contact | None, *, base_url: str) -> Poster:
    truth = present(notice, clock.now())
    poster = Poster(
        name=f"{notice.number}-v{notice.version}-{truth.state}", look=truth.look, kicker="", word="",
        told=" · ".join(part for part in (_updated(truth), truth.by) if part), address=texts.address(base_url, notice),
        code=notice.grid.code, number=notice.number, contact=contact,
    )  # fmt: skip
    (_outage if notice.kind.is_outage else _news)(poster, notice, truth)
    poster.strip = _strip(poster, notice, contact)
    return poster


def of_card(card: CardVersion, grid: Grid | None, contact: Contact | None, *, base_url: str) -> Poster:
    valid = say("Valid until %(day)s", day=card.valid_until.isoformat()) if card.valid_until else ""
    stale = cards.expired(card)
    warning = (
        say("This card was valid until %(day)s. Please ask before you rely on it.", day=card.valid_until.isoformat())
        if stale and card.valid_until
        else ""
    )
    return Poster(
        name=f"card-{card.slug}-v{card.version}-{grid.code if grid else ''}", look="safety" if stale else "info",
        kicker=str(cards.TOPICS[card.topic]), word=card.title, under="" if stale else card.summary, lead=warning,
        told=" · ".join(part for part in (f"{say('Source')}{say(': ')}{clean(card.source, LINE)}", valid) if part),
        blocks=_blocks(card.words), address=f"{base_url}/c/{card.slug}" + (f"?g={grid.code}" if grid else ""),
        code=grid.code if grid else "", contact=contact,
    )  # fmt: skip


def data(poster: Poster, size: str, *, further: bool = True) -> dict[str, Any]:
    """All of it as the template reads it, cut and cleaned. `further`: what one sheet cannot hold goes on to the next."""
    code, contact = poster.code, poster.contact
    return {
        "size": size, "lang": language.get()[:2], "look": poster.look, "kicker": clean(poster.kicker, TITLE, run=RUN),
        "word": clean(poster.word, TITLE, run=RUN), "under": clean(poster.under, LINE), "told": clean(poster.told, 2 * LINE),
        "label": poster.label, "day": poster.day, "clock": poster.clock, "lead": clean(poster.lead, LINE),
        "was": clean(poster.was, LINE),
        "where_name": say("Where"), "where": [clean(one, LINE) for one in poster.where],
        "facts": [(name, clean(value, LINE)) for name, value in poster.facts], "blocks": poster.blocks,
        "more": say("… The rest stands on the next sheet; or scan.") if further else say("… Scan for all of it."), "further": further,
        "all": say("All of it"), "advice": poster.advice,
        "address": poster.address, "scan": say("Scan, or type the number at"),
        "site": clean(urlsplit(poster.address).netloc, LINE, run=2 * RUN),
        "code_name": say("Short code"), "code": f"{code[:3]} {code[3:]}" if len(code) == 6 else code,
        "number_name": say("Notice"), "number": poster.number, "name_label": say("Your district manager"),
        "name": clean(contact.name, 20) if contact else "", "phone": contact.phone if contact else "",
        "service": say("Power service, day and night"),
        "never": say("We never collect money here and never ask for identity cards, bank details or codes."),
        "strip": [clean(words, 40, run=2 * RUN) for words in poster.strip],
        "strip_bold": len(poster.strip) - 4,
    }  # fmt: skip


def _outage(poster: Poster, notice: Notice, truth: Present) -> None:
    lines = audiences.lines(notice.places)
    poster.kicker, poster.word, poster.under, poster.was = _kicker(notice), truth.word, notice.cause, truth.was
    _time(poster, notice, truth)
    poster.where = _pieces(say("; ").join(lines)) if say(", ").join(lines) != poster.kicker else []
    poster.facts = [(say("Line"), notice.line)] if notice.line else []
    poster.blocks = _blocks(_own(notice))
    poster.advice = _advice(notice, truth)


def _kicker(notice: Notice) -> str:
    """Read from three metres: a long list of buildings is named by its estate."""
    short = audiences.short(notice.places)
    return short if len(short) <= KICKER else say("%(places)s, some buildings", places=notice.places[0].estate.name)


def _pieces(area: str) -> list[str]:
    """To be shortened at one of these ends: after an estate or a building, never within a name."""
    ends = "".join({say(", ").strip(), say("; ").strip()})
    return re.findall(rf"[^{ends}]+[{ends}]?\s*", area[:WHERE])


def _own(notice: Notice) -> str:
    """What its manager wrote, as far as it still holds."""
    return texts.latest(notice) or timely.words(notice)


def _advice(notice: Notice, truth: Present) -> list[str]:
    if truth.state == "restored":
        return [say("Still dark at yours? Scan the code and tell us, or call.")]
    if not holds(truth):
        return []
    fault, ahead = (
        say("Keep away from wires that hang or lie: they may be live."),
        say("Treat the line as live all the time: power may return early."),
    )
    wires = fault if notice.kind is NoticeKind.fault_outage else ahead
    return [wires, say("Do not take the lift.") + say("Medical equipment at home? Call your manager.")]


def _time(poster: Poster, notice: Notice, truth: Present) -> None:
    """Each with its day: paper hangs for a week."""
    start, end = notice.starts_at, notice.ends_at
    if truth.state in ("planned", "moved") and start and end:
        if clock.local(start).date() == clock.local(end).date():
            poster.day, poster.clock = day(start), [f"{hour(start)}–{hour(end)}"]
        else:
            poster.clock = [f"{day(start)} {hour(start)}", f"– {day(end)} {hour(end)}"]
    elif truth.state in ("out", "overdue", "restored") and end:
        label = {"out": say("Expected back"), "overdue": say("Was to be back"), "restored": say("Back since")}[truth.state]
        poster.label, poster.day, poster.clock = label, day(end), [hour(end)]
        if truth.state == "overdue":
            poster.lead = say("Nobody has reported it back yet. Your manager is finding out.")
    else:
        poster.lead = truth.words


def _news(poster: Poster, notice: Notice, truth: Present) -> None:
    poster.kicker, poster.word = f"{truth.word} · {notice.grid.name}", notice.title
    poster.lead = truth.words if truth.state != "published" else truth.time
    poster.blocks = _blocks(_own(notice))


def _strip(poster: Poster, notice: Notice, contact: Contact | None) -> list[str]:
    """What somebody takes home: where, when, the number to look it up by, whom to call."""
    what = [poster.kicker, poster.word] if notice.kind.is_outage else [poster.word]
    when = [poster.label, poster.day, *poster.clock]
    said = [*what, *when, f"{say('Notice')} {notice.number}", f"{contact.name} {contact.phone}" if contact else ""]
    return [words for words in [*said, urlsplit(poster.address).netloc, say("Service line 95598")] if words]


def _updated(truth: Present) -> str:
    return say("Updated %(when)s", when=f"{day(truth.updated_at)} {hour(truth.updated_at)}") if truth.updated_at else ""


def _blocks(words: str) -> list[prose.Block]:
    return prose.blocks(clean(words, WORDS))
