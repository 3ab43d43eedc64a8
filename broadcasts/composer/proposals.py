"""What a pasted text proposes for the composer: the form filled as far as it is certain, and a question for the rest."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby

import msgspec

from broadcasts import dispatch
from broadcasts.composer import limited, questions
from broadcasts.composer.questions import Question
from broadcasts.dispatch import Doubt, Place, Reading, Window
from broadcasts.dispatch.renumbered import AND
from broadcasts.tables import NoticeKind
from grids.tables import Estate

Ticks = dict[str, list[str]]


class Entry(msgspec.Struct, frozen=True):
    """One notice to be: a reading of the text, with one of its windows."""

    reading: Reading
    window: Window


class Proposal(msgspec.Struct):
    """`text`: the words that were pasted, in order, with how each was taken: read, open, or nothing."""

    form: dict[str, str]
    said: Ticks
    questions: list[Question] = []
    text: list[tuple[str, str]] = []


class Short(msgspec.Struct, frozen=True):
    """An estate of which the text names more buildings than were chosen."""

    estate: str
    named: int
    chosen: int


class Reader:
    """A text, the day it was pasted, and the estates it may speak of."""

    def __init__(self, text: str, today: date, estates: Sequence[Estate]) -> None:
        self.text, self.today = text, today
        self.estates = {one.name: one for one in estates}
        self.places = [Place(one.name, tuple(building.name for building in one.buildings)) for one in estates]

        self.entries = self._read({})

    def _read(self, called: dict[str, str]) -> list[Entry]:
        found = dispatch.read(self.text, today=self.today, places=self.places, called=called)
        return [Entry(one, window) for one in found for window in one.windows or [Window(None, None)]]

    def propose(self, part: int, answers: Iterable[str] = ()) -> Proposal:
        """`answers` are "key.choice". A name that was answered with an estate is read as that estate."""
        said = dict(answer.split(".", 1) for answer in answers if "." in answer)
        entry = self.entries[part]
        named = {one.of: said.get(one.key, "") for one in self._asked(entry) if one.field == "estates"}
        if called := {name: estate for name, estate in named.items() if estate in self.estates}:
            entry = self._called(part, called)
        return self._answered(entry, said)

    def short(self, part: int, chosen: Mapping[str, int | None]) -> list[Short]:
        """Where the text names buildings that the estate does not have, and fewer were chosen than it names.
        `chosen`: how many of each estate, None for all of it."""
        entry = self._as_chosen(part, chosen)
        listed, doubts = entry.reading.buildings, entry.reading.doubts
        asked = dict.fromkeys(one.of for one in doubts if one.named and one.of in self.estates)
        named = {of: len(listed.get(of, [])) + sum(one.named for one in doubts if one.of == of) for of in asked}
        picked = {of: chosen.get(of, 0) for of in asked}
        return [Short(of, named[of], n) for of, n in picked.items() if n is not None and n < named[of]]

    def _as_chosen(self, part: int, chosen: Iterable[str]) -> Entry:
        """A name that is asked about is taken for the estate that was chosen for it: not for one that the text names itself."""
        reading = self.entries[part].reading
        doubts = [one for one in reading.doubts if one.field == "estates" and one.of]
        free = set(chosen) - set(reading.estates)
        called = {one.of: estate for one in doubts for estate in one.choices if estate in free}
        return self._called(part, called)

    def _called(self, part: int, called: dict[str, str]) -> Entry:
        """The part with its names read as those estates; as it was where the text then has fewer parts."""
        found = self._read(called) if called else self.entries
        return found[part] if part < len(found) else self.entries[part]

    def unread(self, kind: str) -> Proposal:
        """A text of which nothing was read: as it stands, for the news that somebody chose."""
        words = "" if is_outage(kind if kind in set(NoticeKind) else None) else self.text
        return Proposal({"kind": kind, "words": words}, {"estates": [], "buildings": [], "partly": []}, text=[(self.text, "")])

    def _asked(self, entry: Entry) -> list[Question]:
        return questions.asked(entry.reading.doubts, self.estates, self.text)

    def _answered(self, entry: Entry, said: dict[str, str]) -> Proposal:
        limits = limited.asked(self.text, entry.reading) if is_outage(entry.reading.kind) else []
        asked = [*self._asked(entry), *limits]
        proposal = Proposal(_form(self.text, entry), self._ticked(entry, asked))
        for question in asked:
            if question.key not in said:
                proposal.questions.append(question)
            elif said[question.key] in dict(question.choices):
                self._take(proposal, question, said[question.key])
        if is_outage(entry.reading.kind):
            proposal.questions += questions.missing(proposal.form, proposal.said, asked)
        settled = {one.key for one in asked if said.get(one.key, questions.NO) in dict(one.choices[:-1])}
        open_ = [one for one in entry.reading.doubts if not {it.key for it in questions.asked([one], self.estates, self.text)} & settled]
        proposal.text = marked(self.text, entry.reading, open_)
        return proposal

    def _ticked(self, entry: Entry, asked: Iterable[Question]) -> Ticks:
        """The grid's own. An estate whose buildings are in question is not ticked as a whole."""
        said: Ticks = {"estates": [], "buildings": [], "partly": []}
        in_question = {one.of for one in asked if one.field == "buildings"}
        for name in filter(self.estates.__contains__, entry.reading.estates):
            if listed := entry.reading.buildings.get(name):
                said["buildings"] += self._ids(name, listed)
            elif name not in in_question:
                said["estates"].append(str(self.estates[name].id))
        return said

    def _ids(self, estate: str, names: Iterable[str]) -> list[str]:
        return [str(one.id) for one in self.estates[estate].buildings if one.name in set(names)]

    def _take(self, proposal: Proposal, question: Question, answer: str) -> None:
        if answer == questions.NO:
            return
        if question.field == "windows":
            start, end = (one.replace(questions.UNKNOWN, "") for one in answer.split("/"))
            proposal.form |= {"starts_at": start, "ends_at": end, "unknown": "" if end else "on"}
        elif question.field == "buildings" and answer == questions.PARTLY:
            proposal.said["partly"].append(str(self.estates[question.of].id))
        elif question.field == "buildings" and answer == question.of:
            proposal.said["estates"].append(str(self.estates[answer].id))
        elif question.field == "buildings":
            proposal.said["buildings"] += self._ids(question.of, [answer, *answer.split(AND)])


