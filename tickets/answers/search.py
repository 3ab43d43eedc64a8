"""Finding the answer: by what is written and by how it sounds, so that slips of the hand and of the ear both arrive."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

import msgspec

from tickets.answers import spelling
from tickets.answers.approved import Answer, book
from tickets.answers.layer import Layer
from tickets.answers.likely import Likely
from tickets.answers.meaning import Meanings

WRITTEN, HEARD = 0.62, 0.38
BEST_SAYING, ALL_SAYINGS = 0.7, 0.3
# The answer's own words help a little: who asks does not know them.
TOLD = 0.1
# What is meant, beside how it is written and how it sounds.
MEANT = 0.22
CLOSE = 0.25
# Who usually talks so.
LIKELY = 0.3


class Saying(msgspec.Struct, frozen=True):
    """One way in which residents ask for one answer."""

    answer: int
    text: str
    letters: str
    initials: str


class Index:
    """Built once, of the whole book; who asks says which answers hold."""

    def __init__(self, answers: Sequence[Answer]) -> None:
        self.answers = answers
        said = [(number, text) for number, one in enumerate(answers) for text in (one.title, *one.asked)]
        usual = [(number, spelling.usual(text)) for number, text in said]
        sounds = [(number, spelling.syllables(text)) for number, text in usual]
        self.sayings = [
            Saying(number, text, "".join(heard), spelling.initials(spelling.plain(said[at][1])))
            for at, ((number, text), (_number, heard)) in enumerate(zip(usual, sounds, strict=True))
        ]
        weak = spelling.words().weak
        self.written = Layer([(number, list(text)) for number, text in usual], len(answers), [list(word) for word in weak])
        self.heard = Layer(sounds, len(answers), [spelling.syllables(word) for word in weak])
        told = [(number, list(spelling.usual(one.words + "".join(one.steps)))) for number, one in enumerate(answers)]
        self.told = Layer(told, len(answers), [list(word) for word in weak])
        self.meant = Meanings([(number, spelling.plain(text)) for number, text in said], len(answers))
        self.likely = Likely(said, len(answers))

    def scores(self, question: str) -> dict[int, float]:
        text = spelling.usual(question)
        if spelling.is_latin(text):
            return self._typed(text)
        written = self._layer(self.written, list(text))
        heard = self._layer(self.heard, spelling.syllables(text))
        told = self.told.known(list(text))
        scores = {
            number: WRITTEN * written.get(number, 0) + HEARD * heard.get(number, 0) + TOLD * told.get(number, 0)
            for number in {*written, *heard}
        }
        return self._with_chances(question, self._with_meaning(question, self._close(text, scores)))

    def _with_meaning(self, question: str, scores: Mapping[int, float]) -> dict[int, float]:
        meant = self.meant.near(spelling.plain(question))
        return {number: (1 - MEANT) * scores.get(number, 0) + MEANT * meant.get(number, 0) for number in {*scores, *meant}}

    def _with_chances(self, question: str, scores: Mapping[int, float]) -> dict[int, float]:
        chances = self.likely.chances(question)
        return {number: (1 - LIKELY) * scores.get(number, 0) + LIKELY * one for number, one in chances.items()} or dict(scores)

    def explains(self, question: str, answer: int) -> float:
        """Which share of the question the answer's own sayings know, by sound: the rest is about something else."""
        text = spelling.usual(question)
        known = self.heard.known(spelling.typed(text) if spelling.is_latin(text) else spelling.syllables(text))
        return known.get(answer, 0.0)

    def _layer(self, layer: Layer, units: Sequence[str]) -> dict[int, float]:
        sayings, known = layer.near(units), layer.known(units)
        best: dict[int, float] = defaultdict(float)
        for saying, near in sayings.items():
            number = self.sayings[saying].answer
            best[number] = max(best[number], near)
        return {number: BEST_SAYING * near + ALL_SAYINGS * known.get(number, 0) for number, near in best.items()}

    def _close(self, text: str, scores: dict[int, float]) -> dict[int, float]:
        """The likeliest once more, letter by letter: a slip inside a word costs less there."""
        likely = set(sorted(scores, key=lambda number: scores[number], reverse=True)[:12])
        alike: dict[int, float] = defaultdict(float)
        for saying in self.sayings:
            if saying.answer in likely:
                alike[saying.answer] = max(alike[saying.answer], _alike(text, saying.text))
        return {number: (1 - CLOSE) * scores[number] + CLOSE * alike[number] for number in likely}

    def _typed(self, text: str) -> dict[int, float]:
        """Pinyin without characters, or only the initials."""
        pieces = spelling.typed(text)
        if sum(len(piece) == 1 for piece in pieces) * 2 > len(pieces):
            letters = text.replace(" ", "")
            return self._best((saying, _abbreviates(letters, saying.initials)) for saying in self.sayings)
        letters = "".join(pieces)
        heard = self._layer(self.heard, pieces)
        alike = self._best((saying, _alike(letters, saying.letters) ** 2) for saying in self.sayings)
        return {number: (1 - CLOSE) * heard.get(number, 0) + CLOSE * alike.get(number, 0) for number in {*heard, *alike}}

    def _best(self, near: Iterable[tuple[Saying, float]]) -> dict[int, float]:
        best: dict[int, float] = defaultdict(float)
        for saying, one in near:
            best[saying.answer] = max(best[saying.answer], one)
        return best


def _alike(one: str, other: str) -> float:
    """Imported with the first search: a worker that only sends does not carry it."""
    from rapidfuzz import fuzz

    return fuzz.ratio(one, other) / 100


def _abbreviates(letters: str, initials: str) -> float:
    """Who types initials begins at the beginning and seldom types all of them."""
    if len(letters) > 2 and letters in initials:
        return 0.95 if initials.startswith(letters) else 0.85
    return _alike(letters, initials) * 0.9


@cache
def index() -> Index:
    """Built at the first question, in about two seconds; a process that answers people builds it when it starts."""
    return Index(book())
