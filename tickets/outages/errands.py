"""Answers that no page brings home: what is pasted into groups, whom to call, and who ticked that it is done."""

from collections import Counter
from collections.abc import Sequence

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.core import audit, clock
from app.core.errors import Missing, Overtaken
from app.core.words import phrase as _
from broadcasts.bringing import Brought
from broadcasts.sending import postings
from broadcasts.tables import Notice, NoticeState
from grids.staff.staff import Me
from tickets.households import reaches
from tickets.households.tables import Household, Reach, ReachKind, Way
from tickets.outages import news, still_dark, updates
from tickets.privacy import unmasking
from tickets.tables import Errand, Ticket

BROUGHT = {Way.call: "calls", Way.paste: "pasted", Way.sms: "written", Way.email: "written", Way.wecom: "written"}

GONE = _("Since you opened this page what is to be told has changed. Please open it again and look who is still to be told.")
"""Of an errand that its page showed and that is not there any more."""


class Call(msgspec.Struct, frozen=True):
    """One asker to be told by a colleague; the number, where one was left and this colleague asked to see it."""

    errand: Errand
    number: str
    shown: str


class Rounds(msgspec.Struct, frozen=True):
    """What is still to be brought home, and what is done."""

    calls: Sequence[Call]
    pasted: Sequence[tuple[str, Sequence[Errand]]]
    sent: Sequence[Errand]
    done: int

    @property
    def by_telephone(self) -> list[Call]:
        return [call for call in self.calls if _has_number(call.errand.ticket.reach)]

    @property
    def without_number(self) -> list[Call]:
        """Nobody can call them: a door, a group or the steward brings it."""
        return [call for call in self.calls if not _has_number(call.errand.ticket.reach)]

    @property
    def left(self) -> int:
        open_ = [call.errand for call in self.calls] + [one for _place, some in self.pasted for one in some] + list(self.sent)
        return sum(1 for one in open_ if one.done_at is None)


def of_notice(session: Session, notice: Notice, *, for_: Me) -> Rounds:
    """Everybody who asked about this notice and has no page: those to call, those to tell in their estate's group, those written to."""
    home = joinedload(Errand.ticket)
    shown = (
        home.joinedload(Ticket.estate), home.joinedload(Ticket.household).joinedload(Household.estate), home.joinedload(Ticket.reach),
        joinedload(Errand.entry), joinedload(Errand.done_by),
    )  # fmt: skip
    wanted = (
        sa.select(Errand).join(Ticket, Ticket.id == Errand.ticket_id).where(Ticket.notice_id == notice.id, Errand.update_id.is_not(None))
    )
    found = session.scalars(wanted.options(*shown).order_by(Errand.done_at.is_not(None), Errand.id)).all()
    seen = unmasking.shown_to(session, for_, [one.ticket_id for one in found if one.way is Way.call])
    groups: dict[str, list[Errand]] = {}
    for one in found:
        if one.way is Way.paste:
            groups.setdefault(one.ticket.estate.name if one.ticket.estate else "", []).append(one)
    return Rounds(
        calls=[_call(session, one, for_, seen) for one in found if one.way is Way.call],
        pasted=sorted(groups.items()),
        sent=[one for one in found if one.way in (Way.sms, Way.email, Way.wecom)],
        done=sum(1 for one in found if one.done_at),
    )


def tick(session: Session, errand: Errand, *, by: Me) -> Errand:
    """It has been told. Ticked twice it is ticked once."""
    by.must_look_after(errand.ticket.grid_id)
    if errand.done_at is None:
        errand.done_at, errand.done_by_id = clock.now(), by.id
        session.flush()
        audit.record(session, "errands.tick", f"ticket/{errand.ticket_id}", by=by.id, entry=errand.entry_id, way=errand.way)
    return errand


def tick_group(session: Session, notice: Notice, estate_id: int | None, *, by: Me, update_id: int) -> int:
    """The text of this update stands in the estate's group: everybody who asked there is told. How many.

    Nobody is told of the news by the text of before. Raises Overtaken.
    """
    by.must_look_after(notice.grid_id)
    latest = news.latest(session, notice.id)
    if latest is None or latest.id != update_id or notice.state is NoticeState.superseded:
        raise Overtaken(postings.TEXT_CHANGED)
    wanted = sa.select(Errand).join(Ticket, Ticket.id == Errand.ticket_id).where(
        Ticket.notice_id == notice.id, Ticket.estate_id == estate_id if estate_id else Ticket.estate_id.is_(None), Errand.way == Way.paste,
        Errand.update_id.is_not(None), Errand.done_at.is_(None),
    )  # fmt: skip
    found = session.scalars(wanted.options(joinedload(Errand.ticket)).with_for_update(of=Errand)).all()
    for one in found:
        tick(session, one, by=by)
    return len(found)


def find(session: Session, errand_id: int, *, for_: Me) -> Errand:
    wanted = (
        sa.select(Errand)
        .where(Errand.id == errand_id)
        .options(joinedload(Errand.ticket).joinedload(Ticket.notice))
        .with_for_update(of=Errand)
    )
    found = session.scalar(wanted) if 0 < errand_id < 2**63 else None
    if found is None or not for_.sees(found.ticket.grid_id):
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return found


def counts(session: Session, notice_id: int) -> tuple[int, int]:
    """How many errands of this notice are left, of how many."""
    wanted = sa.select(sa.func.count().filter(Errand.done_at.is_(None)), sa.func.count()).join(Ticket, Ticket.id == Errand.ticket_id)
    left, whole = session.execute(wanted.where(Ticket.notice_id == notice_id, Errand.update_id.is_not(None))).one()
    return int(left), int(whole)


def brought(session: Session, notice_id: int) -> Brought:
    """What the newest update left to be done by hand for those who asked (see broadcasts/bringing.py)."""
    asked = sa.select(sa.func.count()).where(Ticket.notice_id == notice_id)
    open_ = sa.select(Errand.way, Reach.kind, sa.func.count()).join(Ticket, Ticket.id == Errand.ticket_id).join(Ticket.reach, isouter=True)
    undone = (Ticket.notice_id == notice_id, Errand.update_id.is_not(None), Errand.done_at.is_(None))
    left: Counter[str] = Counter()
    for way, kind, n in session.execute(open_.where(*undone).group_by(Errand.way, Reach.kind)):
        left[BROUGHT[way] if way is not Way.call or kind is ReachKind.phone else "unreachable"] += n
    n = session.scalar(asked) or 0
    return Brought(asked=n, told=n - updates.behind(session, notice_id), dark=still_dark.of_notice(session, notice_id), **left)


def _has_number(reach: Reach | None) -> bool:
    return reach is not None and reach.kind is ReachKind.phone


def _call(session: Session, errand: Errand, me: Me, seen: set[int]) -> Call:
    reach, grid_id = errand.ticket.reach, errand.ticket.grid_id
    number = reaches.told(session, reach) if errand.ticket_id in seen and me.is_near(grid_id) else ""
    return Call(errand, number, reaches.seen_by(reach, me, grid_id))
