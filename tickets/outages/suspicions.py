"""Three like reports from one building or transformer area within ten minutes: perhaps one fault. A person decides, once."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.core import audit, clock
from app.core.errors import Missing, Refused
from app.core.words import phrase as _
from broadcasts import drafts
from broadcasts.tables import Notice, NoticeKind
from grids.staff.staff import Me
from grids.tables import Grid
from tickets.outages import holding, reports
from tickets.outages.tables import Suspicion
from tickets.tables import Ticket, TicketState

REMEMBERED = timedelta(hours=3)


def look(session: Session, ticket: Ticket, *, left_by: Collection[int | None] = ()) -> Suspicion | None:
    """A question came: are there enough like it from the same building, or from the transformer area that it hangs on?

    It comes again where notices are about it no more: what those settled of its place is open again, as of now.
    """
    if not ticket.dark or ticket.notice_id is not None or ticket.estate_id is None or not ticket.building:
        return None
    area = reports.transformer(session, ticket)
    known = _known(session, ticket, area)
    said_at = clock.now() if left_by else ticket.asked_at
    if known is not None and (known.settled_at is None or known.notice_id is None or known.notice_id not in left_by):
        if known.settled_at is None:
            known.last_at = max(known.last_at, said_at)
        return known
    first = reports.first_of_enough(session, ticket, area)
    return _add(session, ticket, area, first, said_at) if first else None


def open_in(session: Session, grid_ids: Sequence[int] | frozenset[int]) -> Sequence[Suspicion]:
    """What a colleague should decide, the oldest first."""
    wanted = sa.select(Suspicion).where(Suspicion.grid_id.in_(grid_ids), Suspicion.settled_at.is_(None))
    recent = Suspicion.last_at > clock.now() - REMEMBERED
    return session.scalars(wanted.where(recent).options(joinedload(Suspicion.estate)).order_by(Suspicion.first_at)).all()


def find(session: Session, suspicion_id: int, *, for_: Me) -> Suspicion:
    wanted = sa.select(Suspicion).where(Suspicion.id == suspicion_id).options(joinedload(Suspicion.estate)).with_for_update(of=Suspicion)
    found = session.scalar(wanted) if 0 < suspicion_id < 2**63 else None
    if found is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    for_.must_look_after(found.grid_id)
    return found


def draft(session: Session, suspicion: Suspicion, *, by: Me) -> Notice:
    """A notice of this fault, filled in and not published: a person looks at it first. Asked twice it is one.

    Nothing is settled by a draft: until it is published the place still waits for somebody's word.
    """
    if suspicion.notice_id is not None:
        return session.get_one(Notice, suspicion.notice_id)
    grid = session.get_one(Grid, suspicion.grid_id)
    estates, buildings = reports.places(session, suspicion)
    notice = drafts.write(
        session, grid, by=by, kind=NoticeKind.fault_outage, starts_at=suspicion.first_at.replace(second=0, microsecond=0),
        line=suspicion.transformer, estates=estates, buildings=buildings,
    )  # fmt: skip
    suspicion.notice_id = notice.id
    session.flush()
    return notice


def decline(session: Session, suspicion: Suspicion, *, by: Me) -> Suspicion:
    """It is not one fault. For some hours nobody is asked again about this place."""
    if suspicion.notice_id is not None:
        raise Refused(_("A notice was made of these reports already."))
    by.must_look_after(suspicion.grid_id)
    if suspicion.settled_at is None:
        _end(session, suspicion, by.id, notice=None)
    return suspicion


def cover(session: Session, notice: Notice, *, by_id: int) -> None:
    """Reports that a notice was made of, or that all went to it, need no other: whoever told it has settled what was suspected of them."""
    made_of_them = Suspicion.notice_id == notice.id  # also where it is over before anybody was told
    undecided = sa.or_(Suspicion.notice_id.is_(None), made_of_them) if holding.runs(session, notice) else made_of_them
    open_here = (Suspicion.grid_id == notice.grid_id, Suspicion.settled_at.is_(None), undecided)
    for suspicion in session.scalars(sa.select(Suspicion).where(*open_here).with_for_update()):
        told = [one for one in reports.of(session, suspicion) if one.state is not TicketState.closed]
        if suspicion.notice_id or (told and all(one.notice_id == notice.id for one in told)):
            suspicion.notice_id = notice.id
            _end(session, suspicion, by_id, notice=notice.id)


def households_at(session: Session, ticket: Ticket) -> int:
    """How many of the asker's building or transformer area say that it is dark, where it is suspected to be one fault; 0 where not."""
    if not ticket.dark or ticket.estate_id is None or not ticket.building:
        return 0
    found = _known(session, ticket, reports.transformer(session, ticket))
    if found is None or found.settled_at is not None:
        return 0
    return reports.homes(reports.of(session, found))


def _add(session: Session, ticket: Ticket, area: str, first: datetime, last: datetime) -> Suspicion:
    made = Suspicion(
        grid_id=ticket.grid_id, estate_id=ticket.estate_id, building="" if area else ticket.building, transformer=area, first_at=first,
        last_at=last, at=clock.now(), settled_at=None, notice_id=None,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def _known(session: Session, ticket: Ticket, area: str) -> Suspicion | None:
    same = [Suspicion.transformer == area] if area else [Suspicion.estate_id == ticket.estate_id, Suspicion.building == ticket.building]
    wanted = sa.select(Suspicion).where(Suspicion.grid_id == ticket.grid_id, *same, Suspicion.last_at > clock.now() - REMEMBERED)
    return session.scalar(wanted.order_by(Suspicion.id.desc()).limit(1))


def _end(session: Session, suspicion: Suspicion, by_id: int, *, notice: int | None) -> None:
    suspicion.settled_at, suspicion.settled_by_id = clock.now(), by_id
    session.flush()
    audit.record(session, "suspicions.settle", f"suspicion/{suspicion.id}", by=by_id, notice=notice)
