"""Which release's tables a database has: said before anybody stumbles over those that are missing."""

from pathlib import Path

import sqlalchemy as sa

from app.core.database import Database
from app.core.errors import Refused
from app.core.words import phrase as _

NEWEST = max(file.stem[:4] for file in Path(__file__).parent.glob("migrations/versions/0*.py"))


def must_be_newest(database: Database) -> None:
    """Refused where `lindian migrate` has not been, and where a newer release has."""
    must_not_be_newer(database)
    if _found(database) < NEWEST:
        raise Refused(_("The database is not ready. First: lindian migrate"))


def must_not_be_newer(database: Database) -> None:
    if _found(database) > NEWEST:
        raise Refused(_("The database is of a newer release than this one. Please install that release."))


def _found(database: Database) -> str:
    """The migration that it came to; nothing where there was none."""
    if not sa.inspect(database.engine).has_table("alembic_version"):
        return ""
    with database.reading() as session:
        return session.scalar(sa.text("SELECT version_num FROM alembic_version")) or ""
