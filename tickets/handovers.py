"""A question that was asked in the wrong grid goes to the right one, with everything that was said and the clock as it runs."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import audit, clock
from app.core.errors import Missing, Refused
from app.core.words import moment, say
from app.core.words import phrase as _
from broadcasts.promises import calls
from broadcasts.promises.calls import Said
from grids import grids
from grids.staff.staff import Me
from grids.tables import Grid, Organisation
from tickets import threads, written
from tickets.appointments import appointments
from tickets.households import merging
from tickets.households.tables import Household
from tickets.tables import Handover, Ticket, TicketState


def beside(session: Session, ticket: Ticket) -> Sequence[Grid]:
    """The other grids of the station, and of those beside it."""
    path = session.scalar(sa.select(Organisation.path).join(Grid).where(Grid.id == ticket.grid_id)) or "/"
    above = "/".join(path.rstrip("/").split("/")[:-1]) + "/"
    near = Organisation.path.startswith(above if above != "/" else path, autoescape=True)
    return session.scalars(sa.select(Grid).join(Grid.organisation).where(near, Grid.id != ticket.grid_id).order_by(Grid.name)).all()


def hand_over(session: Session, ticket: Ticket, *, to: int, by: Me, words: str = "") -> Ticket:
    """From now on the other grid's people answer. Sent twice it goes once."""
    by.must_look_after(ticket.grid_id)
    grid = next((one for one in beside(session, ticket) if one.id == to), None)
    if grid is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    grids.hold(session, ticket.grid_id, grid.id)
    threads.hold(session, ticket)
    if ticket.state is TicketState.closed:
        raise Refused(_("This question is closed already."))
    words = written.line(words, "words")
    appointments.give_up(session, ticket, by=by)
    _goes_along(session, ticket, grid)
    made = Handover(ticket_id=ticket.id, from_grid_id=ticket.grid_id, to_grid_id=grid.id, by_id=by.id, words=words, at=clock.now())
    session.add(made)
    audit.record(session, "tickets.hand_over", f"ticket/{ticket.id}", by=by.id, to=grid.code, before=ticket.grid_id)
    # The notice is one of the grid that it leaves.
    ticket.grid_id, ticket.notice_id, ticket.told_update_id, ticket.answered_by_notice = grid.id, None, None, False
    if ticket.state is TicketState.answered:
        threads.wait_again(session, ticket)
    session.flush()
    calls.anew(session, f"handover/{made.id}", "handover", grid.id)
    session.expire(ticket, ["grid", "notice"])
    return ticket


def spoken(session: Session, handover_id: int) -> Said | None:
    """What the colleagues there read on their phones; nothing where it is no longer theirs to do."""
    made = session.get_one(Handover, handover_id)
    ticket = session.get_one(Ticket, made.ticket_id)
    if ticket.grid_id != made.to_grid_id or ticket.state is not TicketState.open:
        return None
    title, words = say("Question %(n)s was handed over to you", n=ticket.id), say("It is due %(time)s.", time=moment(ticket.due_at))
    return Said(title, words, f"/desk/tickets/{ticket.id}")


def _goes_along(session: Session, ticket: Ticket, grid: Grid) -> None:
    """Who is known by a number alone and asked nothing else there is the other grid's from now on. A home stays where it stands."""
    family = merging.family(session, ticket.household_id) if ticket.household_id else ()
    others = sa.select(Ticket.household_id).where(Ticket.household_id.in_(family), Ticket.id != ticket.id)
    alone = (Household.id.in_(family), Household.estate_id.is_(None), Household.id.not_in(others))
    session.execute(sa.update(Household).where(*alone).values(grid_id=grid.id))
