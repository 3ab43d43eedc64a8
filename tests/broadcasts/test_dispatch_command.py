"""`lindian notices read`: the readings of a file as JSON and nothing else."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from app.cli import main
from tests import cast


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def run(chosen: Any, *arguments: str, given_: bytes | None = None) -> Any:
    environ = {"LINDIAN_HOME": str(chosen.home), "LINDIAN_DATABASE_URL": chosen.database_url}
    return CliRunner(env=environ).invoke(main, ["notices", "read", *arguments], input=given_)


TEXT = "5月8日8:00-17:00，10kV宋北线937检修，影响莲花园1-2号楼、荷塘苑、南湖东园122号楼"


def test_the_command_says_json_and_nothing_else(chosen: Any, tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_bytes(TEXT.encode("gb18030"))
    told = run(chosen, str(tmp_path / "text.txt"), "--today", "2026-05-01", "--json")
    assert told.exit_code == 0
    assert json.loads(told.stdout) == [
        {
            "kind": "planned_outage",
            "windows": [{"start": "2026-05-08T08:00", "end": "2026-05-08T17:00"}],
            "line": "10kV宋北线937",
            "cause": "检修",
            "estates": ["莲花园", "荷塘苑", "南湖东园"],
            "buildings": {"莲花园": ["1号楼", "2号楼"], "南湖东园": ["122号楼"]},
            "unsure": [],
        }
    ]


def test_with_a_grid_the_command_knows_its_own_estates(chosen: Any, told_town: cast.Cast) -> None:
    told_town.session.close()
    told = run(chosen, "-", "--today", "2026-05-01", "--grid", "104226", "--json", given_=TEXT.encode())
    [found] = json.loads(told.stdout)
    assert found["buildings"] == {"莲花园": ["1号楼", "2号楼"], "南湖东园": ["122号楼"]}
    assert found["unsure"] == ["estates"]  # 南湖东园 is in the other grid.


def test_an_unknown_grid_or_day_is_refused_in_a_sentence(chosen: Any) -> None:
    assert "没有短码为 999999 的网格" in run(chosen, "-", "--grid", "999999", given_=b"x").output
    for said in ("tomorrow", "9999-12-31"):
        assert "不是日期" in run(chosen, "-", "--today", said, given_="明天8点到10点停电".encode()).output


def test_twice_as_long_a_file_takes_twice_as_long(chosen: Any, tmp_path: Path) -> None:
    times = []
    for many in (70, 140):
        file = tmp_path / f"{many}.txt"
        file.write_text(
            "\n\n".join(f"10kV宋北线{n}检修，5月8日8:00-17:00停电，影响望京西园三区1-6号楼。" for n in range(100, 100 + many)), "utf-8"
        )
        tries = []
        for _again in range(2):  # Whatever else this process has to tidy up falls into one of them.
            begun = time.process_time()
            told = json.loads(run(chosen, str(file), "--today", "2026-05-01", "--json").stdout)
            tries.append(time.process_time() - begun)
        times.append(min(tries))
        assert [one["line"] for one in told] == [f"10kV宋北线{n}" for n in range(100, 100 + many)]
    assert times[1] < 3.5 * times[0]
