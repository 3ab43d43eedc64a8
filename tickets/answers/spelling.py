"""How residents write: politeness taken off, dialect and slips put right, Chinese into syllables and initials."""

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import msgspec

FILE = Path(__file__).with_name("words.toml")
_LETTERS = re.compile(r"[^0-9a-z\u3400-\u9fff]+")
_LATIN = re.compile(r"[a-z]+")
_RUNS = re.compile(r"[\u3400-\u9fff]+|[0-9a-z]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
# Southern ears hear no difference between these, and type neither.
_HEARD = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"))


class Words(msgspec.Struct, frozen=True):
    same: tuple[tuple[str, str], ...]
    empty: tuple[str, ...]
    silent: tuple[str, ...]
    others: tuple[str, ...]
    ours: tuple[str, ...]
    weak: tuple[str, ...]
    outage: re.Pattern[str]
    of_outages: frozenset[str]
    denied: re.Pattern[str]


@cache
def words() -> Words:
    said = tomllib.loads(FILE.read_text(encoding="utf-8"))

    def longest_first(these: Sequence[str]) -> tuple[str, ...]:
        return tuple(sorted(these, key=len, reverse=True))

    same = said["same"]
    return Words(
        same=tuple((one, same[one]) for one in longest_first(list(same))),
        empty=longest_first(said["empty"]["words"]),
        silent=tuple(said["silent"]["words"]),
        others=tuple(said["others"]["words"]),
        ours=tuple(said["ours"]["words"]),
        weak=tuple(said["weak"]["words"]),
        outage=re.compile(said["outage"]["asks"]),
        of_outages=frozenset(said["outage"]["cards"]),
        denied=re.compile(said["denied"]["said"]),
    )


def plain(text: str) -> str:
    """Narrow, small, without signs and spaces between Chinese; Latin words stay apart by a space."""
    lowered = unicodedata.normalize("NFKC", text).casefold()
    parts = [part for part in _LETTERS.split(lowered) if part]
    return "".join(
        part if not before or _HAN.search(before[-1]) or _HAN.search(part[0]) else f" {part}"
        for before, part in zip(["", *parts], parts, strict=False)
    )


def without_denied(text: str) -> str:
    """Without the dangers that are denied in it: they are said so that nobody worries, and ask nothing."""
    return words().denied.sub("", text) or text


@cache
def _same() -> tuple[re.Pattern[str], dict[str, str]]:
    table = dict(words().same)
    return re.compile("|".join(map(re.escape, table))), table


@cache
def _empty() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, words().empty)))


def usual(text: str) -> str:
    """As the book would say it. What is left when nothing but politeness was said is the text itself."""
    pattern, table = _same()
    said = pattern.sub(lambda found: table[found[0]], plain(text))
    return _empty().sub("", said) or said


def is_latin(text: str) -> bool:
    return bool(_LATIN.search(text)) and not _HAN.search(text)


def syllables(text: str) -> list[str]:
    """The sounds: of Chinese by pypinyin, of typed pinyin by cutting it up."""
    from pypinyin import lazy_pinyin

    runs = [lazy_pinyin(run) if _HAN.match(run) else cut_up(run) for run in _RUNS.findall(text)]
    return [heard(one) for run in runs for one in run]


def typed(text: str) -> list[str]:
    """Typed pinyin in syllables, without the small words of politeness."""
    cut = syllables(text)
    return [one for one in cut if one not in _small_sounds()] or cut


@cache
def _small_sounds() -> frozenset[str]:
    return frozenset("".join(syllables(word)) for word in words().empty if len(word) == 1)


def heard(syllable: str) -> str:
    for one, like in _HEARD:
        syllable = syllable.replace(one, like)
    return syllable


def is_ours(text: str) -> bool:
    """Whether one word of the trade stands in it, written or typed by its sound."""
    if not is_latin(text):
        return any(word in text for word in words().ours)
    sound = " ".join(["", *syllables(text), ""])
    return any(f" {word} " in sound for word in _ours_by_sound())


@cache
def _ours_by_sound() -> frozenset[str]:
    return frozenset(" ".join(syllables(word)) for word in words().ours if _HAN.search(word))


def initials(text: str) -> str:
    from pypinyin import lazy_pinyin

    return "".join(one[:1] for one in lazy_pinyin(text))


def sounds(characters: str) -> dict[str, str]:
    """How each Chinese character sounds, as it is compared."""
    return {char: "".join(syllables(char)) for char in characters if _HAN.search(char)}


@cache
def _known() -> frozenset[str]:
    from pypinyin.constants import PINYIN_DICT
    from pypinyin.contrib.tone_convert import to_normal

    marks = {one for sounds in PINYIN_DICT.values() for one in sounds.split(",")}
    return frozenset(to_normal(one) for one in marks if one.isalpha()) | {"lv", "nv"}


def cut_up(letters: str) -> list[str]:
    """dianfeizenmejiao in syllables with as few pieces as can be; what is no syllable stays letter by letter."""
    known = _known()
    best: list[tuple[int, list[str]]] = [(0, [])]
    for end in range(1, len(letters) + 1):
        choices = []
        for start in range(max(0, end - 6), end):
            piece = letters[start:end]
            if piece in known or len(piece) == 1:
                cost, before = best[start]
                choices.append((cost + (1 if piece in known and (len(piece) > 1 or piece in "aeo") else 4), [*before, piece]))
        best.append(min(choices, key=lambda choice: choice[0]))
    return best[-1][1]
