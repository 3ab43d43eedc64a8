"""The tree of companies, stations and halls."""

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import audit
from app.core.database import Table
from app.core.errors import Missing, Mistaken
from app.core.words import phrase as _
from grids.staff.staff import Me
from grids.tables import Grid, Organisation

Ruled = TypeVar("Ruled", bound=Table)


def add(session: Session, name: str, *, under: Organisation | None = None) -> Organisation:
    organisation = Organisation(name=name, path="")
    session.add(organisation)
    session.flush()
    organisation.path = f"{under.path if under else '/'}{organisation.id}/"
    session.flush()
    return organisation


def make(session: Session, name: str, *, under: Organisation, by: Me) -> Organisation:
    """An administrator's new station or hall."""
    by.must_administer()
    if named(session, name) is not None:
        why = _("There is an organisation of this name already: please choose it above.")
        raise Mistaken(why, {"new": why})
    made = add(session, name, under=under)
    audit.record(session, "organisations.make", f"organisation/{made.id}", by=by.id, name=name, under=under.id)
    return made


def find(session: Session, organisation_id: int) -> Organisation:
    organisation = session.get(Organisation, organisation_id)
    if organisation is None:
        raise Missing(_("No such organisation."))
    return organisation


def below(session: Session, organisation_id: int) -> Sequence[Organisation]:
    """The organisation and all below it, each after the one above it."""
    path = session.scalar(sa.select(Organisation.path).where(Organisation.id == organisation_id)) or "-"
    return session.scalars(
        sa.select(Organisation).where(Organisation.path.startswith(path, autoescape=True)).order_by(Organisation.path)
    ).all()


def named(session: Session, name: str) -> Organisation | None:
    return session.scalar(sa.select(Organisation).where(Organisation.name == name))


def names(session: Session) -> Sequence[str]:
    return session.scalars(sa.select(Organisation.name).order_by(Organisation.path)).all()


def line(path: str | None) -> list[int]:
    """The ids on the way from the top of the tree to the organisation with this path."""
    return [int(part) for part in (path or "").strip("/").split("/") if part]


def line_of_grid(session: Session, grid_id: int) -> list[int]:
    """The grid's organisation and all above it, from the top."""
    return line(session.scalar(sa.select(Organisation.path).join(Grid).where(Grid.id == grid_id)))


def line_to(session: Session, organisation_id: int) -> list[int]:
    """This organisation and all above it, from the top."""
    return line(session.scalar(sa.select(Organisation.path).where(Organisation.id == organisation_id)))


def holding(session: Session, table: type[Ruled], line: Sequence[int], on: date, *conditions: sa.ColumnElement[bool]) -> list[Ruled]:
    """The rows of a table of rules that hold here on a day: those of nobody and of the organisations of this line, begun by then.

    From far to near and from old to new, so that of several about the same the one that holds comes last and stays.
    """
    ruled: Any = table
    here = sa.or_(ruled.organisation_id.in_(line), ruled.organisation_id.is_(None))
    rows: Sequence[Any] = session.scalars(sa.select(table).where(here, ruled.effective_on <= on, *conditions)).all()
    rank: dict[int | None, int] = {None: -1} | {key: depth for depth, key in enumerate(line)}
    return sorted(rows, key=lambda one: (rank[one.organisation_id], one.effective_on, one.id))
