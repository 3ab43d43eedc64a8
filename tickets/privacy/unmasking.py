"""A number is masked until a colleague says why it is needed. That and each search are kept, and there are only so many an hour."""

from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.core import audit, clock
from app.core.errors import Forbidden, Missing, Mistaken, TooMany
from app.core.words import Phrase
from app.core.words import phrase as _
from grids.staff.staff import Me
from grids.tables import Organisation, Person
from tickets import written
from tickets.privacy.tables import LookUp, Reason
from tickets.tables import Ticket

OPEN = timedelta(minutes=30)
"""So long a number stays shown to who asked for it."""
HOUR = timedelta(hours=1)
NUMBERS, OF_OUTAGES, SEARCHES = 30, 120, 60
REASONS: dict[Reason, Phrase] = {
    Reason.call_back: _("To call back"), Reason.visit: _("To agree on a visit"), Reason.outage: _("To tell about an outage"),
    Reason.verify: _("To check who it is"), Reason.request: _("They asked for their data"), Reason.other: _("Another reason"),
    Reason.search: _("Looked for them"),
}  # fmt: skip
CHOICES = [(one, words) for one, words in REASONS.items() if one is not Reason.search]


def unmask(session: Session, ticket: Ticket, *, by: Me, reason: Reason, words: str = "") -> LookUp:
    """From now on, for a while, this colleague sees how the asker is reached. Asked twice it is one look."""
    must_be_near(by, ticket.grid_id)
    words = written.line(words, "words")
    if reason is Reason.search or (reason is Reason.other and len(words) < 4):
        raise Mistaken(_("Please look again at the marked fields."), {"words": _("Please say in a few words what it is for.")})
    if reason is Reason.outage and not (ticket.dark or ticket.notice_id):
        raise Mistaken(_("Please look again at the marked fields."), {"reason": _("This question is about no outage.")})
    if ticket.reach_id is None:
        raise Missing(_("No telephone number is kept here."))
    if (known := _look(session, ticket.id, by)) is not None:
        return known
    if reason is Reason.outage:
        _slow(session, by, LookUp.reason == Reason.outage, OF_OUTAGES)
    else:
        _slow(session, by, LookUp.reason.not_in((Reason.outage, Reason.search)), NUMBERS)
    look = LookUp(by_id=by.id, ticket_id=ticket.id, household_id=ticket.household_id, reason=reason, words=words, at=clock.now())
    session.add(look)
    session.flush()
    audit.record(session, "people.unmask", f"ticket/{ticket.id}", by=by.id, reason=reason)
    return look


def searched(session: Session, *, by: Me, mark: str, found: int) -> LookUp:
    """Somebody was looked for. The log says that it was; for whom ends with its period."""
    look = LookUp(by_id=by.id, ticket_id=None, household_id=None, reason=Reason.search, mark=mark, found=found, at=clock.now())
    session.add(look)
    session.flush()
    audit.record(session, "people.look_up", "tickets", by=by.id, found=found)
    return look


def may_search(session: Session, by: Me) -> None:
    """Raises TooMany."""
    _slow(session, by, LookUp.reason == Reason.search, SEARCHES)


def shown_to(session: Session, me: Me, ticket_ids: Sequence[int]) -> set[int]:
    """Of these threads, whose numbers this colleague asked for just now."""
    wanted = sa.select(LookUp.ticket_id).where(LookUp.by_id == me.id, LookUp.ticket_id.in_(ticket_ids), LookUp.at > clock.now() - OPEN)
    return {one for one in session.scalars(wanted) if one is not None}


def must_be_near(me: Me, grid_id: int) -> None:
    if not me.sees(grid_id):
        raise Missing(_("There is nothing here, or it is not yours to see."))
    if not me.is_near(grid_id):
        raise Forbidden(_("Numbers are for those who look after the grid and for the clerks of its own hall."))


def listed(session: Session, *, by: Me, person_id: int | None = None, limit: int = 200) -> Sequence[LookUp]:
    """The look-ups of one's organisation and those below it, for administrators, the newest first."""
    by.must_administer()
    wanted = sa.select(LookUp).where(LookUp.by_id.in_(_below(session, by))).order_by(LookUp.id.desc()).limit(limit)
    if person_id is not None:
        wanted = wanted.where(LookUp.by_id == person_id)
    return session.scalars(wanted.options(joinedload(LookUp.by), joinedload(LookUp.ticket).joinedload(Ticket.grid))).all()


def counted(session: Session, *, by: Me, within: timedelta = timedelta(days=7)) -> Sequence[tuple[Person, int]]:
    """Who looked how often, the most first."""
    by.must_administer()
    n = sa.func.count(LookUp.id)
    wanted = sa.select(Person, n).join(LookUp, LookUp.by_id == Person.id).where(LookUp.at > clock.now() - within)
    rows = session.execute(wanted.where(Person.id.in_(_below(session, by))).group_by(Person.id).order_by(n.desc(), Person.id))
    return [(person, count) for person, count in rows]


def _below(session: Session, by: Me) -> sa.Select[int]:
    path = session.scalar(sa.select(Organisation.path).where(Organisation.id == by.organisation_id)) or "-"
    return sa.select(Person.id).join(Organisation).where(Organisation.path.startswith(path, autoescape=True))


def _look(session: Session, ticket_id: int, by: Me) -> LookUp | None:
    mine = (LookUp.by_id == by.id, LookUp.ticket_id == ticket_id, LookUp.at > clock.now() - OPEN)
    return session.scalar(sa.select(LookUp).where(*mine).order_by(LookUp.id.desc()).limit(1))


def _slow(session: Session, by: Me, alike: sa.ColumnElement[bool], most: int) -> None:
    recent = sa.select(LookUp.at).where(LookUp.by_id == by.id, alike, LookUp.at > clock.now() - HOUR)
    oldest = session.scalar(recent.order_by(LookUp.at.desc()).offset(most - 1).limit(1))
    if oldest is not None:
        wait = int((oldest + HOUR - clock.now()).total_seconds()) + 1
        raise TooMany(_("That is a lot of people in one hour. Please wait a little; your administrator sees each look."), retry_after=wait)
