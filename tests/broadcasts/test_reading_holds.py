"""A text that was made to hold up its reader, or is more than it takes."""

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import main
from app.commands import notices
from broadcasts import dispatch

DAY = date(2026, 5, 1)


@pytest.mark.parametrize("said", ["已于", "已经", "现已", "陆续", "正在"])
def test_words_said_again_and_again_hold_up_nobody(said: str) -> None:
    """What doubles with each of them would never come to its end."""
    found = dispatch.read("计划停电，5月8日8点到17点，望京西园三区。" + said * 600, today=DAY)
    assert [one.estates for one in found] == [["望京西园三区"]]


def test_what_is_too_long_is_told_and_not_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "MOST_BYTES", 2_000)
    (tmp_path / "long.txt").write_text("今晚停电。" * 200)
    for file, piped in ((str(tmp_path / "long.txt"), ""), ("-", "今晚停电。" * 200)):
        told = CliRunner(env={"LINDIAN_HOME": str(tmp_path)}).invoke(main, ["notices", "read", file, "--json"], input=piped)
        assert (told.exit_code, "文字太长" in told.output) == (2, True), told.output
