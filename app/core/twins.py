"""The same sent twice in the same moment: whoever comes second finds what the first has kept."""

import sqlite3
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.core.database import Table

TWICE = (sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
UNIQUE_VIOLATION = "23505"


def insert(session: Session, table: type[Table]) -> Any:
    """An insert that can say what becomes of a twin: ON CONFLICT, as both of our engines have it and SQLAlchemy each by itself."""
    return (sqlite if session.get_bind().dialect.name == "sqlite" else postgresql).insert(table)


def first(session: Session, made: Table) -> bool:
    """Keep this row; not where its twin was kept at this very moment. Whatever else is wrong with it is raised."""
    session.flush()  # What waited to be written fails by itself.
    try:
        with session.begin_nested():
            session.add(made)
    except sa.exc.IntegrityError as error:
        if not _is_there(error):
            raise
        return False
    return True


def _is_there(error: sa.exc.IntegrityError) -> bool:
    """Two rows alike where there may be one: neither a row that is missing nor a field that is empty."""
    wrong = error.orig
    return getattr(wrong, "sqlite_errorcode", None) in TWICE or getattr(wrong, "sqlstate", None) == UNIQUE_VIOLATION
