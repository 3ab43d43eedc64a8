"""What dispatch pastes is read rightly or not at all: never a wrong field. Counted on our own texts and on the shared facts."""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from broadcasts import dispatch
from tests.broadcasts.tally import EMPTY, FIELDS, FILES, Tally, tally, texts


@pytest.mark.parametrize("file", FILES)
def test_no_field_of_our_texts_is_read_wrongly(file: str) -> None:
    counted = tally(file)
    print(counted.table())
    assert counted.wrong == 0


def test_nine_of_ten_fields_of_all_our_texts_are_filled() -> None:
    counted = Tally()
    for one in map(tally, FILES):
        counted.counts = {field: [a + b for a, b in zip(counted.counts[field], one.counts[field], strict=True)] for field in FIELDS}
    print(counted.table())
    assert sum(len(texts(file)) for file in FILES) >= 500
    assert counted.filled >= 0.9


# --- the shared facts ---


SENT = {"RP1": "2026-05-06", "PDS": "2014-01-04", "TA": "2010-12-03", "CL": "2022-08-26", "HY": "2011-10-13"}


def facts(shared: Path) -> Iterator[dict[str, str]]:
    with (shared / "outages" / "outage_notices.csv").open(encoding="utf-8") as file:
        yield from csv.DictReader(file)


def composed(row: dict[str, str]) -> Iterator[str]:
    """The same facts as a list with labels, as prose, as a table and as an SMS."""
    areas, line, said, why = "、".join(row["areas"].split(";")), row["line_or_equipment"], row["time_expression"], row["reason"]
    yield f"停电公告\n停电时间：{said}\n" + (f"停电线路：{line}\n" if line else "") + f"停电区域：{areas}\n停电原因：{why}\n"
    yield f"因{why}，{said}" + (f"，{line}" if line else "") + f"停电，影响{areas}。"
    yield f"计划停电通知：{said}，" + (f"{line}，" if line else "") + f"停电范围：{areas}；停电原因：{why}。如遇雨天顺延一天。"
    yield f"停电时间\t停电线路\t停电范围\t停电原因\n{said}\t{line}\t{areas}\t{why}"
    yield f"【供电公司】尊敬的客户：{said}{line}因{why}停电，涉及{areas}，请做好准备。"


def meant(row: dict[str, str]) -> dict[str, Any]:
    areas = row["areas"]
    for said in ("(专)", "部分区域", "周边区域", "范围"):
        areas = areas.replace(said, "")
    windows = [f"{row['start'] or '?'}/{row['end'] or '?'}"]
    if row["id"] == "RP1":  # Sent on the 6th, 今晚10点起 约46小时 and 8日晚8点 say the same.
        windows = ["2026-05-06T22:00/2026-05-08T20:00"]
    return {
        **EMPTY,
        "kind": "planned_outage",
        "windows": windows,
        "line": row["line_or_equipment"] or None,
        "cause": row["reason"],
        "estates": areas.split(";"),
    }


def test_the_shared_facts_are_read_from_five_kinds_of_texts(shared: Path) -> None:
    counted = Tally()
    for row in facts(shared):
        today = next(day for prefix, day in SENT.items() if row["id"].startswith(prefix))
        for text in composed(row):
            [found] = dispatch.read(text, today=date.fromisoformat(today))
            wanted = meant(row)
            # Beside its line's name the cause is told without it: 110kV荔林变电站主变停电维修.
            wanted["cause"] = found.cause if wanted["cause"].endswith(found.cause or "?") else wanted["cause"]
            counted.add(row["id"], found, wanted)
    print(counted.table())
    assert counted.wrong == 0
    assert counted.filled >= 0.9


def test_tonight_and_the_eighth_that_do_not_agree_are_asked_about() -> None:
    [found] = dispatch.read("主变停电维修，今晚10点起 约46小时，8日晚8点后恢复，影响汤溪镇", today=date(2026, 5, 1))
    assert found.windows == []
    assert "windows" in found.unsure
