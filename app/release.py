"""Bringing a database to this release: our tables and what stands in them from the start, then the job engine's."""

from pathlib import Path

from alembic import command
from alembic.config import Config

from app.core import jobs
from app.core.database import Database, Session
from app.core.settings import Settings
from app.revision import must_not_be_newer


def migrate(settings: Settings) -> None:
    database = Database(settings.database_url)
    try:
        must_not_be_newer(database)
        upgrade(database, settings.secret)
        with database.writing() as session:
            fill(session)
    finally:
        database.close()
    jobs.migrate(settings)


def upgrade(database: Database, secret: str, revision: str = "head") -> None:
    """Our tables alone; the secret is for migrations that seal what stood open.

    SQLite writes a changed table anew, and what points at the old one must not be deleted with it: so foreign keys sleep meanwhile.
    """
    with database.engine.connect().execution_options(writes=True) as connection:
        if database.is_sqlite:
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
        with connection.begin():
            command.upgrade(config(connection, secret), revision)
            if database.is_sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
                raise RuntimeError(f"The migration would leave rows that point at nothing: {broken[:5]}")
        # A connection of its own for this once: nobody else gets it without its foreign keys.
        connection.invalidate()


def fill(session: Session) -> None:
    """The holidays, rules, standards, tariffs, ways of paying and kinds of questions that this release knows. What staff changed stays."""
    # Imported here: the worker is started by the same command and never needs them.
    from broadcasts.promises import company, occasions
    from broadcasts.tariffs import tariffs
    from grids.calendar import calendar
    from grids.points import pay_ways
    from tickets.clocks import standards
    from tickets.kinds import kinds
    from tickets.privacy import periods
    from tickets.procedures import procedures
    from tickets.specialists import topics

    calendar.seed(session)
    company.seed(session)
    occasions.seed(session)
    pay_ways.seed(session)
    standards.seed(session)
    tariffs.seed(session)
    kinds.seed(session)
    procedures.seed(session)
    topics.seed(session)
    periods.seed(session)


def config(connection: object, secret: str) -> Config:
    chosen = Config()
    chosen.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    chosen.attributes.update(connection=connection, secret=secret)
    return chosen
