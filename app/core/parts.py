"""The parts of a multipart form, as they stand in its body. Words are UTF-8 and nothing else: a part never says how it is decoded."""

from contextlib import suppress
from typing import Any

from litestar.datastructures import FormMultiDict, UploadFile
from litestar.exceptions import HTTPException
from multipart import MultipartError, MultipartSegment, PushMultipartParser

MOST = 1_000
"""Parts of one form."""
WORDS = (None, "", "utf-8", "utf8")
"""What a part may say of itself. Others cost what they like: a hundred kilobytes of Punycode hold a processor for seconds."""
Part = str | UploadFile


def opened(body: bytes, boundary: str) -> FormMultiDict:
    """The fields and files. Raises HTTPException for what is none, or is in another encoding."""
    found: list[tuple[str, Part]] = []
    try:
        with PushMultipartParser(boundary.encode(), max_segment_count=MOST) as parser:
            _fill(found, parser, body)
    except (MultipartError, UnicodeDecodeError) as error:
        _close(found)
        raise HTTPException(status_code=400) from error
    return FormMultiDict(found)


def _fill(found: list[tuple[str, Part]], parser: PushMultipartParser, body: bytes) -> None:
    head: MultipartSegment | None = None
    held = bytearray()
    for event in parser.parse(body):
        if isinstance(event, MultipartSegment):
            head, held = _readable(event), bytearray()
        elif event:
            held += event
        elif head is not None:
            found.append((head.name, _file(head, held) if head.filename else held.decode()))


def _readable(head: MultipartSegment) -> MultipartSegment:
    if not head.filename and (head.charset or "").lower() not in WORDS:
        raise MultipartError(head.charset)
    return head


def _file(head: MultipartSegment, held: bytearray) -> UploadFile:
    return UploadFile(head.content_type or "text/plain", head.filename, bytes(held), dict(head.headerlist))


def _close(found: list[tuple[str, Any]]) -> None:
    for _name, part in found:
        if isinstance(part, UploadFile):
            with suppress(OSError):
                part.file.close()
