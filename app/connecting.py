"""What a database's sessions need of the house: jobs for later, and who above broadcasts hears of a notice's steps."""

from app.core import jobs
from app.core.database import Database
from broadcasts import hearing
from broadcasts.hearing import Hears

HEARS: tuple[Hears, ...] = ()
"""Acts called with every update that is told, in its own transaction (see broadcasts/hearing.py)."""


def connect(database: Database) -> None:
    jobs.connect(database)
    hearing.register(database, *HEARS)
