"""What a question means, whatever words it takes: the things of meanings.toml that stand in it, compared as sets."""

import math
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
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
        self.sayings = sorted({(answer, tuple(sorted(things))) for answer, things in said if things})
        self.where: dict[str, list[int]] = defaultdict(list)
        times = Counter(answer for answer, _things in self.sayings)
        self.profiles: dict[int, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for at, (answer, names) in enumerate(self.sayings):
            for thing in names:
                self.where[thing].append(at)
                self.profiles[answer][thing] += self.weights[thing] / times[answer]
        self.lengths = [_length(self.weights[thing] for thing in things) for _answer, things in self.sayings]
        self.whole = {answer: _length(profile.values()) for answer, profile in self.profiles.items()}

    def near(self, text: str) -> dict[int, float]:
        asked = {thing: self.weights[thing] for thing in meant(text)}
        length = _length(asked.values()) or 1
        shared: dict[int, float] = defaultdict(float)
        for thing, weight in asked.items():
            for at in self.where[thing]:
                shared[at] += weight * weight
        best: dict[int, float] = defaultdict(float)
        for at, both in shared.items():
            answer = self.sayings[at][0]
            best[answer] = max(best[answer], both / length / self.lengths[at])
        return {answer: BEST_SAYING * one + ALL_SAYINGS * self._together(asked, answer) / length for answer, one in best.items()}

    def _together(self, asked: Mapping[str, float], answer: int) -> float:
        return sum(weight * self.profiles[answer].get(thing, 0) for thing, weight in asked.items()) / self.whole[answer]


def _length(weights: Iterable[float]) -> float:
    return math.sqrt(sum(weight * weight for weight in weights))
