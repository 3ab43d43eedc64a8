"""What came with a request, opened before its turn: a form's fields, and its photos painted. Neither holds up the event loop."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from litestar import Request
from litestar.datastructures import FormMultiDict, UploadFile
from litestar.enums import RequestEncodingType
from litestar.exceptions import HTTPException
from sqlalchemy.orm import Session

from app.core import parts, photos
from app.core.photos import Shot

PLAIN = 2_000_000
"""Bytes of what has no files: two hundred thousand letters, far more than any of our fields takes."""
FIELDS = 2_000
"""Of one form: more than the buildings of any grid."""
TINY = 20_000
"""Bytes that are opened at once, before a thread would have begun."""
Door = Callable[[Request[Any, Any, Any], FormMultiDict, Session], object]
"""Who may send photos to an address. Raises what its page would raise, so that nothing is painted for nobody."""


class Takes(msgspec.Struct, frozen=True):
    photos: Mapping[str, int]
    door: Door | None
    """None where a colleague's sign-in is asked for."""


class Painted(UploadFile):
    """A photo of a form, with what was made of it; or why nothing was."""

    __slots__ = ("_made",)

    def __init__(self, sent: UploadFile, made: Shot | Exception) -> None:
        self.filename, self.content_type, self.headers, self.file = sent.filename, sent.content_type, sent.headers, sent.file
        self._made = made

    @property
    def shot(self) -> Shot:
        if isinstance(self._made, Exception):
            raise self._made
        return self._made


def files(door: Door | None = None, **photos: int) -> dict[str, Takes]:
    """Of an address that takes files (`opt=sent.files(photos=4)`): the fields that are photos, how many of each, and whose."""
    return {"files": Takes(photos, door)}


def takes(opt: Mapping[str, Any]) -> Takes | None:
    """None where an address takes no file at all."""
    return opt.get("files")


async def opened(request: Request[Any, Any, Any]) -> FormMultiDict:
    """The fields of a form, url-encoded or multipart; none of anything else. Raises HTTPException."""
    kind, said = request.content_type
    body = await request.body()
    if kind == RequestEncodingType.URL_ENCODED:
        if len(body) > PLAIN or body.count(b"&") >= FIELDS:
            raise HTTPException(status_code=413)
        return await _beside(body, lambda: _fields(body))
    if kind == RequestEncodingType.MULTI_PART and body:
        return await _beside(body, lambda: parts.opened(body, said.get("boundary", "")))
    return FormMultiDict()


async def _beside(body: bytes, opening: Callable[[], FormMultiDict]) -> FormMultiDict:
    """In a thread, where there is more than a thread costs."""
    return opening() if len(body) <= TINY else await asyncio.to_thread(opening)


def has_photos(form: FormMultiDict, takes: Takes) -> bool:
    return any(_photos(form, name) for name in takes.photos)


def are_small(form: FormMultiDict, takes: Takes) -> bool:
    return all(photos.is_small(one.file) for name in takes.photos for one in _photos(form, name))


def unpainted(form: FormMultiDict, takes: Takes, why: Exception) -> FormMultiDict:
    """The same where the door lets nobody in. Why is told by whoever reads a photo, like what is wrong with one."""
    found = {id(one) for name in takes.photos for one in _photos(form, name)}
    return FormMultiDict([(name, Painted(value, why) if id(value) in found else value) for name, value in form.items()])


async def painted(form: FormMultiDict, takes: Takes, *, small: bool) -> FormMultiDict:
    """The same with its photos painted, all looked at before the first is read; where there are too many, none is."""
    made: dict[int, UploadFile] = {}
    for name, most in takes.photos.items():
        found = _photos(form, name)
        if len(found) <= most:
            shots = await photos.painted([one.file for one in found], name, small=small)
            made |= {id(one): Painted(one, shot) for one, shot in zip(found, shots, strict=True)}
    return FormMultiDict([(name, made.get(id(value), value)) for name, value in form.items()])


def _photos(form: FormMultiDict, name: str) -> list[UploadFile]:
    return [one for one in form.getall(name, []) if isinstance(one, UploadFile) and one.filename]


def _fields(body: bytes) -> FormMultiDict:
    """Words are UTF-8 and nothing else, as in multipart: other bytes would be kept as rubbish."""
    try:
        return FormMultiDict(parse_qsl(body.decode(), keep_blank_values=True, errors="strict"))
    except UnicodeDecodeError as error:
        raise HTTPException(status_code=400) from error
