"""The words and patterns of vocabulary.toml, put together once. A word list becomes one alternative, the longest word first."""

import re
import tomllib
from functools import cache
from pathlib import Path

# <name> stands for a list or a pattern; (?P<name> is Python's own.
PLACEHOLDER = re.compile(r"(?<!\?P)<([a-z_]+)>")


@cache
def _data() -> dict[str, dict[str, object]]:
    return tomllib.loads(Path(__file__).with_name("vocabulary.toml").read_text("utf-8"))


@cache
def letters(*tables: str) -> dict[str, str]:
    """Letters that are read as others: those of Hong Kong and Taiwan, and those a scanner took for them."""
    listed = [_data()[name] for name in tables or ("letters", "scanned")]
    return {a: b for one in listed for a, b in zip(str(one["written"]), str(one["read"]), strict=True)}


@cache
def words(name: str) -> tuple[str, ...]:
    """A list of words, the longest first."""
    listed = _data()["words"][name]
    return tuple(sorted(map(str, listed if isinstance(listed, list) else []), key=len, reverse=True))


@cache
def source(name: str) -> str:
    """A pattern's text with its placeholders filled."""
    patterns = _data()["patterns"]
    if name not in patterns:
        return "(?:" + "|".join(map(re.escape, words(name))) + ")"
    return PLACEHOLDER.sub(lambda found: source(found[1]), str(patterns[name]).replace("\n|(?P", "|(?P").strip("\n"))


@cache
def pattern(text: str) -> re.Pattern[str]:
    """The compiled pattern of that name, or of a text with placeholders in it."""
    known = text in _data()["patterns"] or text in _data()["words"]
    return re.compile(source(text) if known else PLACEHOLDER.sub(lambda found: source(found[1]), text), re.MULTILINE)


def has(name: str, text: str) -> bool:
    return pattern(name).search(text) is not None


@cache
def _ends(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted((word for name in names for word in words(name)), key=len, reverse=True))


def strip_end(text: str, *names: str) -> str:
    """Without the words of these lists at its end, as often as they stand there."""
    ends = _ends(names)
    while text.endswith(ends):
        text = text[: -len(next(word for word in ends if text.endswith(word)))].rstrip()
    return text
