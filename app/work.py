"""The work process: what it may be asked to do, and what it asks again for when it is overdue."""

import gc

from app import connecting, revision
from app.core import jobs, logs, words
from app.core.database import Database
from app.core.jobs import Act, Heavy, Work
from app.core.settings import Settings
from broadcasts import life
from broadcasts.deliveries import deliveries, posting, preparing
from broadcasts.promises import calls, occasions, reminders
from broadcasts.subscribers import confirming
from grids.coverage import snapshots
from grids.reaching import reckoning
from tickets.answers import idea_finding
from tickets.appointments import appointment_reminders
from tickets.clocks import nagging, shifts
from tickets.outages import carrying, updates
from tickets.photos import thread_photos, unnamed
from tickets.privacy import retention
from tickets.specialists import consulting_calls

ACTS: tuple[Act, ...] = (
    deliveries.send_shard,
    posting.send,
    confirming.send_code,
    updates.tell_askers,
    carrying.carry,
    reckoning.reckon,
    thread_photos.wipe,
    unnamed.wipe,
    consulting_calls.tell,
)
SWEEPS: tuple[Act, ...] = (
    life.sweep,
    occasions.sweep,
    reminders.sweep,
    deliveries.sweep,
    posting.sweep,
    confirming.sweep,
    updates.sweep,
    nagging.sweep,
    calls.sweep,
    reckoning.reckon,
    snapshots.sweep,
    preparing.sweep,
    appointment_reminders.sweep,
    retention.sweep,
    carrying.sweep,
    thread_photos.wipe,
    consulting_calls.sweep,
    idea_finding.sweep,
    shifts.sweep,
)
HEAVY: Heavy = {
    reckoning.reckon: reckoning.waits,
    snapshots.sweep: snapshots.wait,
    thread_photos.wipe: thread_photos.waits,
    unnamed.wipe: lambda _work: True,
}
"""What carries arrays, maps or a store's library: a worker would keep their memory for good."""


def run(settings: Settings) -> None:
    """Until it is told to stop."""
    logs.configure(settings.log_level)
    database = Database(settings.database_url)
    revision.must_be_newest(database)
    connecting.connect(database, settings)
    words.catalogue(words.language.get())  # Or the first emergency would wait for it.
    # What is loaded by now stays: to look through it again and again for garbage would cost a sixteenth of the sending.
    gc.collect()
    gc.freeze()
    try:
        jobs.run(Work(database=database, settings=settings), acts=ACTS, sweeps=SWEEPS, heavy=HEAVY)
    finally:
        database.close()
