"""Bringing a database to this release: our tables and what stands in them from the start, then the job engine's."""

from pathlib import Path

from alembic import command
from alembic.config import Config

from app.core import jobs
from app.core.database import Database, Session
from app.core.settings import Settings


def migrate(settings: Settings) -> None:
    database = Database(settings.database_url)
    try:
        with database.engine.execution_options(writes=True).begin() as connection:
            command.upgrade(config(connection), "head")
        with database.writing() as session:
            fill(session)
    finally:
        database.close()
    jobs.migrate(settings)


def fill(session: Session) -> None:
    """The holidays and the service standards that this release knows. What staff changed stays as it is."""
    # Imported here: the worker is started by the same command and never needs them.
    from grids import calendar
    from tickets import standards

    calendar.seed(session)
    standards.seed(session)


def config(connection: object) -> Config:
    chosen = Config()
    chosen.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    chosen.attributes["connection"] = connection
    return chosen
