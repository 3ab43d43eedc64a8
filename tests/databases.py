"""A database for each test, opened by engines that stay: what SQLAlchemy has compiled for one test it need not compile for the next."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from app.core import database
from app.core.database import Database
from app.core.settings import Settings

_free: dict[str, list[Database]] = defaultdict(list)
for options in (database.SQLITE, database.POSTGRES):
    options["query_cache_size"] = 5_000


@contextmanager
def opened(chosen: Settings) -> Iterator[Database]:
    """The database of this installation, as `Database(chosen.database_url)` would open it."""
    url = sa.make_url(chosen.database_url)
    same = _free[url.get_backend_name()]
    found = same.pop() if same else _movable(Database(chosen.database_url))
    found.url = url
    try:
        yield found
    finally:
        found.close()
        found.info.clear()
        same.append(found)


def _movable(made: Database) -> Database:
    @sa.event.listens_for(made.engine, "do_connect")
    def there(dialect: sa.Dialect, _record: Any, args: list[Any], named: dict[str, Any]) -> None:
        to, by_name = dialect.create_connect_args(made.url)
        args[:] = to
        named.update(by_name)

    return made
