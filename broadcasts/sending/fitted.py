"""The text for one group or steward: only their estates and buildings, their greeting, as short as they want it."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from app.core.words import say
from broadcasts import texts
from broadcasts.present import Present
from broadcasts.sending.tables import Group, Steward
from broadcasts.subscribers import audiences
from broadcasts.tables import Notice, Place
from grids.grids import Contact
from grids.tables import Building, Estate


class Somewhere(Protocol):
    """An estate, or one building of it."""

    @property
    def estate(self) -> Estate: ...
    @property
    def building(self) -> Building | None: ...


def places(notice: Notice, theirs: Sequence[Somewhere]) -> list[Place]:
    """Those of the notice that are theirs too, the narrower of the two. Who has no places is for the whole grid."""
    return meeting(notice.places, theirs) if theirs else list(notice.places)


def meeting(area: Iterable[Place], theirs: Sequence[Somewhere]) -> list[Place]:
    found = {}
    for place in area:
        for own in theirs:
            if (met := _met(place, own)) is not None:
                found[audiences.key(met)] = met
    whole = {key[0] for key in found if key[1] is None}
    return [place for key, place in found.items() if key[1] is None or key[0] not in whole]


def for_group(notice: Notice, now: Present, contact: Contact | None, group: Group, met: Sequence[Place], *, base_url: str) -> str:
    """Whole without its link: state, time, place, number, and where the number can be checked."""
    if group.brief:
        ask = texts.call(contact)
        return lines([group.greeting, _brief(notice, now, met), ask, texts.address(base_url, notice, group.suffix)])
    return lines([group.greeting, texts.group(notice, now, contact, base_url=base_url, places=met, suffix=group.suffix)])


def for_steward(notice: Notice, now: Present, contact: Contact | None, steward: Steward, met: Sequence[Place], *, base_url: str) -> str:
    """To be read out or sent on: what to tell, to whom, and that an answer is awaited."""
    return passed_on(steward, met, [_brief(notice, now, met), texts.address(base_url, notice)], contact)


def passed_on(steward: Steward, met: Sequence[Place], words: Sequence[str], contact: Contact | None) -> str:
    asked = say("%(name)s, please pass this on to %(places)s:", name=steward.name, places=say("; ").join(audiences.lines(met)))
    back = say("Please answer me when it is done. %(name)s %(phone)s", name=contact.name, phone=contact.phone) if contact else ""
    return lines([asked, *words, back])


def _brief(notice: Notice, now: Present, met: Sequence[Place]) -> str:
    """Two sentences. An outage's part of the place names its buildings, the news its title."""
    what = texts.named(notice, now, met)
    where = "" if not notice.kind.is_outage or audiences.short(met) in what else say("; ").join(audiences.lines(met))
    told = say(", ").join(part for part in (where, texts.state(notice, now)) if part)
    words = "" if notice.kind.is_outage else texts.latest(notice)
    check = say("Notice %(number)s; ask 95598 whether it is true.", number=notice.number)
    return lines([what, told, words, check])


def _met(place: Place, own: Somewhere) -> Place | None:
    if place.estate.id != own.estate.id:
        return None
    if place.building is None:
        return place if place.partly else Place(estate=place.estate, building=own.building, partly=False)
    return place if own.building is None or own.building.id == place.building.id else None


def lines(parts: Iterable[str]) -> str:
    return "\n".join(part for part in parts if part)
