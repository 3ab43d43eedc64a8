"""Abuse in a thread: folded for those who read it, marked by a colleague with a reason, taken back again. It never closes a thread."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.core import audit, clock
from app.core.errors import Missing
from app.core.words import phrase as _
from app.core.words import say
from grids.staff.staff import Me
from tickets import limits, threads, written
from tickets.outages import signs
from tickets.tables import Entry, Ticket, TicketState
from tickets.wording import secret
from tickets.wording.tables import AbuseMark, AbuseReason

FILE = Path(__file__).with_name("abuse.toml")
REASONS = {
    AbuseReason.insult: _("Insult"), AbuseReason.threat: _("Threat"), AbuseReason.harassment: _("Harassment"),
    AbuseReason.advertising: _("Advertising"),
}  # fmt: skip


@cache
def _words() -> re.Pattern[str]:
    return re.compile("|".join(tomllib.loads(FILE.read_text(encoding="utf-8"))["any"]))


def hurts(words: str) -> bool:
    """Whether somebody who reads this should be warned first. What tells of a danger is read at once, however it is said."""
    return _words().search("".join(words.split())) is not None and not signs.is_dangerous(words)


def subject(words: str) -> str:
    """What a list shows of a question: its first sentence of which nobody needs to be warned, without numbers of cards."""
    calm = [part for part in written.SENTENCE_END.split(words) if part.strip() and not hurts(part)]
    return written.subject(secret.hidden(calm[0])) if calm else say("An angry message")


def subject_at(ticket: Ticket, *, after: int) -> str:
    """What the thread is about; for who came into it later, their own first words."""
    alone = {use.entry_id for use in ticket.uses if use.by_id is None}
    own = (
        one.words for one in ticket.entries if one.id > after and one.author_id is None and one.update_id is None and one.id not in alone
    )
    return ticket.subject if not after else subject(next(own, ""))


def marks(session: Session, ticket: Ticket) -> Mapping[int, AbuseMark]:
    """The marks that hold in this thread, by their messages."""
    wanted = sa.select(AbuseMark).where(AbuseMark.ticket_id == ticket.id, AbuseMark.undone_at.is_(None))
    return {one.entry_id: one for one in session.scalars(wanted.options(joinedload(AbuseMark.by)))}


def mark(session: Session, ticket: Ticket, entry_id: int, *, by: Me, reason: AbuseReason) -> AbuseMark:
    """This message is abuse, says a colleague. The asker is answered calmly, once a thread; marked twice it is marked once."""
    by.must_look_after(ticket.grid_id)
    threads.hold(session, ticket)
    entry = _of_asker(session, ticket, entry_id)
    if (held := marks(session, ticket).get(entry.id)) is not None:
        return held
    first = not limits.abused(session, ticket)
    made = AbuseMark(ticket_id=ticket.id, entry_id=entry.id, reason=reason, by_id=by.id, at=clock.now(), undone_at=None)
    session.add(made)
    session.flush()
    audit.record(session, "abuse.mark", f"ticket/{ticket.id}", by=by.id, entry=entry.id, reason=reason)
    if first and ticket.state is not TicketState.closed:
        threads.say(
            session,
            ticket,
            by.id,
            say("We want to help. Please write what is wrong with the electricity and where; we read every message. In danger call 95598."),
        )
    return made


def undo(session: Session, ticket: Ticket, mark_id: int, *, by: Me) -> AbuseMark:
    """It was none. Undone twice it is undone once."""
    by.must_look_after(ticket.grid_id)
    held = session.get(AbuseMark, mark_id, with_for_update=True) if 0 < mark_id < 2**63 else None
    if held is None or held.ticket_id != ticket.id:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    if held.undone_at is None:
        held.undone_at, held.undone_by_id = clock.now(), by.id
        session.flush()
        audit.record(session, "abuse.undo", f"ticket/{ticket.id}", by=by.id, entry=held.entry_id)
    return held


def _of_asker(session: Session, ticket: Ticket, entry_id: int) -> Entry:
    entry = session.scalar(threads.of_asker(ticket.id).where(Entry.id == entry_id)) if 0 < entry_id < 2**63 else None
    if entry is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    return entry
