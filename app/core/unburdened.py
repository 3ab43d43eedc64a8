"""What a worker leaves behind before it imports anything: libraries that others take along for what it never does."""

import sys
from types import ModuleType


def of_drawing() -> None:
    """structlog takes rich and pygments with it wherever they are found, 4 MB to draw tracebacks that a worker never shows."""
    sys.modules.setdefault("rich", None)  # type: ignore[arg-type]


def of_postgres() -> None:
    """DBOS asks psycopg for the names of its errors whatever the database is: on SQLite 8 MB for errors that never come."""
    driver, errors = ModuleType("psycopg"), ModuleType("psycopg.errors")
    for module in (driver, errors):
        module.__getattr__ = _never_raised  # type: ignore[method-assign]
    driver.errors = errors  # type: ignore[attr-defined]
    sys.modules.setdefault("psycopg", driver)
    sys.modules.setdefault("psycopg.errors", errors)


def _never_raised(name: str) -> type[Exception]:
    if name.startswith("__"):
        raise AttributeError(name)
    return type(name, (Exception,), {})
