"""Our texts and what is in them, and how many of their fields are read rightly, left blank or read wrongly."""

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from broadcasts import dispatch
from broadcasts.dispatch import Place, Reading

FIELDS = ("kind", "windows", "line", "cause", "estates", "buildings")
EMPTY: dict[str, Any] = {"kind": None, "windows": [], "line": None, "cause": None, "estates": [], "buildings": {}}
TODAY = date(2026, 5, 1)
FILES = sorted(path.name for path in Path(__file__).parent.glob("dispatch_texts*.toml"))


class Tally:
    """Fields right, blank or asked about, and wrong: by field, and each that is not right."""

    def __init__(self) -> None:
        self.counts = {field: [0, 0, 0] for field in FIELDS}
        self.notes: list[str] = []

    def add(self, name: str, got: Reading | None, wanted: dict[str, Any]) -> None:
        unsure = got.unsure if got else []
        for field in FIELDS:
            want, have = wanted[field], plain(got)[field]
            same = sorted(want) == sorted(have) if field == "estates" else want == have
            if same and want not in (None, [], {}):
                self.counts[field][0] += 1
            elif not same:
                wrong = have not in (None, [], {}) and field not in unsure
                self.counts[field][2 if wrong else 1] += 1
                self.notes.append(f"{name}: {field} {'WRONG' if wrong else 'blank'}: {have!r} for {want!r}")
        self.notes += [f"{name}: {field} not asked about" for field in wanted.get("unsure", []) if field not in unsure]

    @property
    def wrong(self) -> int:
        return sum(count[2] for count in self.counts.values())

    @property
    def filled(self) -> float:
        right, blank, wrong = (sum(count[at] for count in self.counts.values()) for at in range(3))
        return right / (right + blank + wrong)

    def table(self) -> str:
        rows = [f"{field:10} {right:4} {blank:4} {wrong:4}" for field, (right, blank, wrong) in self.counts.items()]
        return "\n".join(["", "field     right blank wrong", *rows, f"filled {self.filled:.1%}", *self.notes])


def plain(reading: Reading | None) -> dict[str, Any]:
    if reading is None:
        return EMPTY
    windows = ["/".join(one.isoformat(timespec="minutes") if one else "?" for one in (it.start, it.end)) for it in reading.windows]
    return {**{field: getattr(reading, field) for field in FIELDS}, "windows": windows}


def texts(file: str) -> list[dict[str, Any]]:
    known = tomllib.loads(Path(__file__).with_name(file).read_text("utf-8"))
    return [{"today": known["today"], **one} for one in known["texts"]]


def read(one: dict[str, Any]) -> list[Reading]:
    places = [Place(name, tuple(buildings)) for name, buildings in one["places"].items()] if "places" in one else None
    return dispatch.read(one["text"], today=date.fromisoformat(one["today"]), places=places)


@cache
def tally(file: str) -> Tally:
    counted = Tally()
    for one in texts(file):
        found, wanted = read(one), [{**EMPTY, **it} for it in one.get("expected", [])]
        if len(found) != len(wanted):
            counted.notes.append(f"{one['name']}: {len(found)} notices for {len(wanted)}")
        for at in range(max(len(found), len(wanted))):
            counted.add(one["name"], found[at] if at < len(found) else None, wanted[at] if at < len(wanted) else EMPTY)
    return counted
