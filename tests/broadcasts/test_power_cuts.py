"""Smaller than `make trial`: a broadcast's transactions on a disk that loses its power."""

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.trials import power, power_cuts


def test_a_power_cut_loses_no_acknowledged_commit_and_leaves_no_half_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(power_cuts, "DEVICES", 60)
    monkeypatch.setattr(power_cuts, "CHANGES", 4)
    found = power_cuts.trial(tmp_path, 60)
    assert (found.corrupt, found.lost) == (0, 0)
    assert found.before + found.after == 60
    assert found.before > 10


def test_the_simulated_disk_does_lose_what_is_not_synced(tmp_path: Path) -> None:
    """Or the trial would prove nothing: the same cuts with synchronous=OFF lose acknowledged commits."""
    path = tmp_path / "some.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE facts (words TEXT)")
    disk = power.Disk(path)
    disk.run(("journal_mode=WAL", "synchronous=OFF"), [("BEGIN", f"INSERT INTO facts VALUES ('{n}')", "COMMIT") for n in range(20)], bool)
    chance, lost = random.Random(1), 0
    for _ in range(20):
        left = tmp_path / "left.db"
        kept = power.cut(disk, chance.randrange(len(disk.steps)), left, chance)
        with closing(sqlite3.connect(left)) as connection:
            lost += connection.execute("SELECT count(*) FROM facts").fetchone()[0] < kept
        power_cuts._remove(left)
    assert lost > 5
