"""A person asks for a copy of their data, or that it be erased: asked, checked, done by its day, each with who and when."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import audit, clock
from app.core.errors import Forbidden, Missing, Refused
from app.core.words import Phrase
from app.core.words import phrase as _
from grids.staff.staff import Me
from tickets import limits, threads
from tickets.households import merging, reaches
from tickets.households.tables import Reach
from tickets.privacy import asked, erasing, matter, periods, unmasking
from tickets.privacy.tables import DataRequest, Kept, Proof, Wish
from tickets.tables import Ticket, TicketPromise, TicketState

WISHES: dict[Wish, Phrase] = {Wish.copy: _("A copy of their data"), Wish.erasure: _("Erase their data")}
PROOFS: dict[Proof, Phrase] = {
    Proof.called_back: _("I called the number that we have, and they answered"), Proof.bill: _("They showed a bill of this address"),
    Proof.door: _("I was at their door and spoke with who lives there"),
}  # fmt: skip
DECLINED: dict[str, Phrase] = {
    "unproven": _("It could not be shown that they may ask"), "taken_back": _("They took it back"),
    "not_here": _("Nothing of theirs is kept"),
}  # fmt: skip


def ask(session: Session, ticket: Ticket, *, wish: Wish, whole: bool, token: str) -> DataRequest:
    """By whoever holds the thread's address. That proves this thread: a copy of it is ready at once, all else a colleague checks."""
    after = threads.after(session, token)
    if wish is Wish.copy and not whole and (made := _just_made(session, ticket, after)) is not None:
        return made
    request = _open(session, ticket, wish, after) or _add(
        session, ticket, wish, whole=whole or (wish is Wish.erasure and after > 0), by=None
    )
    request.after_entry_id = after
    if not request.whole:
        request.proof = Proof.link
    if request.wish is Wish.copy and not request.whole:
        _end(session, request, None)
    session.flush()
    return request


def enter(session: Session, ticket: Ticket, *, wish: Wish, proof: Proof, by: Me) -> DataRequest:
    """A colleague heard the wish and has checked who asks."""
    unmasking.must_be_near(by, ticket.grid_id)
    if proof is Proof.link:
        raise Refused(_("Please say how you checked who asks."))
    request = _open(session, ticket, wish, 0) or _add(session, ticket, wish, whole=True, by=by)
    request.whole, request.proof = True, proof
    session.flush()
    return request


def do(session: Session, request: DataRequest, *, by: Me, proof: Proof | None = None) -> DataRequest:
    """Hand it over or erase it. What is asked of a whole household is done once somebody checked who asks; twice it is done once."""
    must_do(by, request)
    session.flush()
    session.refresh(request, ["done_at", "proof"], with_for_update=True)
    if request.done_at is not None:
        return request
    request.proof = proof or request.proof
    if request.proof is None or (request.whole and request.proof is Proof.link):
        raise Refused(_("Please check first who asks: call the number that we have, or let them show a bill of this address."))
    if request.proof is Proof.called_back and not is_their_number(session, request):
        _narrow(session, request)
    if request.wish is Wish.erasure:
        about = matter.of(session, request)
        _must_be_settled(session, about.tickets)
        erasing.erase(session, request, about)
    return _end(session, request, by)


def _narrow(session: Session, request: DataRequest) -> None:
    """Whoever answers there may have what was asked with this number, and nothing else of the home."""
    if session.get_one(Ticket, request.ticket_id).reach_id is None:
        raise Refused(_("No number was left with this question. Let them show a bill of this address, or go to the door."))
    request.whole = False


def is_their_number(session: Session, request: DataRequest) -> bool:
    """Whether somebody heard it from this home: whoever asks may have written a number of their own beside a neighbour's room."""
    ticket = session.get_one(Ticket, request.ticket_id)
    reach = session.get(Reach, ticket.reach_id) if ticket.reach_id else None
    homes = merging.family(session, ticket.household_id) if ticket.household_id else ()
    return reach is not None and reaches.is_theirs(session, reach.mark, homes)


def decline(session: Session, request: DataRequest, *, by: Me, why: str) -> DataRequest:
    must_do(by, request)
    session.refresh(request, ["done_at"], with_for_update=True)
    if why not in DECLINED:
        raise Refused(_("Please choose from the list."))
    if request.done_at is None:
        request.declined = why
        _end(session, request, by)
    return request


