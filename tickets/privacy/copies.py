"""Copies of people's data: ready at the thread's address, or handed over by a colleague."""

from datetime import timedelta

from sqlalchemy.orm import Session

from app.core import audit, clock
from app.core.errors import Missing, Refused
from app.core.words import phrase as _
from grids.staff.staff import Me
from tickets import threads
from tickets.privacy import asked, requests
from tickets.privacy.tables import DataRequest, LookUp, Proof, Reason, Wish
from tickets.tables import Ticket

READY = timedelta(days=30)
"""So long a copy lies ready at the thread's address."""


def ready(session: Session, ticket: Ticket, token: str) -> DataRequest:
    """The newest copy that lies ready at this address. Raises Missing."""
    fresh = (DataRequest.wish == Wish.copy, DataRequest.done_at > clock.now() - READY, DataRequest.declined == "")
    here = (DataRequest.ticket_id == ticket.id, DataRequest.after_entry_id == threads.after(session, token))
    fullest = (DataRequest.whole.desc(), (DataRequest.proof == Proof.called_back).desc(), DataRequest.id.desc())
    wanted = asked.whole().where(*here, *fresh).order_by(*fullest)
    found = session.scalars(wanted).first()
    if found is None:
        raise Missing(_("No copy is ready here. Please ask for one first."))
    return found


def is_ready(session: Session, ticket: Ticket, token: str) -> bool:
    try:
        return bool(ready(session, ticket, token))
    except Missing:
        return False


def handed(session: Session, request: DataRequest, *, by: Me) -> DataRequest:
    """A colleague takes the copy away, to give it to whoever asked: that is a look as well."""
    requests.must_do(by, request)
    late = request.done_at is None or request.done_at < clock.now() - READY
    if request.wish is not Wish.copy or late or request.declined:
        raise Refused(_("A copy is handed over within 30 days after it was checked who asks."))
    session.add(LookUp(by_id=by.id, ticket_id=request.ticket_id, household_id=request.household_id, reason=Reason.request, at=clock.now()))
    audit.record(session, "data.hand_over", f"data_request/{request.id}", by=by.id)
    return request
