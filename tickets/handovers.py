"""A question that was asked in the wrong grid goes to the right one, with everything that was said and the clock as it runs."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import audit, clock
from app.core.errors import Missing, Refused
from app.core.words import Phrase, moment, say
from app.core.words import phrase as _
from broadcasts.promises import calls
from broadcasts.promises.calls import Said
from grids import grids
from grids.staff.staff import Me
from grids.tables import Estate, Grid, Organisation
from tickets import threads, written
from tickets.appointments import appointments
from tickets.clocks import on_duty
from tickets.households import merging
from tickets.households.tables import Household
from tickets.tables import Handover, Ticket, TicketState


def beside(session: Session, ticket: Ticket) -> Sequence[Grid]:
    """The other grids of the station, and of those beside it."""
    path = session.scalar(sa.select(Organisation.path).join(Grid).where(Grid.id == ticket.grid_id)) or "/"
    above = "/".join(path.rstrip("/").split("/")[:-1]) + "/"
    near = Organisation.path.startswith(above if above != "/" else path, autoescape=True)
    return session.scalars(sa.select(Grid).join(Grid.organisation).where(near, Grid.id != ticket.grid_id).order_by(Grid.name)).all()


def doubts(session: Session, ticket: Ticket, *, to: int, by: Me) -> list[Phrase]:
    """What speaks against it: it is asked about once, and a person decides."""
    grid, home = _beside(session, ticket, to, by), session.get(Estate, ticket.estate_id) if ticket.estate_id else None
    there, found = on_duty.now(session, grid.id), list[Phrase]()
    if home is not None and home.grid_id == ticket.grid_id:
        place = " ".join(filter(None, (home.name, ticket.building)))
        found.append(_("The address is in your grid: %(place)s.", place=place))
    if there.again_at:
        found.append(_("Nobody is on duty in %(grid)s now, work begins %(time)s.", grid=grid.name, time=moment(there.again_at)))
    elif there.to_call is None:
        found.append(_("Nobody looks after %(grid)s.", grid=grid.name))
    return [*found, _("Hand it over to %(grid)s all the same?", grid=grid.name)] if found else []


def hand_over(session: Session, ticket: Ticket, *, to: int, by: Me, words: str = "") -> Ticket:
    """From now on the other grid's people answer. Sent twice it goes once."""
    grid = _beside(session, ticket, to, by)
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
    _tell(session, ticket, made, grid, by)
    calls.anew(session, f"handover/{made.id}", "handover", grid.id)
    session.expire(ticket, ["grid", "notice"])
    return ticket


def _beside(session: Session, ticket: Ticket, to: int, by: Me) -> Grid:
    by.must_look_after(ticket.grid_id)
    grid = next((one for one in beside(session, ticket) if one.id == to), None)
    if grid is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return grid


def _tell(session: Session, ticket: Ticket, made: Handover, grid: Grid, by: Me) -> None:
    """The asker and the colleagues read in the thread who has it now, and that what was promised holds."""
    who = grids.contact(session, grid.id)
    words = say("%(by)s handed this over to %(grid)s. It is answered there, and you read it here.", by=by.name, grid=grid.name)
    if who is not None:
        words += say("%(name)s is responsible now.", name=who.name)
    if ticket.due_at > made.at:
        words += say("The term stays as it was: by %(due)s at the latest.", due=moment(ticket.due_at))
    threads.say(session, ticket, by.id, words).at = made.at
    session.flush()


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
