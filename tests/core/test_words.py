"""The interface speaks Chinese first: every sentence has its translation, and none stands in code."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from app.core import words

ROOT = Path(__file__).parents[2]
PACKAGES = ("app", "grids", "broadcasts", "tickets", "pwa")
KEYWORDS = {"_": None, "say": None, "phrase": None, "ngettext": (1, 2), "say_many": (1, 2)}
HAN = re.compile(r"[\u3400-\u9fff]")
VALUES = re.compile(r"%\((\w+)\)s|%s")


@cache
def spoken() -> dict[str, str]:
    """Every msgid in code and templates, with a file where it stands."""
    found: dict[str, str] = {}
    methods = [("**.py", "python"), ("**.html", "jinja2")]
    for package in PACKAGES:
        options = {"**.html": {"trimmed": "true", "silent": "false"}}
        for name, _line, message, _comments, _context in extract_from_dir(
            ROOT / package, methods, options, keywords=KEYWORDS, strip_comment_tags=True
        ):
            msgid = message if isinstance(message, str) else message[0]
            if msgid:
                found.setdefault(msgid, f"{package}/{name}")
        for path in (ROOT / package).rglob("*.toml"):
            found.update(dict.fromkeys(_labels(tomllib.loads(path.read_text())), f"{package}/{path.name}"))
    return found


def _labels(data: object) -> Iterator[str]:
    """Sentences in data files stand under the key `label`."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from [value] if key == "label" else _labels(value)
    elif isinstance(data, list):
        for item in data:
            yield from _labels(item)


def catalogues() -> Iterator[tuple[str, str, str]]:
    for path in sorted((words.CATALOGUES / "zh_CN").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="zh_CN"):
                if message.id:
                    msgid = message.id if isinstance(message.id, str) else message.id[0]
                    text = message.string if isinstance(message.string, str) else message.string[0]
                    yield path.name, msgid, text


def test_every_sentence_has_its_chinese() -> None:
    known = words.catalogue("zh_CN")
    missing = {msgid: where for msgid, where in spoken().items() if msgid not in known}
    assert not missing


def test_no_catalogue_keeps_a_sentence_that_nobody_says() -> None:
    unsaid = [(name, msgid) for name, msgid, _text in catalogues() if msgid not in spoken()]
    assert not unsaid


def test_a_sentence_in_two_catalogues_is_the_same() -> None:
    first: dict[str, str] = {}
    differing = [(msgid, text, first[msgid]) for _name, msgid, text in catalogues() if first.setdefault(msgid, text) != text]
    assert not differing


def test_a_translation_keeps_the_values_of_its_sentence() -> None:
    wrong = [(msgid, text) for _name, msgid, text in catalogues() if sorted(VALUES.findall(msgid)) != sorted(VALUES.findall(text))]
    assert not wrong


def _literals(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text())
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and node.body and isinstance(node.body[0], ast.Expr)
    }
    loose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs | loose:
            yield node.value


@pytest.mark.parametrize("package", PACKAGES)
def test_no_chinese_sentence_stands_in_code_or_templates(package: str) -> None:
    code = [path for path in (ROOT / package).rglob("*.py") if "demo" not in path.parts]
    said = [(path.name, text) for path in code for text in _literals(path) if len(HAN.findall(text)) > 2]
    said += [(path.name, "") for kind in ("*.html", "*.js") for path in (ROOT / package).rglob(kind) if HAN.search(path.read_text())]
    assert not said


def test_times_read_as_people_say_them() -> None:
    from datetime import UTC, datetime, timedelta

    from app.core import clock

    with clock.at(datetime(2026, 5, 1, 4, 0, tzinfo=UTC)):
        start, end = datetime(2026, 5, 8, 0, 0, tzinfo=UTC), datetime(2026, 5, 8, 9, 0, tzinfo=UTC)
        assert words.span(start, end) == "5月8日周五 08:00–17:00"
        assert words.moment(datetime(2026, 5, 1, 12, 30, tzinfo=UTC)) == "20:30"
        assert words.left(clock.now() + timedelta(minutes=6)) == "还有 6 分"
        assert words.left(clock.now() - timedelta(days=2)) == "逾期 2 天"
        assert words.duration(timedelta(minutes=100)) == "1 时 40 分"


def test_english_is_the_second_language() -> None:
    token = words.language.set("en")
    try:
        assert str(words.phrase("Sign in")) == "Sign in"
        assert words.say_many("%(n)s question overdue", "%(n)s questions overdue", 2) == "2 questions overdue"
    finally:
        words.language.reset(token)
