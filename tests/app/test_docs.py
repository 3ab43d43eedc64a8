"""What the documentation says is true: its commands exist, and every setting stands in it."""

import re
from pathlib import Path

import click
import pytest

from app.cli import main

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "ARCHITECTURE.md", *(ROOT / "docs").rglob("*.md")])
CODE = [path for package in ("app", "grids", "pwa", "broadcasts", "tickets", "tests") for path in (ROOT / package).rglob("*.py")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_command_in_the_docs_exists(page: Path) -> None:
    quoted = re.findall(r"`([^`\n]+)`|^ {4}(\S.*)$|^(make \w+|lindian .*)$", page.read_text(), re.MULTILINE)
    for line in ("".join(found) for found in quoted):
        if match := re.match(r"(?:\.venv/bin/)?lindian ((?:[a-z-]+ ?)+)", line):
            known(match[1].split())


def known(words: list[str]) -> None:
    command: click.Command = main
    for word in words:
        if not isinstance(command, click.Group):
            return
        found = command.get_command(click.Context(command), word)
        assert found, f"lindian {' '.join(words)}"
        command = found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_make_target_in_the_docs_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"make ([a-z-]+)[`\s]", " ".join(re.findall(r"`[^`]+`|^make .*$", page.read_text(), re.MULTILINE))))
    assert named <= targets


def test_every_setting_stands_in_the_docs_and_none_besides() -> None:
    read = {name for path in CODE for name in re.findall(r"LINDIAN_[A-Z]+(?:_[A-Z]+)*", path.read_text())}
    read |= set(re.findall(r"LINDIAN_[A-Z_]+", (ROOT / "Procfile").read_text()))
    told = set(re.findall(r"`(LINDIAN_[A-Z_]+)`", (ROOT / "docs" / "settings.md").read_text()))
    assert read == told


def test_a_link_or_picture_in_the_docs_leads_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
            assert target.startswith("http") or (page.parent / target).exists(), (page.name, target)
