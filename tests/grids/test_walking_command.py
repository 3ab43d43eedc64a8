"""`lindian circle reach`, end to end on the demo town's paths."""

import csv
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from app.cli import main
from grids.datum import Datum, from_wgs84
from grids.walking import reading
from grids.walking.on_line import Line
from grids.walking.on_network import OnNetwork
from grids.walking.reach import reach
from grids.walking.walks import Answer, Places
from tests.grids.towns import Spot

DEMO = Path(__file__).parents[2] / "app" / "demo" / "wangjing.osm.pbf"
HALL, BANK = (116.4693884, 39.9875165), (116.4719452, 40.0014412)
HOMES = {"望京新城": (116.464988, 39.995132), "=花家地": (116.4712, 39.9915)}


def table(path: Path, rows: dict[str, Spot], datum: Datum = Datum.wgs84, encoding: str = "utf-8") -> str:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "lon", "lat"])
        for name, (lon, lat) in rows.items():
            there = from_wgs84(lat, lon, datum)
            writer.writerow([name, there[1], there[0]])
    return str(path)


def command(tmp_path: Path, *more: str, homes: str, points: str) -> tuple[int, str, list[dict[str, str]]]:
    out = tmp_path / "out.csv"
    done = CliRunner().invoke(main, ["circle", "reach", "--homes", homes, "--points", points, "--out", str(out), *more])
    rows = list(csv.DictReader(out.read_text("utf-8").splitlines())) if out.exists() else []
    return done.exit_code, done.output, rows


def test_the_command_writes_who_reaches_what_in_the_demo_town(tmp_path: Path) -> None:
    homes, points = table(tmp_path / "homes.csv", HOMES), table(tmp_path / "points.csv", {"营业厅": HALL, "银行": BANK})
    code, said, rows = command(tmp_path, "--network", str(DEMO), homes=homes, points=points)
    assert code == 0
    assert "2 处住所、2 个缴费点" in said
    told = {(row["home"], row["point"]): row for row in rows}
    # Valhalla walks 1,070 m to the bank; the way from the middle of the estate to the street comes on top.
    assert int(told["望京新城", "银行"]["seconds"]) == pytest.approx(1070 * 60 / 80, abs=60)
    assert told["望京新城", "银行"]["answer"] == "no"
    assert told["望京新城", "银行"]["method"] == "network"
    assert "'=花家地" in {row["home"] for row in rows}


def test_the_command_takes_another_datum_and_encoding(tmp_path: Path) -> None:
    plain = command(tmp_path, "--network", str(DEMO), homes=table(tmp_path / "h", HOMES), points=table(tmp_path / "p", {"厅": HALL}))
    bd09 = table(tmp_path / "hb", HOMES, Datum.bd09, "gb18030"), table(tmp_path / "pb", {"厅": HALL}, Datum.bd09, "gb18030")
    assert command(tmp_path, "--network", str(DEMO), "--datum", "bd09", homes=bd09[0], points=bd09[1])[2] == plain[2] != []


def test_the_command_knows_gates_paces_and_the_line(tmp_path: Path) -> None:
    homes, points = tmp_path / "homes.csv", table(tmp_path / "points.csv", {"厅": HALL})
    homes.write_text("id,lon,lat,estate\n1,116.4690,39.9880,梧桐苑\n", "utf-8")
    gates = tmp_path / "gates.csv"
    gates.write_text("estate,lon,lat\n梧桐苑,116.4690,39.9900\n", "utf-8")
    seconds = [
        int(command(tmp_path, *more, homes=str(homes), points=points)[2][0]["seconds"])
        for more in (["--method", "line"], ["--method", "line", "--pace", "48"], ["--method", "line", "--gates", str(gates)])
    ]
    assert seconds[1] == pytest.approx(seconds[0] * 80 / 48, abs=1)
    assert seconds[2] > seconds[0] + 400


