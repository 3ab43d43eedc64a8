"""What specialists are asked about: topics as rows, named anew or added to by an organisation."""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import audit, clock, filed
from app.core.errors import Mistaken
from app.core.words import phrase as _
from grids.staff import organisations
from grids.staff.staff import Me
from tickets import written
from tickets.kinds import lists
from tickets.specialists.tables import SpecialistTopic

FILE = Path(__file__).with_name("topics.csv")
LONGEST = 30 * 24


class Filed(msgspec.Struct, frozen=True):
    """One line of the file."""

    key: str
    name: str
    hours: int
    effective_on: date
    source: str


def seed(session: Session) -> int:
    return lists.lay(session, SpecialistTopic, filed.lines(FILE, Filed))


def of_grid(session: Session, grid_id: int, *, retired: bool = False) -> Sequence[SpecialistTopic]:
    return lists.standing(session, SpecialistTopic, organisations.line_of_grid(session, grid_id), retired=retired)


def of_organisation(session: Session, organisation_id: int) -> Sequence[SpecialistTopic]:
    """The retired ones too."""
    return lists.standing(session, SpecialistTopic, organisations.line_to(session, organisation_id), retired=True)


def name(session: Session, grid_id: int, key: str) -> str:
    """As the grid's organisation calls it; old consultations are still read when it has been retired."""
    return next((one.name for one in of_grid(session, grid_id, retired=True) if one.key == key), key)


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
