"""The triage on the labelled messages, beside a keyword baseline: `python -m tests.trials.triage` writes docs/triage.md.

The messages are read from the shared folder and never leave it: only counts are written.
"""

import csv
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import msgspec

from tickets.triage import judge
from tickets.triage.rules import rules

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data" / "tickets" / "electricity_messages_labelled.csv"
PAGE = ROOT / "docs" / "triage.md"
HISTORY = Path(__file__).with_name("triage_history.md")
WHO = ("utility", "property_or_developer", "household", "government")
# What a label of the file names, in the four words of the triage. "none" and "inspect_first" name nobody.
NAMES = {
    "utility": {"utility"}, "government_or_utility": {"government", "utility"}, "municipal": {"government"},
    "property": {"property_or_developer"}, "developer": {"property_or_developer"}, "developer_or_property": {"property_or_developer"},
    "property_or_operator": {"property_or_developer"}, "property_or_government": {"property_or_developer", "government"},
    "customer_or_developer": {"household", "property_or_developer"}, "inspect_first": set(), "none": set(),
}  # fmt: skip
ELECTRIC = ("停电", "用电", "供电", "电费", "电表", "电价", "变压器", "高压", "电线", "电压", "电力", "充电", "电网", "变电站", "路灯")
KEYWORDS = {
    "property_or_developer": ("物业", "开发商", "小区", "业主", "交房"), "government": ("政府", "规划", "社区", "路灯", "变电站"),
    "household": ("家里", "插座", "自家", "跳闸"), "utility": ("供电", "电力", "停电", "电压", "电网", "国网", "变压器"),
}  # fmt: skip


class Message(msgspec.Struct):
    text: str
    label: str

    @property
    def electric(self) -> bool:
        return self.label != "none"


class Verdict(msgspec.Struct):
    electric: bool
    who: str


class Figures(msgspec.Struct):
    messages: int
    about: int
    electric: int
    sure: int
    right: int
    table: Counter[tuple[str, str]]
    about_table: Counter[tuple[bool, bool]]


Way = Callable[[str], Verdict]


def by_rules(text: str) -> Verdict:
    said = judge(text)
    return Verdict(said.about_electricity, said.responsible if said.sure else "")


def by_keywords(text: str) -> Verdict:
    """What a list of words does: the one with most words found, and sure whenever it found any."""
    counts = {who: sum(text.count(word) for word in words) for who, words in KEYWORDS.items()}
    best = max(counts, key=lambda who: counts[who])
    return Verdict(any(word in text for word in ELECTRIC), best if counts[best] else "")


def messages(file: Path = SHARED, columns: tuple[str, ...] = ("留言主题", "留言详情")) -> list[Message]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return [Message("。".join(row[name] for name in columns), row["responsible"]) for row in csv.DictReader(opened)]


def measure(asked: list[Message], way: Way) -> Figures:
    figures = Figures(len(asked), 0, 0, 0, 0, Counter(), Counter())
    for message in asked:
        said = way(message.text)
        figures.about += said.electric == message.electric
        figures.about_table[message.electric, said.electric] += 1
        if not message.electric:
            continue
        figures.electric += 1
        who = said.who if said.electric else ""
        figures.table[message.label, who] += 1
        figures.sure += bool(who)
        figures.right += who in NAMES[message.label]
    return figures


def percent(part: int, whole: int) -> str:
    return f"{part}/{whole} ({100 * part / whole:.0f} %)" if whole else "–"


def line(name: str, one: Figures) -> str:
    return f"| {name} | {percent(one.about, one.messages)} | {percent(one.sure, one.electric)} | {percent(one.right, one.sure)} |"


def confusion(figures: Figures) -> list[str]:
    labels = sorted({label for label, _who in figures.table})
    rows = [f"| label | {' | '.join(WHO)} | not sure |", f"|---|{'---:|' * 5}"]
    return rows + [f"| {label} | {' | '.join(str(figures.table[label, who] or '·') for who in (*WHO, ''))} |" for label in labels]


def page(asked: list[Message], detail: list[Message], milliseconds: float) -> str:
    ours, words = measure(asked, by_rules), measure(asked, by_keywords)
    about = ours.about_table
    return "\n".join([
        "# Whose wire is it: what the rules do on real messages", "",
        "Written by `python -m tests.trials.triage` from 82 real messages (shared data, not part of the product) and the reviewed",
        f"rules of {rules().reviewed_on} (tickets/triage/rules.toml). They were labelled by one careful reader. 65 are about electricity.",
        "Right means that the one named is among those the label names. Where it is not sure the product asks a question instead.", "",
        "| | about electricity or not: right | sure (of those about it) | right where sure |", "|---|---|---|---|",
        line("rules, subject and text", ours), line("rules, text alone", measure(detail, by_rules)),
        line("keywords, subject and text", words), "",
        HISTORY.read_text(encoding="utf-8"),
        f"About electricity: {about[True, True]} found, {about[True, False]} missed, {about[False, True]} taken for it wrongly,",
        f"{about[False, False]} rightly left. A judgement takes {milliseconds:.1f} ms.", "",
        "## The rules", "", *confusion(ours), "", "## The keywords", "", *confusion(words), "",
        "`inspect_first` names nobody: a wire that somebody saw hanging has to be looked at first, so not sure is the right answer.", "",
    ])  # fmt: skip


def main() -> None:
    if not SHARED.exists():
        sys.exit(f"{SHARED.name} is not beside the project; nothing to measure.")
    asked = messages()
    judge("warm")
    started = time.process_time()
    for message in asked:
        judge(message.text)
    milliseconds = (time.process_time() - started) / len(asked) * 1000
    PAGE.write_text(page(asked, messages(columns=("留言详情",)), milliseconds), encoding="utf-8")
    sys.stdout.write(PAGE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
