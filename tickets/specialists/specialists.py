"""Which specialist is asked about what. The tree decides who may be asked: those of the grid's organisation, and of all above it."""

from collections.abc import Collection

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import audit, clock
from app.core.errors import Missing, Mistaken
from app.core.words import phrase as _
from grids.staff import organisations, staff
from grids.staff.staff import Me
from grids.tables import Organisation, Person, Role
from tickets.specialists import topics
from tickets.specialists.tables import Expertise, SpecialistTopic


class Choice(msgspec.Struct, frozen=True):
    """One specialist who may be asked, about one topic."""

    topic: SpecialistTopic
    person: Person

    @property
    def key(self) -> str:
        return f"{self.topic.key}/{self.person.id}"


def choices(session: Session, grid_id: int, *, but: int = 0) -> list[Choice]:
    """Whom this grid's people may ask, in the order of the topics."""
    known = {one.key: one for one in topics.of_grid(session, grid_id)}
    wanted = (
        _specialists()
        .join(Expertise, Expertise.person_id == Person.id)
        .where(Person.organisation_id.in_(organisations.line_of_grid(session, grid_id)), Person.id != but, Expertise.until_at.is_(None))
        .add_columns(Expertise.topic)
    )
    found = [Choice(known[key], person) for person, key in session.execute(wanted) if key in known]
    return sorted(found, key=lambda one: (one.topic.rank, one.topic.key, one.person.name, one.person.id))


def chosen(session: Session, grid_id: int, key: str, *, but: int = 0) -> Choice:
    """The one of the list that was picked. Raises Mistaken."""
    found = next((one for one in choices(session, grid_id, but=but) if one.key == key), None)
    if found is None:
        raise Mistaken(_("Please look again at the marked fields."), {"specialist": _("Please choose from the list.")})
    return found


def below(session: Session, me: Me) -> list[tuple[Person, set[str]]]:
    """The specialists in an administrator's part of the tree, each with the topics that they take now."""
    path = session.scalar(sa.select(Organisation.path).where(Organisation.id == me.organisation_id)) or "-"
    wanted = _specialists().join(Organisation).where(Organisation.path.startswith(path, autoescape=True))
    taken: dict[int, set[str]] = {}
    for person_id, topic in session.execute(sa.select(Expertise.person_id, Expertise.topic).where(Expertise.until_at.is_(None))):
        taken.setdefault(person_id, set()).add(topic)
    return [(one, taken.get(one.id, set())) for one in session.scalars(wanted.order_by(Person.name, Person.id))]


def entrust(session: Session, person_id: int, keys: Collection[str], *, by: Me) -> None:
    """From now on this specialist is asked about these topics and no others. What was asked already stays theirs."""
    by.must_administer()
    person = next((one for one, _taken in below(session, by) if one.id == person_id), None)
    if person is None:
        raise Missing(_("There is nothing here, or it is not yours to see."))
    wanted = set(keys) & {one.key for one in topics.of_organisation(session, person.organisation_id)}
    held = sa.select(Expertise).where(Expertise.person_id == person_id, Expertise.until_at.is_(None)).with_for_update()
    standing = {one.topic: one for one in session.scalars(held)}
    for key in standing.keys() - wanted:
        standing[key].until_at, standing[key].until_by_id = clock.now(), by.id
    for key in sorted(wanted - standing.keys()):
        session.add(Expertise(person_id=person_id, topic=key, since_at=clock.now(), since_by_id=by.id, until_at=None))
    session.flush()
    audit.record(session, "specialists.entrust", f"person/{person_id}", by=by.id, topics=sorted(wanted))


def _specialists() -> sa.Select[Person]:
    return staff.active().where(Person.role == Role.specialist)
