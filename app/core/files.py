"""Files that belong to rows, such as photos: in a folder, or in any object store, by the address alone."""

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

import structlog

from app.core.errors import NotKept
from app.core.settings import Settings
from app.core.words import phrase as _

if TYPE_CHECKING:
    from obstore.store import ObjectStore

log = structlog.get_logger("files")


@cache
def _store(url: str) -> "ObjectStore":
    """The library is imported with the first file: a worker that only sends does not carry it."""
    from obstore.store import from_url

    return from_url(url)


def put(settings: Settings, key: str, data: bytes) -> None:
    """Raises NotKept where the disk is full or read-only, with an alarm: nothing of this request is kept then."""
    from obstore.exceptions import BaseError

    try:
        _store(settings.files).put(key, data)
    except (OSError, BaseError) as error:
        log.exception("a file cannot be kept", key=key)
        raise NotKept(_("The photo cannot be kept just now, and nothing was sent. Please send it without the photo, or later.")) from error


def get(settings: Settings, key: str) -> bytes | None:
    """The bytes; None where there is no such file any more."""
    try:
        return bytes(_store(settings.files).get(key).bytes())
    except FileNotFoundError:
        return None


def older(settings: Settings, folder: str, than: datetime) -> Iterator[list[str]]:
    """The names of what was put into this folder before then, some at a time."""
    for some in _store(settings.files).list(prefix=folder, chunk_size=500):
        yield [one["path"] for one in some if one["last_modified"] < than]


def delete(settings: Settings, key: str) -> None:
    """Gone afterwards, whether it was there or not."""
    try:
        _store(settings.files).delete(key)
    except FileNotFoundError:
        return
