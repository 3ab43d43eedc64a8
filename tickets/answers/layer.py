"""Sayings in writing or in sound, compared by their single and paired pieces."""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise

WEAK = 0.7
SINGLE = 0.35


class Layer:
    """Sayings as weighted grams, in writing or in sound: rare grams tell more."""

    def __init__(self, sayings: Sequence[tuple[int, Sequence[str]]], answers: int, weak: Sequence[Sequence[str]]) -> None:
        counts = [(answer, Counter(grams(units))) for answer, units in sayings]
        found: dict[str, set[int]] = defaultdict(set)
        for answer, counted in counts:
            for gram in counted:
                found[gram].add(answer)
        leading_nowhere = {gram for units in weak for gram in grams(units)}
        self.weights = {
            gram: _rare(len(where), answers) * _size(gram) * (WEAK if gram in leading_nowhere else 1) for gram, where in found.items()
        }
        self.unknown = _rare(0.5, answers)
        self.has: dict[str, frozenset[int]] = {gram: frozenset(where) for gram, where in found.items()}
        self.postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for saying, (_answer, counted) in enumerate(counts):
            length = math.sqrt(sum((self.weights[gram] * times) ** 2 for gram, times in counted.items())) or 1
            for gram, times in counted.items():
                self.postings[gram].append((saying, self.weights[gram] * times / length))

    def near(self, units: Sequence[str]) -> Mapping[int, float]:
        """How near each saying is."""
        weight = self._weighed(units)
        length = math.sqrt(sum(one * one for one in weight.values())) or 1
        sayings: dict[int, float] = defaultdict(float)
        for gram, one in weight.items():
            for saying, share in self.postings.get(gram, ()):
                sayings[saying] += one * share / length
        return sayings

    def known(self, units: Sequence[str]) -> Mapping[int, float]:
        """Which share of the question each answer's sayings know."""
        weight = self._weighed(units)
        whole = sum(weight.values()) or 1
        known: dict[int, float] = defaultdict(float)
        for gram, one in weight.items():
            for answer in self.has.get(gram, ()):
                known[answer] += one / whole
        return known

    def _weighed(self, units: Sequence[str]) -> Mapping[str, float]:
        counted = Counter(grams(units))
        return {gram: self.weights.get(gram, self.unknown * _size(gram)) * times for gram, times in counted.items()}


def grams(units: Sequence[str]) -> list[str]:
    return [*units, *(f"{one} {two}" for one, two in pairwise(units))]


def _size(gram: str) -> float:
    return 1.0 if " " in gram else SINGLE


def _rare(found: float, answers: int) -> float:
    return math.log(1 + answers / found)
