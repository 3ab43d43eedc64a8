"""Groups and stewards who were told of an outage that is about none of their places any more: they are still owed that news, once."""

from collections.abc import Iterable, Sequence

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.core.words import say, span
from broadcasts import texts
from broadcasts.area_tables import LeftOut
from broadcasts.kinds import KINDS
from broadcasts.sending import fitted, targets
from broadcasts.sending.tables import Group, Posting, Steward, Way
from broadcasts.subscribers import audiences
from broadcasts.tables import Notice, Place, Update, UpdateState
from grids.grids import Contact
from grids.tables import Estate


class Dropped(msgspec.Struct, frozen=True):
    """Of a notice: what was taken out of its area, and what was brought to whom, the oldest first."""

    notice: Notice
    left: Sequence[LeftOut] = ()
    told: Sequence[Posting] = ()

    def owed(self, whom: Group | Steward) -> tuple[list[Place], Posting] | None:
        """The places that are theirs no more and what they were told last; None where they need not hear of it, or have heard."""
        return self._owed(target(whom), whom.places) if whom.places else None

    def at(self, way: Way) -> list[tuple[Estate, list[Place], Posting]]:
        """The estates of which the notice says nothing now, where a poster hangs, or a loudspeaker said, what is true no more."""
        estates = {one.estate_id: one.estate for one in self.left}
        found = [(one, self._owed(targets.of(way, one.id), [Place(estate_id=one.id, estate=one)])) for one in estates.values()]
        return [(estate, *owed) for estate, owed in found if owed]

    def _owed(self, to: str, places: Sequence[fitted.Somewhere]) -> tuple[list[Place], Posting] | None:
        if not self.left or fitted.places(self.notice, places):
            return None
        mine = [one for one in self.left if fitted.meeting([_place(one)], places)]
        if not mine:
            return None
        out = max(self._rank(one.update) for one in mine)
        here = [one for one in self.told if one.target == to]
        before = [one for one in here if self._rank(one.update) < out]
        if not before or any(self._rank(one.update) >= out and not self._is_latest(one) for one in here):
            return None
        return fitted.meeting(map(_place, mine), places), before[-1]

    def _rank(self, update: Update) -> tuple[bool, int]:
        """All of the notice that was replaced came before."""
        return update.notice_id == self.notice.id, update.id

    def _is_latest(self, posting: Posting) -> bool:
        return posting.update_id == self.notice.updates[-1].id


def of(session: Session, notice: Notice) -> Dropped:
    """Needs its updates and places. Most areas are never narrowed: then nothing is asked."""
    if notice.replaces_id is None and all(one.state is not UpdateState.corrected for one in notice.updates):
        return Dropped(notice)
    both = (notice.id, notice.replaces_id or notice.id)
    found = sa.select(LeftOut).join(LeftOut.update).where(Update.notice_id.in_(both)).order_by(LeftOut.id)
    shown = (joinedload(LeftOut.update), joinedload(LeftOut.estate), joinedload(LeftOut.building))
    left = session.scalars(found.options(*shown)).all()
    ticks = sa.select(Posting).where(Posting.notice_id.in_(both), Posting.withdrawn_at.is_(None)).order_by(Posting.update_id)
    told = session.scalars(ticks.options(joinedload(Posting.update), joinedload(Posting.notice))).all() if left else ()
    return Dropped(notice, left, told)


def target(whom: Group | Steward) -> str:
    return targets.of(Way.group if isinstance(whom, Group) else Way.steward, whom.id)


def for_group(notice: Notice, contact: Contact | None, group: Group, met: Sequence[Place], told: Posting, *, base_url: str) -> str:
    words = [group.greeting, *_words(notice, met, told), texts.call(contact), texts.address(base_url, notice, group.suffix)]
    return fitted.lines(words)


def for_steward(notice: Notice, contact: Contact | None, steward: Steward, met: Sequence[Place], told: Posting, *, base_url: str) -> str:
    return fitted.passed_on(steward, met, [*_words(notice, met, told), texts.address(base_url, notice)], contact)


def says(notice: Notice, met: Sequence[Place], told: Posting) -> str:
    """Of the time that they were told, which may have moved since. That another outage is theirs is not for us to deny."""
    said = {"what": _what(told.notice, told.update), "places": say("; ").join(audiences.lines(met))}
    if told.notice_id == notice.id:
        return say("%(what)s is no longer about %(places)s: this notice does not concern you any more.", **said)
    return say(
        "Notice %(number)s has been replaced. %(what)s is no longer about %(places)s and does not concern you any more.",
        number=told.notice.number, **said,
    )  # fmt: skip


def _words(notice: Notice, met: Sequence[Place], told: Posting) -> Iterable[str]:
    yield say("[Correction] %(places)s", places=audiences.short(met))
    yield says(notice, met, told)
    yield say("Notice %(number)s; ask 95598 whether it is true.", number=notice.number)


def _what(notice: Notice, said: Update) -> str:
    when, kind = span(said.starts_at, said.ends_at), say(KINDS[notice.kind].name)
    if not notice.kind.is_outage:
        return notice.title
    return say("%(kind)s of %(time)s", kind=kind, time=when) if when else kind


def _place(left: LeftOut) -> Place:
    return Place(estate=left.estate, building=left.building, partly=False)
