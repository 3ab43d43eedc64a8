"""What questions are: the kinds of the service standard as rows, named anew or added to by an organisation, and what words suggest."""

import re
import tomllib
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import audit, clock, filed
from app.core.errors import Missing, Mistaken
from app.core.words import phrase as _
from grids.staff import organisations
from grids.staff.staff import Me
from tickets import threads, written
from tickets.clocks import clocks
from tickets.kinds import lists
from tickets.kinds.tables import DANGER, FAULT, TicketKind
from tickets.tables import Ticket

FILE, SIGNS = Path(__file__).with_name("kinds.csv"), Path(__file__).with_name("kind_signs.toml")


class Filed(msgspec.Struct, frozen=True):
    """One line of the file."""

    key: str
    above: str
    name: str
    effective_on: date
    source: str


def seed(session: Session) -> int:
    return lists.lay(session, TicketKind, filed.lines(FILE, Filed))


def of_grid(session: Session, grid_id: int) -> Sequence[TicketKind]:
    """The kinds a question of this grid may be, in their order; of one key the nearest organisation's row holds."""
    return lists.standing(session, TicketKind, organisations.line_of_grid(session, grid_id))


def of_organisation(session: Session, organisation_id: int) -> Sequence[TicketKind]:
    return lists.standing(session, TicketKind, organisations.line_to(session, organisation_id), retired=True)


def names(session: Session) -> dict[str, str]:
    """Every key with a name, for lists over several organisations."""
    rows = sa.select(TicketKind.key, TicketKind.name).order_by(TicketKind.organisation_id.is_(None))
    return {row.key: row.name for row in session.execute(rows)}


def choose(session: Session, ticket: Ticket, *, by: Me, kind: str) -> Ticket:
    """Say what a question is."""
    by.must_look_after(ticket.grid_id)
    must_stand(session, ticket.grid_id, kind)
    threads.hold(session, ticket)
    if ticket.kind != kind:
        audit.record(session, "tickets.kind", f"ticket/{ticket.id}", by=by.id, kind=kind, before=ticket.kind)
        ticket.kind = kind
        clocks.measure_anew(session, ticket)
    return ticket


def must_stand(session: Session, grid_id: int, kind: str) -> None:
    if kind not in ("", FAULT, DANGER) and all(one.key != kind for one in of_grid(session, grid_id)):
        raise Mistaken(_("Please look again at the marked fields."), {"kind": _("Please choose from the list.")})


def write(session: Session, *, by: Me, key: str, name: str, above: str = "", source: str = "", retired: bool = False) -> TicketKind:
    """Name a kind as one's own organisation does, add one, or retire it; questions keep the key that they have."""
    by.must_administer()
    name, source = written.line(name, "name"), written.line(source, "source")
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,39}", key) or not name:
        why = _("A key of small letters, and a name.")
        raise Mistaken(_("Please look again at the marked fields."), {"name": why})
    standing = of_organisation(session, by.organisation_id)
    if above and all(one.key != above or one.above for one in standing):
        raise Mistaken(_("Please look again at the marked fields."), {"above": _("Please choose from the list.")})
    own = session.scalar(sa.select(TicketKind).where(TicketKind.organisation_id == by.organisation_id, TicketKind.key == key))
    if own is None:
        like = next((one for one in standing if one.key == key), None)
        rank = like.rank if like else max((one.rank for one in standing), default=0) + 1
        own = TicketKind(organisation_id=by.organisation_id, key=key, rank=rank, effective_on=clock.today(), retired_at=None)
    own.name, own.above, own.source = name, above, source
    own.retired_at = (own.retired_at or clock.now()) if retired else None
    session.add(own)
    session.flush()
    audit.record(session, "tickets.kinds", f"kind/{key}", by=by.id, name=name, above=above, retired=retired)
    return own


def find(session: Session, *, by: Me, key: str) -> TicketKind:
    found = next((one for one in of_organisation(session, by.organisation_id) if one.key == key), None)
    if found is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return found


@cache
def _signs() -> tuple[tuple[str, re.Pattern[str]], ...]:
    said = tomllib.loads(SIGNS.read_text(encoding="utf-8"))
    return tuple((one["kind"], re.compile("|".join(one["any"]))) for one in said["sign"])


def suggested(words: str) -> str:
    """The kind that the words name plainly; nothing where they name none, or two."""
    found = {kind for kind, pattern in _signs() if pattern.search(words)}
    return found.pop() if len(found) == 1 else ""