def take_back(session: Session, ticket: Ticket, request_id: int, *, token: str) -> DataRequest:
    """Whoever asked at this address has changed their mind in time; twice it is once. What was told a colleague is told one."""
    here = (DataRequest.ticket_id == ticket.id, DataRequest.after_entry_id == threads.after(session, token))
    own = (DataRequest.id == request_id, *here, DataRequest.entered_by_id.is_(None))
    found = session.scalar(sa.select(DataRequest).where(*own).with_for_update()) if 0 < request_id < 2**63 else None
    if found is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    if found.done_at is not None and found.declined != "taken_back":
        raise Refused(_("This has been settled already. Please look at the page again."))
    if found.done_at is None:
        found.declined = "taken_back"
        _end(session, found, None)
    return found


def done_by(session: Session, grid_id: int, *, asked_at: datetime | None = None) -> datetime:
    """Until when it is to be done, what is asked for then or now."""
    return (asked_at or clock.now()) + timedelta(days=periods.days(session, grid_id, Kept.answer))


def may_do(me: Me, request: DataRequest) -> bool:
    return me.looks_after(request.grid_id) or (me.administers and me.sees(request.grid_id))


def must_do(me: Me, request: DataRequest) -> None:
    if not asked.may_read(me, request.grid_id):
        raise Missing(_("There is nothing here, or it is not yours to see."))
    if not may_do(me, request):
        raise Forbidden(_("This is done by those who look after the grid, or by an administrator."))


def unsettled(session: Session, tickets: Sequence[Ticket]) -> list[Ticket]:
    """Threads that are still needed: they wait for an answer, were not ended, or something promised in them is to be kept."""
    ids = [one.id for one in tickets]
    unkept = sa.select(TicketPromise.ticket_id).where(TicketPromise.ticket_id.in_(ids), TicketPromise.kept_at.is_(None))
    promised = set(session.scalars(unkept))
    return [one for one in tickets if one.state is not TicketState.closed or one.id in promised]


def _must_be_settled(session: Session, tickets: Sequence[Ticket]) -> None:
    waiting = unsettled(session, tickets)
    if waiting:
        numbers = ", ".join(str(one.id) for one in waiting)
        why = _("Please end these questions first, with their promises: %(numbers)s. What is still needed is not erased.", numbers=numbers)
        raise Refused(why)


def _open(session: Session, ticket: Ticket, wish: Wish, after: int) -> DataRequest | None:
    """The same wish of the same address that waits already: asked twice it is one."""
    here = (
        DataRequest.ticket_id == ticket.id,
        DataRequest.after_entry_id == after,
        DataRequest.wish == wish,
        DataRequest.done_at.is_(None),
    )
    return session.scalar(asked.whole().where(*here).limit(1).with_for_update(of=DataRequest))


def _just_made(session: Session, ticket: Ticket, after: int) -> DataRequest | None:
    """The copy that was asked for minutes ago: the same form, sent again."""
    here = (DataRequest.ticket_id == ticket.id, DataRequest.wish == Wish.copy, ~DataRequest.whole, DataRequest.after_entry_id == after)
    made = session.scalar(asked.whole().where(*here).order_by(DataRequest.id.desc()).limit(1))
    return made if made is not None and limits.is_recent(made.at) else None


def _add(session: Session, ticket: Ticket, wish: Wish, *, whole: bool, by: Me | None) -> DataRequest:
    now = clock.now()
    request = DataRequest(
        grid_id=ticket.grid_id, ticket_id=ticket.id, household_id=ticket.household_id, wish=wish, whole=whole, at=now,
        due_at=done_by(session, ticket.grid_id, asked_at=now), entered_by_id=by.id if by else None, proof=None, done_at=None,
        declined="", after_entry_id=0,
    )  # fmt: skip
    session.add(request)
    session.flush()
    audit.record(session, "data.ask", f"data_request/{request.id}", by=by.id if by else None, wish=wish, whole=whole)
    return request


def _end(session: Session, request: DataRequest, by: Me | None) -> DataRequest:
    request.done_at, request.done_by_id = clock.now(), by.id if by else None
    session.flush()
    said = {"wish": request.wish, "proof": request.proof, "declined": request.declined}
    audit.record(session, "data.end", f"data_request/{request.id}", by=by.id if by else None, **said)
    return request
