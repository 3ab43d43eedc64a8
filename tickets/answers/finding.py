"""The three best answers to a question, and whether the first may go out by itself."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import msgspec

from app.core import clock
from tickets.answers import spelling
from tickets.answers.approved import Answer
from tickets.answers.meaning import meant
from tickets.answers.search import index

LONGEST = 200
# Farther away it is no suggestion but noise.
FAR = 0.1
# By itself goes only what is near, clearly nearer than the next, mostly understood and short: chosen on the tuning questions,
# see docs/answers.md.
SENDS, AHEAD, UNDERSTOOD, SHORT = 0.54, 0.14, 0.48, 40


class Hit(msgspec.Struct, frozen=True):
    answer: Answer
    score: float
    """From 0 to 1: how near the question is to how others asked for this answer."""
    sends_itself: bool


def find(text: str, *, province: str = "", today: date | None = None, how_many: int = 3) -> list[Hit]:
    question = spelling.without_denied(text[:LONGEST])
    day = today or clock.today()
    if not spelling.plain(question):
        return []
    found = index()
    # Nobody knows where it is asked from: then an answer of a province goes to who names the province.
    places = {province} if province else {"", *meant(spelling.plain(question))}
    near = {number: min(score, 1.0) for number, score in found.scores(question).items() if score >= FAR}
    scores = {number: score for number, score in near.items() if _holds(found.answers[number], day, places)}
    ranked = sorted(scores, key=lambda number: (-scores[number], number))[:how_many]
    sends = _sends_itself(question, ranked, scores)
    return [Hit(found.answers[number], round(scores[number], 3), sends and place == 0) for place, number in enumerate(ranked)]


def _holds(answer: Answer, day: date, places: Iterable[str]) -> bool:
    return any(answer.holds(day, place) for place in places)


def _sends_itself(question: str, ranked: Sequence[int], scores: Mapping[int, float]) -> bool:
    said, words = spelling.plain(question), spelling.words()
    if not ranked or len(said) > SHORT or any(word in said for word in (*words.silent, *words.others)):
        return False
    first = scores[ranked[0]]
    ahead = first - (scores[ranked[1]] if len(ranked) > 1 else 0)
    if words.outage.search(spelling.usual(question)) and index().answers[ranked[0]].id not in words.of_outages:
        return False
    near = first >= SENDS and (ahead >= AHEAD or _stands_there(said, ranked[0])) and spelling.is_ours(spelling.usual(question))
    return near and index().explains(question, ranked[0]) >= UNDERSTOOD


def _stands_there(said: str, number: int) -> bool:
    """Asked word for word as the book has it for this answer."""
    return said in map(spelling.plain, index().answers[number].asked)
