"""Smaller than `make trial`: real work processes that are killed, and an emergency that overtakes."""

from pathlib import Path

import pytest

from broadcasts.deliveries import leases
from tests.trials import kills, overtaking


@pytest.mark.slow
def test_killed_again_and_again_everybody_is_told_and_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    found = kills.trial(tmp_path, 2, 1500)
    assert found.told == 1500
    assert found.twice <= found.allowed_twice
    assert found.topics == 1, "so that it shows once"
    assert found.acknowledged > 0
    assert found.lost == 0


@pytest.mark.slow
def test_an_emergency_overtakes_what_a_work_process_is_sending(tmp_path: Path) -> None:
    found = overtaking.trial(tmp_path, 4000)
    assert found.routine_before > 400
    assert found.routine_between <= leases.BATCH, "only the batch that was on its way already"
    assert found.routine_after > 0, "the routine goes on after it"
    assert (found.emergency, found.routine_before + found.routine_between + found.routine_after) == (4000, 4000)
