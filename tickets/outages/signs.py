"""What a question about an outage sounds like, and what in it needs a person although the outage is known."""

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import msgspec

from app.core.words import Phrase
from app.core.words import phrase as _
from tickets.kinds.tables import DANGER
from tickets.tables import Ticket, TicketState
from tickets.triage import alarms

FILE = Path(__file__).with_name("attaching.toml")


class Signs(msgspec.Struct, frozen=True):
    dark: re.Pattern[str]
    needs: re.Pattern[str]
    danger: re.Pattern[str]


@cache
def _read() -> Signs:
    said = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return Signs(*(re.compile("|".join(said[name]["any"])) for name in ("dark", "needs", "danger")))


def is_dark(words: str) -> bool:
    """Whether these words say that there is no power."""
    return _read().dark.search(words) is not None


def needs_a_person(words: str) -> bool:
    """Whether there is more in them than any notice can answer: an illness, somebody locked in, a danger, another matter."""
    return _read().needs.search(words) is not None or is_dangerous(words) or bool(alarms.ahead(words)) or len(words) > 60


def wait_for_a_person(ticket: Ticket, words: Iterable[str]) -> bool:
    """Whether no notice may end the waiting: somebody has to read it first."""
    return ticket.kind == DANGER or any(needs_a_person(one) for one in words)


def in_danger(ticket: Ticket, words: Iterable[str]) -> bool:
    return ticket.kind == DANGER or any(is_dangerous(one) for one in words)


def is_dangerous(words: str) -> bool:
    """Whether they tell of fire, shock, a wire down, somebody locked in: that always gets through."""
    return _read().danger.search(words) is not None or bool(alarms.heard(words))


def why_a_person(ticket: Ticket) -> Phrase | None:
    """Why a question that waits is not answered by its notice. The thread is whole."""
    if ticket.notice_id is None or ticket.state is not TicketState.open or ticket.answered_by_notice:
        return None
    if ticket.homecomings and not max(ticket.homecomings, key=lambda one: one.at).back:
        return _("Says that theirs is still dark.")
    said = [one.words for one in ticket.entries if one.author_id is None and one.update_id is None]
    found = dict.fromkeys(word[0] for one in said for sign in (_read().danger, _read().needs) for word in sign.finditer(one))
    if found:
        return _("Also says “%(words)s”: no notice answers that.", words=str(_(", ")).join(list(found)[:3]))
    return _("Asks for more than the notice says.")
