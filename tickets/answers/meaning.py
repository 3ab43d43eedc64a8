"""What a question means, whatever words it takes: the things of meanings.toml that stand in it, compared as sets."""

import math
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("meanings.toml")
# One saying of the answer means the same; or all that its sayings mean together.
BEST_SAYING, ALL_SAYINGS = 0.5, 0.5


@cache
def meanings() -> Mapping[str, re.Pattern[str]]:
    said = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {name: re.compile(pattern) for name, pattern in said["meaning"].items()}


def meant(text: str) -> frozenset[str]:
    return frozenset(name for name, pattern in meanings().items() if pattern.search(text))


class Meanings:
    """Sayings as sets of meanings: what few answers are about tells more."""

    def __init__(self, sayings: Sequence[tuple[int, str]], answers: int) -> None:
        said = [(answer, meant(text)) for answer, text in sayings]
        spread: dict[str, set[int]] = defaultdict(set)
        for answer, things in said:
            for thing in things:
                spread[thing].add(answer)
        self.weights = {thing: math.log(1 + answers / len(spread.get(thing, "?"))) for thing in meanings()}
        self.sayings = {(answer, things) for answer, things in said if things}
        times = Counter(answer for answer, things in self.sayings)
        self.profiles: dict[int, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for answer, things in self.sayings:
            for thing in things:
                self.profiles[answer][thing] += self.weights[thing] / times[answer]

    def near(self, text: str) -> dict[int, float]:
        asked = {thing: self.weights[thing] for thing in meant(text)}
        best: dict[int, float] = defaultdict(float)
        for answer, things in self.sayings:
            if not things.isdisjoint(asked):
                best[answer] = max(best[answer], _alike(asked, {thing: self.weights[thing] for thing in things}))
        return {answer: BEST_SAYING * one + ALL_SAYINGS * _alike(asked, self.profiles[answer]) for answer, one in best.items()}


def _alike(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    shared = sum(weight * other.get(thing, 0) for thing, weight in one.items())
    return shared / math.sqrt(_square(one) * _square(other)) if shared else 0.0


def _square(weights: Mapping[str, float]) -> float:
    return sum(weight * weight for weight in weights.values())
