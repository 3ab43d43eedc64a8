"""The day a text says it was written on: over the message of a chat, as its date of publishing, under its last line."""

from datetime import date

from broadcasts.dispatch import silent, tokens
from broadcasts.dispatch.days import Calendar
from broadcasts.dispatch.plain import Span
from broadcasts.dispatch.sections import Section
from broadcasts.dispatch.vocabulary import pattern, words


def signed_off(text: str, lo: int, hi: int) -> list[Span]:
    """Dates alone on their line, or with the name of an office: when it was written."""
    return [match.span() for match in pattern("signed_off").finditer(text, lo, hi)]


def day(text: str, sections: list[Section], today: date) -> date:
    """The day the text says it was written on; otherwise today."""
    calendar = Calendar(today)
    if (sent := _sent(text, sections, calendar)) and sent <= today:
        return sent
    for section in sections:
        spans = [(section.lo, section.hi)] if section.kind == "published" else [
            *silent.published(text, section.lo, section.hi), *signed_off(text, section.lo, section.hi)
        ]  # fmt: skip
        for lo, hi in spans if section.kind in ("published", "prose", "heading") else []:
            for token in tokens.lex(text, lo, hi):
                if token.kind in ("full", "short", "packed", "monthday") and (found := calendar.day(token, "").on):
                    return found
    return today


def _is_ahead(token: tokens.Token) -> bool:
    """昨天忘了转: a day that is gone is not what is told."""
    return token.kind in tokens.DAYS and token.found.get("relative", "") not in words("gone")


def _sent(text: str, sections: list[Section], calendar: Calendar) -> date | None:
    """The day over the message of a chat in which the notice stands."""
    found = list(pattern("sent_at").finditer(text))
    told = (token.lo for one in sections for token in tokens.lex(text, one.lo, one.hi) if found and _is_ahead(token))
    first = next((lo for lo in told if not silent.inside(lo, [match.span() for match in found])), 0)
    over = next((match for match in reversed(found) if match.end() <= first), None)
    days = [token for token in tokens.lex(text, *over.span()) if token.kind in tokens.DAYS] if over else []
    return calendar.day(days[0], "").on if days else None
