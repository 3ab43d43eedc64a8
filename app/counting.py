"""What a web process has counted of openings is written down every few seconds, and once more when it stops."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from litestar import Litestar

from app.core.database import Database
from broadcasts.sending import openings
from broadcasts.sending.openings import Counted

PAUSE = 5.0
log = structlog.get_logger("openings")


@asynccontextmanager
async def writing(app: Litestar) -> AsyncIterator[None]:
    task = asyncio.create_task(_again_and_again(app.state.database, app.state.openings))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.to_thread(write, app.state.database, app.state.openings)


def write(database: Database, counted: Counted) -> None:
    """All or nothing; what could not be written waits for the next time."""
    taken = counted.take()
    if not taken:
        return
    try:
        with database.writing() as session:
            openings.keep(session, taken)
    except Exception as error:
        counted.give_back(taken)
        log.warning("openings not written yet", exc_info=error)


async def _again_and_again(database: Database, counted: Counted) -> None:
    while True:
        await asyncio.sleep(PAUSE)
        await asyncio.to_thread(write, database, counted)
