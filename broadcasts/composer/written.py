"""What the composer's forms say, as structs."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec

from app.core import clock
from app.core.errors import Mistaken
from app.core.forms import read
from app.core.words import phrase as _
from broadcasts import meanwhile
from broadcasts.subscribers import audiences
from broadcasts.tables import Notice, NoticeKind, UpdateState

Short = Annotated[str, msgspec.Meta(max_length=120)]
Line = Annotated[str, msgspec.Meta(max_length=300)]
Words = Annotated[str, msgspec.Meta(max_length=5000)]
Id = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
WORKING_DAY = (8, 17)
AREA = ("estates", "buildings", "partly")


class Written(msgspec.Struct):
    """The composer. Times are read for outages only: its form shows them only there."""

    kind: NoticeKind
    title: Short = ""
    words: Words = ""
    cause: Line = ""
    line: Line = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    unknown: bool = False
    estates: list[Id] = []
    buildings: list[Id] = []
    partly: list[Id] = []
    exercise: bool = False
    mark: Short | None = None
    """That of the draft's wording as it was read (meanwhile.py)."""

    def told(self) -> dict[str, Any]:
        said = msgspec.structs.asdict(self)
        del said["mark"]
        if said.pop("unknown") or not self.kind.is_outage:
            said["ends_at"] = None
        if not self.kind.is_outage:
            said |= {"starts_at": None, "cause": "", "line": ""}
        return said


def sent(form: Mapping[str, Any]) -> Written:
    """The composer's form. Of a fault somebody says until when, or that it is not known: a blank is neither."""
    said = read(Written, form)
    if said.kind is NoticeKind.fault_outage and said.ends_at is None and not said.unknown:
        raise Mistaken(
            _("Please look again at the marked fields."), {"ends_at": _("Please fill it in; if it is not known yet, tick that below.")}
        )
    return said


class Release(msgspec.Struct):
    """How a draft is published: now, or at a time; why so late; when the next news is promised."""

    late_reason: Line = ""
    next_update_at: datetime | None = None
    publish_at: datetime | None = None
    looked: bool = False
    """Whether what the pasted text left open was looked at."""
    mark: Short | None = None
    """That of the draft as it was read (meanwhile.py)."""


class Undo(msgspec.Struct):
    """What was seen when it was tapped."""

    version: int | None = None


class Said(msgspec.Struct):
    """An update."""

    state: UpdateState
    words: Words = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    starts_was: datetime | None = None
    ends_was: datetime | None = None
    """The times that the form was filled with: who leaves them says nothing of them."""
    title: Short = ""
    cause: Line = ""
    line: Line = ""
    next_update_at: datetime | None = None
    late_reason: Line = ""
    places: bool = False
    """Whether the form showed the area: then nothing ticked means nothing, not that it stays."""
    places_were: Short = ""
    """The area that it was filled with, as `area` has it: who leaves it says nothing of it."""
    estates: list[Id] = []
    buildings: list[Id] = []
    partly: list[Id] = []
    version: int | None = None
    """The one that was seen (meanwhile.py)."""

    def told(self) -> dict[str, Any]:
        said = msgspec.structs.asdict(self)
        for name, was in (("starts_at", said.pop("starts_was")), ("ends_at", said.pop("ends_was"))):
            said[name] = None if said[name] == was else said[name]
        if said.pop("places_were") == area(said) or not said["places"]:
            del said["estates"], said["buildings"], said["partly"]
        del said["places"]
        return said


def area(said: Mapping[str, Iterable[object]]) -> str:
    """A form's area in a word, in whatever order it was ticked."""
    return meanwhile.digest(*(sorted(map(str, said.get(name, ()))) for name in AREA))


def blank(kind: str, usual: timedelta = timedelta(hours=3)) -> dict[str, Any]:
    """An empty form with the window that this kind mostly has: a fault began now, planned work begins at eight in eight days.

    `usual` is how long after its beginning a fault is over by the service promise.
    """
    now = clock.local(clock.now())
    if kind in (NoticeKind.planned_outage, NoticeKind.temporary_outage):
        day = (now + timedelta(days=8 if kind == NoticeKind.planned_outage else 2)).replace(minute=0)
        start, end = (day.replace(hour=hour) for hour in WORKING_DAY)
    else:
        start = now.replace(minute=now.minute // 5 * 5)
        end = start + usual
    known = kind if kind in set(NoticeKind) else NoticeKind.fault_outage
    return {"kind": known, "starts_at": local(start), "ends_at": local(end)}


def from_notice(notice: Notice) -> tuple[dict[str, Any], Mapping[str, list[str]]]:
    """The form as it was when this draft was kept: single values, and those of which there are several."""
    form = {name: getattr(notice, name) for name in ("kind", "title", "words", "cause", "line")}
    form["title"] = "" if audiences.titles_itself(notice) else notice.title
    form |= {"starts_at": local(notice.starts_at), "ends_at": local(notice.ends_at)}
    if notice.kind is NoticeKind.fault_outage and notice.ends_at is None:
        form["unknown"] = "on"
    if notice.exercise:
        form["exercise"] = "on"
    return form, {
        "estates": [str(place.estate_id) for place in notice.places if place.building_id is None],
        "partly": [str(place.estate_id) for place in notice.places if place.partly],
        "buildings": [str(place.building_id) for place in notice.places if place.building_id],
    }


def local(moment: datetime | None) -> str:
    """As a datetime-local control has it."""
    return clock.local(moment).strftime("%Y-%m-%dT%H:%M") if moment else ""
