"""Files that belong to rows, such as photos: in a folder, or in any object store, by the address alone."""

from functools import cache

import obstore
from obstore.store import ObjectStore, from_url

from app.core.settings import Settings


@cache
def _store(url: str) -> ObjectStore:
    return from_url(url)


def put(settings: Settings, key: str, data: bytes) -> None:
    obstore.put(_store(settings.files), key, data)


def get(settings: Settings, key: str) -> bytes | None:
    """The bytes; None where there is no such file any more."""
    try:
        return bytes(obstore.get(_store(settings.files), key).bytes())
    except FileNotFoundError:
        return None


def delete(settings: Settings, key: str) -> None:
    """Gone afterwards, whether it was there or not."""
    try:
        obstore.delete(_store(settings.files), key)
    except FileNotFoundError:
        return