def is_outage(kind: str | None) -> bool:
    """What is in doubt is taken for one: then nothing is hidden."""
    return kind is None or NoticeKind(kind).is_outage


def carried(form: dict[str, str], said: Ticks, before: Proposal, after: Proposal) -> tuple[dict[str, str], Ticks]:
    """What was typed, with only that changed which the answer changed."""
    changed = {name: value for name, value in after.form.items() if before.form.get(name, "") != value}
    more = {name: [*said.get(name, []), *(one for one in ticked if one not in before.said[name])] for name, ticked in after.said.items()}
    return form | changed, said | more


def marked(text: str, reading: Reading, open_: Iterable[Doubt]) -> list[tuple[str, str]]:
    """What was answered is read; what is asked, or was only put aside, stays open."""
    looks = [""] * len(text)
    taken = [(span, "read") for spans in (*reading.spans.values(), [one.span for one in reading.doubts if one.span]) for span in spans]
    for (lo, hi), look in [*taken, *((one.span, "open") for one in open_ if one.span)]:
        looks[lo:hi] = [look] * (hi - lo)
    runs = groupby(zip(text, looks, strict=True), key=lambda one: one[1])
    return [("".join(char for char, _look in run), look) for look, run in runs]


def _form(text: str, entry: Entry) -> dict[str, str]:
    reading, window = entry.reading, entry.window
    form = {"kind": reading.kind or "", "line": reading.line or "", "cause": reading.cause or ""}
    if not is_outage(reading.kind):
        return {**form, "words": text[slice(*reading.text)].strip()}
    open_end = reading.kind == NoticeKind.fault_outage and window.start and not window.end and "windows" not in reading.unsure
    times = {"starts_at": _local(window.start), "ends_at": _local(window.end), "unknown": "on" if open_end else ""}
    return {**form, **times, **limited.words(text, reading)}


def _local(moment: datetime | None) -> str:
    return moment.isoformat(timespec="minutes") if moment else ""
