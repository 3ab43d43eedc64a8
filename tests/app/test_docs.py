"""What the documentation says is true: its commands exist, and every setting stands in it."""

import re
import shlex
import shutil
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from app.cli import main
from app.core import words
from grids.importing import samples

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


def test_what_the_way_from_nothing_says_works_as_it_stands(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command of docs/开始.md, one after the other, with the sample files that the page names."""
    shutil.copy(sqlite_template, tmp_path / "lindian.db")  # as empty as one that was just made, and sooner
    said = re.findall(r"^ {4}\.venv/bin/lindian (.*)$", (ROOT / "docs" / "开始.md").read_text(), re.MULTILINE)
    monkeypatch.chdir(tmp_path)
    for what in samples.all_():
        name, _kind, body = samples.file(what)
        (tmp_path / name).write_bytes(body)
    before, told = words.language.get(), {}
    for line in said:
        if line != "start":
            done = CliRunner(env={"LINDIAN_HOME": str(tmp_path)}).invoke(main, shlex.split(line), input="lindian-2026\n" * 2)
            assert done.exit_code == 0, f"{line}\n{done.output}"
            told[line] = done.output
    words.language.set(before)
    assert len(told) >= 12
    assert "王芳\t台区经理\t示例供电所\t104401" in told["staff list"]


def test_every_setting_stands_in_the_docs_and_none_besides() -> None:
    read = {name for path in CODE for name in re.findall(r"LINDIAN_[A-Z]+(?:_[A-Z]+)*", path.read_text())}
    read |= set(re.findall(r"LINDIAN_[A-Z_]+", (ROOT / "Procfile").read_text()))
    told = set(re.findall(r"`(LINDIAN_[A-Z_]+)`", (ROOT / "docs" / "settings.md").read_text()))
    assert read == told


def test_a_link_or_picture_in_the_docs_leads_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
            assert target.startswith("http") or (page.parent / target).exists(), (page.name, target)
