"""What lamp yellow asks beside a field of the composer, and what may be tapped as an answer."""

import zlib
from collections.abc import Container, Iterable
from datetime import datetime

import msgspec

from app.core import clock
from app.core.words import Phrase, say, span
from app.core.words import phrase as _
from broadcasts.dispatch import Doubt
from broadcasts.dispatch.renumbered import AND
from broadcasts.subscribers import audiences

NO = "-"
"""The answer that none of the choices is meant, or that all is well."""
DISMISSED = {
    "estates": _("Not of this grid"), "buildings": _("I tick them myself"), "windows": _("I enter the time"),
    "kind": _("I have chosen"), "cause": _("It is right so"),
}  # fmt: skip
UNKNOWN = "?"
PARTLY = "~"
"""The answer that only some buildings are meant, and that nobody knows which."""


class Question(msgspec.Struct, frozen=True):
    """One question. `choices`: what an answer says, and its words on the chip. `of`: the estate it is about.

    `quote`: the pasted words that it is about, where it does not say them itself.
    """

    key: str
    field: str
    words: Phrase
    choices: tuple[tuple[str, str], ...] = ()
    of: str = ""
    quote: str = ""


def asked(doubts: Iterable[Doubt], estates: Container[str], text: str) -> list[Question]:
    """Each question once, though it may concern two fields."""
    found: dict[str, Question] = {}
    for doubt in doubts:
        found.setdefault(str(doubt.question), _question(doubt, estates, text))
    return list(found.values())


def _question(doubt: Doubt, estates: Container[str], text: str) -> Question:
    said = f"{doubt.field} {doubt.of} {str.__str__(doubt.question)} {doubt.question.values}"
    choices = [(one, _chip(doubt, one)) for one in doubt.choices]
    if doubt.field == "buildings" and doubt.of in estates and not choices:
        choices += [(PARTLY, str(_("Some, not known which"))), (doubt.of, str(_("The whole estate")))]
    dismissed = DISMISSED[doubt.field] if doubt.of or doubt.field != "estates" else _("It is right so")
    choices.append((NO, str(dismissed)))
    words = text[slice(*doubt.span)].strip() if doubt.span and doubt.field in ("estates", "buildings") else ""
    quote = "" if words in str(doubt.question) else words
    return Question(f"{zlib.crc32(said.encode()):x}", doubt.field, doubt.question, tuple(choices), doubt.of, quote)


def _chip(doubt: Doubt, choice: str) -> str:
    if doubt.field == "windows":
        return time(*choice.replace(UNKNOWN, "").split("/"))
    names = choice.split(AND) if doubt.field == "buildings" else [choice]
    if len(names) == 1:
        return choice
    return say("%(buildings)s, %(n)s buildings in all", buildings=say(", ").join(audiences.runs(names)), n=len(names))


def time(start: str, end: str) -> str:
    """As people say it: 5月8日周五 8:00–17:00."""
    known = (clock.as_utc(datetime.fromisoformat(one)) if one else None for one in (start, end))
    return span(*known)


def missing(form: dict[str, str], said: dict[str, list[str]], known: Iterable[Question]) -> list[Question]:
    """What an outage needs and the text does not say; not where something else is asked about it."""
    about = {one.field for one in known}
    found = []
    if "windows" not in about and form.get("kind") != "fault_outage":
        if not form.get("starts_at"):
            found.append(Question("", "windows", _("The text does not say when it begins. Please enter it.")))
        elif not form.get("ends_at"):
            found.append(Question("", "windows", _("The text does not say when it ends. Please enter it.")))
    if not about & {"estates", "buildings"} and not any(said.values()):
        found.append(Question("", "estates", _("The text does not say where. Please tick it.")))
    return found
