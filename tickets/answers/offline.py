"""The book for the phone without network: plain data, with what the search there needs to hear and to forgive."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from app.core import clock
from tickets.answers import spelling
from tickets.answers.approved import Answer, book
from tickets.answers.meaning import meanings


def export(*, today: date | None = None) -> dict[str, Any]:
    """The answers that hold today, those of a province for who names it; how characters sound; what is said differently elsewhere."""
    day = today or clock.today()
    held = [one for one in book() if one.holds(day, one.province)]
    words = spelling.words()
    return {
        "answers": [_plain(one) for one in held],
        "sounds": spelling.sounds(_characters(held)),
        "same": dict(words.same),
        "empty": list(words.empty),
        "meanings": {name: pattern.pattern for name, pattern in meanings().items()},
        "silent": [*words.silent, *words.others],
    }


def _plain(one: Answer) -> dict[str, Any]:
    return {
        "id": one.id, "title": one.title, "words": one.words, "steps": list(one.steps), "papers": list(one.papers),
        "topic": one.topic, "kind": one.kind, "category": one.category, "owner": one.owner, "source": one.source,
        "province": one.province, "holds_until": one.holds_until.isoformat(), "asked": list(one.asked),
    }  # fmt: skip


def _characters(answers: Iterable[Answer]) -> str:
    said = {char for one in answers for text in (one.title, *one.asked) for char in text}
    return "".join(sorted(said | {char for pair in spelling.words().same for text in pair for char in text}))