@pytest.mark.parametrize(
    ("homes", "more", "said"),
    [
        ("id,lon\n1,2\n", ["--network", str(DEMO)], "没有“lat”这一列"),
        ("id,lon,lat\n1,116.4,39.9\n2,,39\n3,nan,39\n4,39.9,116.4\n", ["--network", str(DEMO)], "第 3, 4, 5 行"),
        ("id,lon,lat\n", ["--network", str(DEMO)], "没有数据行"),
        ("", ["--network", str(DEMO)], "是空的"),
        ("id,lon,lat\n1,116.4,39.9\n2,116.4,39.9\n1,116.5,39.9\n,116.5,39.9\n", ["--network", str(DEMO)], "第 4, 5 行"),
        ("id,lon,lat\n1,116.4,39.9\n", ["--network", "nowhere.osm.pbf"], "nowhere.osm.pbf"),
        ("id,lon,lat\n1,116.4,39.9\n", ["--network", __file__], "读不出来"),
        ("id,lon,lat\n1,116.4,39.9\n", [], "--network"),
        ("id,lon,lat\n1,116.4,39.9\n", ["--valhalla", "file:///etc"], "http://"),
        ("id,lon,lat\n1,100.4,29.9\n", ["--network", str(DEMO)], "坐标系"),
    ],
)
def test_the_command_says_what_is_wrong(tmp_path: Path, homes: str, more: list[str], said: str) -> None:
    file = tmp_path / "homes.csv"
    file.write_text(homes, "utf-8")
    code, output, _rows = command(tmp_path, *more, homes=str(file), points=table(tmp_path / "points.csv", {"厅": HALL}))
    assert said in output
    assert code == (0 if "坐标系" in said else 2)


def test_other_signs_between_the_columns_and_capitals_are_read_too(tmp_path: Path) -> None:
    points = table(tmp_path / "points.csv", {"厅": HALL})
    for number, text in enumerate(("\ufeffid;lon;lat\n一号楼;116.4690;39.9880\n", "ID\tLon\tLAT\r\n一号楼\t116.4690\t39.9880\r\n")):
        file = tmp_path / f"{number}.csv"
        file.write_text(text, "utf-8", newline="")
        assert command(tmp_path, "--network", str(DEMO), homes=str(file), points=points)[2][0]["home"] == "一号楼"


def test_nothing_that_was_there_is_lost_when_the_command_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    homes, points = table(tmp_path / "homes.csv", HOMES), table(tmp_path / "points.csv", {"厅": HALL})
    more = ["circle", "reach", "--network", str(DEMO), "--homes", homes, "--points", points]
    done = CliRunner().invoke(main, [*more, "--out", homes])
    assert (done.exit_code, "另选一个文件" in done.output) == (2, True)
    out = tmp_path / "out.csv"
    out.write_text("last week's", "utf-8")

    def killed(*_anything: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as cut:
        cut.setattr("app.commands.sheet._text", killed)
        assert CliRunner().invoke(main, [*more, "--out", str(out)]).exit_code != 0
    assert out.read_text("utf-8") == "last week's"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["homes.csv", "out.csv", "points.csv"]


def test_the_walked_pairs_of_wangjing_bear_it_out(shared: Path) -> None:
    """544 pairs that Valhalla walked: no clear answer is wrong, where the straight circle has one wrong in three."""
    rows = list(csv.DictReader((shared / "reference" / "wangjing_walk_matrix.csv").read_text("utf-8").splitlines()))
    spots = [{(row[f"{what}_lon"], row[f"{what}_lat"]): None for row in rows} for what in ("estate", "point")]
    homes, points = (Places(list(some), *(np.array([float(one[n]) for one in some]) for n in (0, 1))) for some in spots)
    found = reach(points, homes, [OnNetwork(reading.read(DEMO).network), Line()])
    answers = {(row.home, row.point): row.answer for row in found.rows()}
    told = [answers.get(((r["estate_lon"], r["estate_lat"]), (r["point_lon"], r["point_lat"])), Answer.no) for r in rows]
    true = [float(row["walk_m"]) <= 800 for row in rows]
    line = [float(row["straight_m"]) <= 800 for row in rows]
    assert sum(one != other for one, other in zip(line, true, strict=True)) > 80
    assert not [one for one, other in zip(told, true, strict=True) if one is (Answer.no if other else Answer.yes)]
    assert told.count(Answer.about) < len(told) / 10
