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
from tickets.outages import days
from tickets.tables import Ticket, TicketState
from tickets.triage import alarms, coming

FILE = Path(__file__).with_name("attaching.toml")


class Signs(msgspec.Struct, frozen=True):
    dark: re.Pattern[str]
    needs: re.Pattern[str]
    danger: re.Pattern[str]
    announced: re.Pattern[str]
    over: re.Pattern[str]
    either: re.Pattern[str]
    now: re.Pattern[str]
    told: re.Pattern[str]
    more: re.Pattern[str]


@cache
def _read() -> Signs:
    said = tomllib.loads(FILE.read_text(encoding="utf-8"))
    parts = {name: said[name]["any"] for name in ("dark", "needs", "danger", "announced", "over", "told")}
    parts |= {"either": said["announced"]["either"], "now": said["announced"]["now"], "more": said["told"]["more"]}
    return Signs(**{name: re.compile("|".join(any_of)) for name, any_of in parts.items()})


def is_dark(words: str) -> bool:
    """Whether these words say that there is no power now."""
    return speaks_of_outage(words) and not is_announced(words) and not is_over(words)


def is_over(words: str) -> bool:
    """Whether they ask who pays for what an outage did, and say of none that holds now."""
    return _read().over.search(words) is not None and _read().now.search(words) is None


def speaks_of_outage(words: str) -> bool:
    """Of now, or of one that is to come."""
    return _read().dark.search(words) is not None


def is_announced(words: str) -> bool:
    """Whether they speak of an outage that is to come or was announced, and say of none that holds now."""
    said = _read()
    if not said.announced.search(words) and not any(said.dark.search(clause) for clause in days.ahead_in(words)):
        return False
    return not said.now.search(words) and not said.dark.search(said.either.sub("□", coming.without(words)))


def asks_what_is_told(words: str) -> bool:
    """Whether an announced outage's notice answers them: by its day, its hours, its area."""
    return is_announced(words) and _read().told.search(words) is not None and not _read().more.search(words)


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
