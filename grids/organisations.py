"""The tree of companies, stations and halls."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.errors import Missing
from app.core.words import phrase as _
from grids.tables import Organisation


def add(session: Session, name: str, *, under: Organisation | None = None) -> Organisation:
    organisation = Organisation(name=name, path="")
    session.add(organisation)
    session.flush()
    organisation.path = f"{under.path if under else '/'}{organisation.id}/"
    session.flush()
    return organisation


def find(session: Session, organisation_id: int) -> Organisation:
    organisation = session.get(Organisation, organisation_id)
    if organisation is None:
        raise Missing(_("No such organisation."))
    return organisation


def named(session: Session, name: str) -> Organisation | None:
    return session.scalar(sa.select(Organisation).where(Organisation.name == name))
