"""`lindian import …` as an operator types it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import main
from app.core import words
from app.core.settings import Settings
from tests.grids.files import BANK, HEAD, SHOP


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "网点.csv"
    path.write_text("\n".join((HEAD, BANK, SHOP, "饭店,中餐厅,116.465,39.996,,")))
    return path


@pytest.fixture
def run(chosen: Settings):  # type: ignore[no-untyped-def]
    """The command in the installation of the test; the language it sets is put back."""

    def typed(*words_: str) -> Result:
        return CliRunner(env={"LINDIAN_HOME": str(chosen.home)}).invoke(main, ["import", *words_])

    before = words.language.get()
    yield typed
    words.language.set(before)


def test_a_file_is_brought_in_and_told_in_chinese(run, file: Path) -> None:  # type: ignore[no-untyped-def]
    done = run("points", str(file), "--datum", "wgs84")
    assert done.exit_code == 0, done.output
    assert "读了 3 行，收入 2 行（新增 2，变更 0，未变 0），跳过 1 行。" in done.output
    assert "第 4 行 饭店：不是缴费点：中餐厅" in done.output
    assert "未变 2" in run("points", str(file), "--datum", "wgs84").output


def test_a_trial_writes_nothing(run, file: Path) -> None:  # type: ignore[no-untyped-def]
    assert "什么都没有写入" in run("points", str(file), "--datum", "wgs84", "--dry-run").output
    assert "新增 2" in run("points", str(file), "--datum", "wgs84").output


def test_machines_get_the_whole_report(run, file: Path) -> None:  # type: ignore[no-untyped-def]
    said = json.loads(run("points", str(file), "--datum", "wgs84", "--json").stdout)
    assert (said["read"], said["new"], said["skipped"][0]["row"]) == (3, 2, 4)


def test_without_a_datum_it_is_refused_and_explained(run, file: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    areas = tmp_path / "areas.geojson"
    areas.write_text("{}")
    for path, says in ((file, "gcj02（高德、腾讯）"), (areas, "GeoJSON 按标准是 WGS-84")):
        done = run("points", str(path))
        assert (done.exit_code, says in done.output) == (2, True)
    assert "没有 mars 这种坐标系" in run("points", str(file), "--datum", "mars").output


def test_a_column_can_be_named(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "x.csv"
    path.write_text("店,类,横,竖\n甲银行,银行,116.4651,39.9951")
    named = [word for pair in ("name=店", "kind=类", "lon=横", "lat=竖") for word in ("--map", pair)]
    assert "新增 1" in run("points", str(path), "--datum", "wgs84", *named).output
    assert run("points", str(path), "--datum", "wgs84", "--map", "name").exit_code == 2


def test_a_file_that_is_not_there_is_told(run) -> None:  # type: ignore[no-untyped-def]
    done = run("estates", "none.csv", "--datum", "bd09")
    assert (done.exit_code, "没有这个文件" in done.output) == (2, True)
