"""What a database's sessions need of the house: jobs for later, seals, and who above broadcasts hears of a notice's steps."""

from app.core import jobs, seals
from app.core.database import Database
from app.core.settings import Settings
from broadcasts import hearing
from broadcasts.hearing import Hears
from tickets import updates

HEARS: tuple[Hears, ...] = (updates.hear,)
"""Acts called with every update that is told, in its own transaction (see broadcasts/hearing.py)."""


def connect(database: Database, chosen: Settings) -> None:
    jobs.connect(database)
    seals.connect(database, chosen.secret)
    hearing.register(database, *HEARS)
