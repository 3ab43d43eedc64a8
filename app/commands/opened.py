"""A command's door to the data."""

from collections.abc import Iterator
from contextlib import contextmanager

from app import connecting, revision
from app.core.database import Database
from app.core.settings import Settings


@contextmanager
def database(chosen: Settings) -> Iterator[Database]:
    opened = Database(chosen.database_url)
    try:
        revision.must_be_newest(opened)
        connecting.connect(opened, chosen)
        yield opened
    finally:
        opened.close()
