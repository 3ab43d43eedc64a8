"""Who asks for which answer: what most of its askers say and few others do tells more than a word that only sets the scene."""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence

from tickets.answers import spelling
from tickets.answers.layer import grams
from tickets.answers.meaning import meant

# What is meant tells as much as three pieces of writing.
MEANT = 3
# So many sayings of the whole book stand behind each answer's own: what nobody has said yet may still be said.
BEHIND = 3
SHARP = 6


class Likely:
    """Naive Bayes over the sayings: how often each answer's askers say a thing, beside how often all do."""

    def __init__(self, sayings: Sequence[tuple[int, str]], answers: int) -> None:
        said: list[Counter[str]] = [Counter() for _ in range(answers)]
        times = Counter(answer for answer, _text in sayings)
        for answer, text in sayings:
            said[answer].update(_things(text))
        whole: Counter[str] = Counter()
        for counted in said:
            whole.update(counted)
        self.tells: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for answer, counted in enumerate(said):
            for thing, often in counted.items():
                self.tells[thing].append((answer, math.log1p(often * len(sayings) / whole[thing] / BEHIND)))
        self.silence = [math.log(BEHIND / (times[answer] + BEHIND)) for answer in range(answers)]

    def chances(self, text: str) -> Mapping[int, float]:
        """Of each answer, from 0 to 1: all together are 1. A long story is no surer than a short question."""
        things = [thing for thing in _things(text) if thing in self.tells]
        sums: dict[int, float] = defaultdict(float)
        for thing in things:
            for answer, tells in self.tells[thing]:
                sums[answer] += tells * _weight(thing)
        length = sum(map(_weight, things)) or 1
        odds = [math.exp(SHARP * (sums[answer] / length + silence)) for answer, silence in enumerate(self.silence)]
        whole = sum(odds)
        return {answer: one / whole for answer, one in enumerate(odds)} if things else {}


def _things(text: str) -> Collection[str]:
    """What is written, in single and paired letters, and what is meant."""
    return {*grams(list(spelling.usual(text))), *(f"={name}" for name in meant(spelling.plain(text)))}


def _weight(thing: str) -> int:
    return MEANT if thing.startswith("=") else 1
