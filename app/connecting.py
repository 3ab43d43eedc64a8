"""What a database's sessions need of the house: jobs, seals, what those above broadcasts hear, bring and say of its notices and calls."""

from app import passing
from app.core import jobs, seals
from app.core.database import Database
from app.core.settings import Settings
from broadcasts import bringing, hearing
from broadcasts.hearing import Hears
from broadcasts.promises import calls, promises
from broadcasts.promises.calls import Speaks
from tickets import handovers
from tickets.clocks import nagging
from tickets.outages import errands, updates

HEARS: tuple[Hears, ...] = (updates.hear,)
"""Acts called with every update that is told, in its own transaction (see broadcasts/hearing.py)."""

SPEAKS: dict[str, Speaks] = {
    "promise": promises.spoken, "clock": nagging.spoken, "handover": handovers.spoken, "passing": passing.spoken,
}  # fmt: skip
"""What is said to a colleague who is called, by what it is about (see broadcasts/promises/calls.py)."""


def connect(database: Database, chosen: Settings) -> None:
    jobs.connect(database)
    seals.connect(database, chosen.secret)
    hearing.register(database, *HEARS)
    bringing.register(database, errands.brought)
    calls.register(database, **SPEAKS)
