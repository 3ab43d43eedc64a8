"""How long what is kept: rows with their source; the nearest organisation's newest one holds."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import audit, clock, filed
from app.core.errors import Mistaken
from app.core.words import Phrase
from app.core.words import phrase as _
from grids.staff import organisations
from grids.staff.staff import Me
from tickets import written
from tickets.privacy.tables import Kept, RetentionPeriod

FILE = Path(__file__).with_name("periods.csv")
NAMES: dict[Kept, Phrase] = {
    Kept.contacts: _("Telephone numbers, mail boxes and names"), Kept.names: _("Persons in the words of settled questions"),
    Kept.words: _("The words of settled questions"), Kept.photos: _("Photos of residents"), Kept.lookups: _("Who looked at a number"),
    Kept.requests: _("Requests that were done"), Kept.answer: _("Until when a request is to be done"),
}  # fmt: skip
LEAST, MOST = {Kept.lookups: 183, Kept.answer: 1}, {Kept.answer: 30}
LONGEST = 36_500


class Period(msgspec.Struct, frozen=True):
    """One line of the file. Without an organisation it is the house's own, for whoever has none."""

    organisation: str
    kept: Kept
    days: int
    effective_on: date
    source: str


def seed(session: Session) -> int:
    """Lay the file's rows into the table, once each: what an administrator set since then stays. How many were new."""
    new = 0
    for row in filed.lines(FILE, Period):
        organisation = organisations.named(session, row.organisation) if row.organisation else None
        key = organisation.id if organisation else None
        if (row.organisation and organisation is None) or _held(session, key, row.kept, row.effective_on) is not None:
            continue
        session.add(RetentionPeriod(organisation_id=key, kept=row.kept, days=row.days, source=row.source, effective_on=row.effective_on))
        new += 1
    session.flush()
    return new


def days(session: Session, grid_id: int, kept: Kept) -> int:
    return of_line(session, organisations.line_of_grid(session, grid_id))[kept].days


def of_line(session: Session, line: Sequence[int]) -> dict[Kept, RetentionPeriod]:
    """What holds today in the organisation at the end of this line."""
    found = {row.kept: row for row in organisations.holding(session, RetentionPeriod, line, clock.today())}
    return {kept: found.get(kept) or _house(kept) for kept in Kept}


def every(session: Session, *, by: Me) -> Sequence[RetentionPeriod]:
    """All rows that hold or will hold in one's own organisation, for administrators."""
    by.must_administer()
    coming = (RetentionPeriod.organisation_id == by.organisation_id, RetentionPeriod.effective_on > clock.today())
    later = session.scalars(sa.select(RetentionPeriod).where(*coming).order_by(RetentionPeriod.effective_on)).all()
    return [*of_line(session, organisations.line_to(session, by.organisation_id)).values(), *later]


def decide(session: Session, *, by: Me, kept: Kept, days: int, source: str, effective_on: date) -> RetentionPeriod:
    """From this day on one's own organisation keeps it so long. The past stays as it was decided."""
    by.must_administer()
    source = written.line(source, "source")
    least, most = LEAST.get(kept, 1), MOST.get(kept, LONGEST)
    mistakes: dict[str, Phrase] = {}
    if not least <= days <= most:
        mistakes["days"] = _("Between %(least)s and %(most)s days.", least=least, most=most)
    if not source:
        mistakes["source"] = _("Please name the paper or decision that says so.")
    if effective_on < clock.today():
        mistakes["effective_on"] = _("From today on: what held before stays as it was.")
    if mistakes:
        raise Mistaken(_("Please look again at the marked fields."), mistakes)
    row = _held(session, by.organisation_id, kept, effective_on)
    row = row or RetentionPeriod(organisation_id=by.organisation_id, kept=kept, effective_on=effective_on)
    row.days, row.source = days, source
    session.add(row)
    session.flush()
    audit.record(session, "privacy.period", f"retention/{kept}", by=by.id, days=days, effective_on=effective_on.isoformat())
    return row


def _held(session: Session, organisation_id: int | None, kept: Kept, day: date) -> RetentionPeriod | None:
    same = RetentionPeriod.organisation_id == organisation_id if organisation_id else RetentionPeriod.organisation_id.is_(None)
    here = (same, RetentionPeriod.kept == kept, RetentionPeriod.effective_on == day)
    return session.scalar(sa.select(RetentionPeriod).where(*here))


def _house(kept: Kept) -> RetentionPeriod:
    """What the file says for everybody, where the table was never filled."""
    row = max((one for one in filed.lines(FILE, Period) if one.kept is kept and not one.organisation), key=lambda one: one.effective_on)
    return RetentionPeriod(organisation_id=None, kept=kept, days=row.days, source=row.source, effective_on=row.effective_on)
