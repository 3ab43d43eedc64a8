"""The work process as it is started, telling in small steps with a breath between them, so that a test can kill it in the middle."""

import time

from app import connecting, work
from app.core import jobs, settings
from app.core.database import Database
from app.core.jobs import Work
from tickets.outages import updates


def main() -> None:
    updates.BATCH = 20
    tell_some = updates._tell_some
    updates._tell_some = lambda *held, **first: (time.sleep(0.1), tell_some(*held, **first))[1]
    chosen = settings.load()
    database = Database(chosen.database_url)
    connecting.connect(database, chosen)
    jobs.run(Work(database=database, settings=chosen), acts=work.ACTS, sweeps=[updates.sweep], heavy={})
