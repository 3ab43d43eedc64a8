"""What specialists are asked about: topics as rows, named anew or added to by an organisation."""

import csv
import re
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import audit, clock
from app.core.errors import Mistaken
from app.core.words import phrase as _
from grids import organisations
from grids.staff import Me
from grids.tables import Grid, Organisation
from tickets import written
from tickets.consultation_tables import SpecialistTopic

FILE = Path(__file__).with_name("topics.csv")
LONGEST = 30 * 24


class Filed(msgspec.Struct, frozen=True):
    """One line of the file."""

    key: str
    name: str
    hours: int
    effective_on: date
    source: str


@cache
def filed() -> tuple[Filed, ...]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(msgspec.convert(row, Filed, strict=False) for row in csv.DictReader(file))


def seed(session: Session) -> int:
    """Lay the file's topics into the table, once each: what staff changed since then stays. How many were new."""
    held = set(session.scalars(sa.select(SpecialistTopic.key).where(SpecialistTopic.organisation_id.is_(None))))
    new = [
        SpecialistTopic(organisation_id=None, rank=rank, retired_at=None, **msgspec.structs.asdict(row))
        for rank, row in enumerate(filed())
        if row.key not in held
    ]
    session.add_all(new)
    session.flush()
    return len(new)


def of_grid(session: Session, grid_id: int, *, retired: bool = False) -> Sequence[SpecialistTopic]:
    """In their order; of one key the nearest organisation's row holds."""
    return _standing(session, line_of_grid(session, grid_id), retired=retired)


def of_organisation(session: Session, organisation_id: int) -> Sequence[SpecialistTopic]:
    """The retired ones too."""
    path = session.scalar(sa.select(Organisation.path).where(Organisation.id == organisation_id)) or ""
    return _standing(session, organisations.line(path), retired=True)


def name(session: Session, grid_id: int, key: str) -> str:
    """As the grid's organisation calls it; old consultations are still read when it has been retired."""
    return next((one.name for one in of_grid(session, grid_id, retired=True) if one.key == key), key)


def line_of_grid(session: Session, grid_id: int) -> list[int]:
    """The grid's organisation and all above it, from the top."""
    return organisations.line(session.scalar(sa.select(Organisation.path).join(Grid).where(Grid.id == grid_id)) or "")


def write(session: Session, *, by: Me, key: str, name: str, hours: int, source: str = "", retired: bool = False) -> SpecialistTopic:
    """Name a topic and its time as one's own organisation does, add one, or retire it."""
    by.must_administer()
    name, source = written.line(name, "name"), written.line(source, "source")
    wrong = {
        "key": None if re.fullmatch(r"[a-z][a-z0-9_]{1,39}", key) else _("A key of small letters, and a name."),
        "name": None if name else _("Please fill this in."),
        "hours": None if 1 <= hours <= LONGEST else _("Between 1 and %(n)s hours.", n=LONGEST),
    }
    if mistakes := {field: why for field, why in wrong.items() if why}:
        raise Mistaken(_("Please look again at the marked fields."), mistakes)
    own = _own(session, by, key)
    own.name, own.hours, own.source = name, hours, source
    own.retired_at = (own.retired_at or clock.now()) if retired else None
    session.add(own)
    session.flush()
    audit.record(session, "topics.write", f"topic/{key}", by=by.id, name=name, hours=hours, retired=retired)
    return own


def _own(session: Session, by: Me, key: str) -> SpecialistTopic:
    mine = SpecialistTopic.organisation_id == by.organisation_id
    if (own := session.scalar(sa.select(SpecialistTopic).where(mine, SpecialistTopic.key == key))) is not None:
        return own
    ranks = {one.key: one.rank for one in of_organisation(session, by.organisation_id)}
    rank = ranks.get(key, max(ranks.values(), default=0) + 1)
    return SpecialistTopic(organisation_id=by.organisation_id, key=key, rank=rank, effective_on=clock.today(), retired_at=None)


def _standing(session: Session, line: Sequence[int], *, retired: bool) -> Sequence[SpecialistTopic]:
    nearest = {row.key: row for row in organisations.holding(session, SpecialistTopic, line, clock.today())}
    return sorted((one for one in nearest.values() if retired or one.retired_at is None), key=lambda one: (one.rank, one.key))
