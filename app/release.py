"""Bringing a database to this release: our tables, then the job engine's."""

from pathlib import Path

from alembic import command
from alembic.config import Config

from app.core import jobs
from app.core.database import Database
from app.core.settings import Settings


def migrate(settings: Settings) -> None:
    database = Database(settings.database_url)
    try:
        with database.engine.execution_options(writes=True).begin() as connection:
            command.upgrade(config(connection), "head")
    finally:
        database.close()
    jobs.migrate(settings)


def config(connection: object) -> Config:
    chosen = Config()
    chosen.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    chosen.attributes["connection"] = connection
    return chosen
