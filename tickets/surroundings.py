"""What stands around a thread on its page: who asks, what is remembered, what can be done now."""

from typing import Any

from app.core.web import Db
from broadcasts.subscribers import audiences
from grids.staff import staff
from tickets import alongside, handovers, low_ratings, promises, promising, ways, whereabouts, written
from tickets.answers import book_uses, ideas
from tickets.clocks import clock_desk, on_duty
from tickets.households import memory, merging, reaches
from tickets.households.tables import Reach
from tickets.kinds import kinds
from tickets.outages import changed, signs
from tickets.photos import thread_photos
from tickets.privacy import requests, sight, unmasking
from tickets.specialists import consulted
from tickets.tables import Ticket, TicketState
from tickets.triage import dangers, whose_wire
from tickets.wording import moderation, wording

NOT_OURS: dict[str, Any] = {"unhappy": None, "idea": None, "fitting": [], "alike": [], "merges": [], "beside_options": []}


def of(session: Db, ticket: Ticket, me: staff.Me, sought: str = "") -> dict[str, Any]:
    """What a thread's page shows beside its form."""
    known = memory.of(session, ticket, for_=me)
    mine, choices = me.looks_after(ticket.grid_id), kinds.of_grid(session, ticket.grid_id)
    there = None if mine else on_duty.now(session, ticket.grid_id)
    return {
        "me": me, "ticket": ticket, "lines": sight.lines(session, ticket, for_=me),
        "masked": sight.reading(session, ticket, for_=me), "photos": thread_photos.of(session, ticket),
        "memory": known, "mine": mine, "several": len(me.seen) > 1,
        "seen": str(changed.looked_at(session, ticket)),
        "unweighed": promising.unweighed(session, ticket, by=me), "term": promising.term,
        "reasons": unmasking.CHOICES, "proofs": list(requests.PROOFS.items()), "wishes": list(requests.WISHES.items()),
        "callable": known.by_phone and known.open, "place": lambda notice: audiences.short(notice.places), "channels": ways.CHANNELS,
        "ways": list(ways.WAYS.items()), "longest": written.MESSAGE, "days": promises.choices(), "kinds": choices,
        "kind": next((one.name for one in choices if one.key == ticket.kind), ""),
        "sought": sought, "missing": whereabouts.wanted(session, ticket),
        "further": [_further(session, one, known, me, ticket) for one in whereabouts.further(session, ticket)],
        "off_until": there and there.again_at, "answer_here": there.by_turn if there else (),
        "advice": whose_wire.advice(session, ticket), "dangers": dangers.of(session, ticket), "along": alongside.of(session, ticket),
        "consulted": consulted.of(session, ticket, mine=mine), "why_person": signs.why_a_person(ticket),
        "wording": wording.of(session, ticket, for_=me), "abuse_reasons": moderation.REASONS,
        **clock_desk.around(session, ticket, me), **(_own(session, ticket, me, sought) if mine else NOT_OURS),
    }  # fmt: skip


def _further(session: Db, reach: Reach, known: memory.Memory, me: staff.Me, ticket: Ticket) -> str:
    """Whole where the thread's own number is."""
    return reaches.told(session, reach) if known.open else reaches.seen_by(reach, me, ticket.grid_id)


def _own(session: Db, ticket: Ticket, me: staff.Me, sought: str) -> dict[str, Any]:
    """What is offered to those who look after the grid."""
    home, going_on = ticket.household, ticket.state is not TicketState.closed
    return {
        "unhappy": low_ratings.of(session, ticket), "idea": ideas.beside(session, ticket.id, for_=me),
        "fitting": book_uses.fitting(session, ticket, sought) if going_on else [],
        "alike": merging.alike(session, home, by=me) if home else [],
        "merges": merging.standing(session, home.id) if home else [],
        "beside_options": [(grid.id, grid.name) for grid in handovers.beside(session, ticket)],
    }  # fmt: skip
