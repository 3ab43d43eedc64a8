"""The answer book: approved answers with their source and the day until which they hold."""

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

FILE = Path(__file__).with_name("book.toml")
Kind = Literal[
    "new_connection", "more_capacity", "change", "fault_report", "meter_check", "guidance",
    "subscription", "complaint", "offence_report", "suggestion", "enquiry", "data_correction",
]  # fmt: skip
Category = Literal["tier_tariff", "remote_top_up", "procedures", "other"]


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    title: str
    words: str
    topic: str
    kind: Kind
    category: Category
    owner: str
    source: str
    asked: tuple[str, ...]
    """How residents say it. Searched, never shown."""
    steps: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    province: str
    """Where it holds; nothing: everywhere."""
    reviewed_on: date
    holds_months: int
    valid_until: date | None = None
    pays: bool = False
    """Whether it leads to the grid's page of places to pay."""

    @property
    def holds_until(self) -> date:
        """The last day on which it may be sent: the day given, or so many months after somebody last looked at it."""
        return self.valid_until or months_after(self.reviewed_on, self.holds_months)

    def holds(self, today: date, province: str) -> bool:
        return today <= self.holds_until and self.province in ("", province)


def months_after(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    # The 31st of a month is the last day of a shorter one.
    for last in range(day.day, 27, -1):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    return date(year, month + 1, day.day)


@cache
def book() -> tuple[Answer, ...]:
    said = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return tuple(msgspec.convert({**said["defaults"], **answer}, Answer) for answer in said["answer"])


def answer(name: str) -> Answer | None:
    return next((one for one in book() if one.id == name), None)
