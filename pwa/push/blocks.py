"""The header blocks of HTTP/2 (RFC 7541), by `hpack`, without a table that both sides would have to keep alike.

So a block is the same for all messages of a batch but for the path, and is packed once; and an answer's is opened by itself.
"""

from functools import lru_cache

from hpack import Decoder, Encoder, HPACKError

from pwa.push.talk import Broken, Fields

NEVER_INDEXED_PATH = b"\x14"
TABLE_IS_EMPTY = b"\x20"
STATUS_NAMED = (b"\x08", b"\x18", b"\x48")
"""A status written out, whatever a table may make of it."""


@lru_cache(maxsize=64)
def packed(scheme: str, authority: str, fields: Fields) -> tuple[bytes, bytes]:
    """What comes before the path, and after it. All is sensitive to `hpack`, which then writes it out."""
    first = ((":method", "POST"), (":scheme", scheme), (":authority", authority))
    before, after = (Encoder().encode([(name, value, True) for name, value in part]) for part in (first, fields))
    return before, after


def path(where: str) -> bytes:
    """Never kept in a table on its way either: the path is what makes a subscription a secret."""
    said = where.encode("ascii")
    return NEVER_INDEXED_PATH + (bytes([len(said)]) if len(said) < 127 else _long(len(said) - 127)) + said


def status(block: bytes) -> int:
    """It comes first, in one of a handful of forms, and most often nothing else in the answer matters."""
    at = 1 if block[:1] == TABLE_IS_EMPTY else 0
    end = len(block)
    if block[at : at + 1] >= b"\x80":
        end = at + 1
    elif block[at : at + 1] in STATUS_NAMED and end > at + 1:
        end = at + 2 + (block[at + 1] & 0x7F)
    return _status(block[:end])


def retry_after(block: bytes) -> str:
    return _opened(block).get("retry-after", "")


@lru_cache(maxsize=256)
def _status(block: bytes) -> int:
    said = _opened(block).get(":status", "")
    if not (len(said) == 3 and said.isascii() and said.isdigit()):
        raise Broken("an answer without a status")
    return int(said)


def _opened(block: bytes) -> dict[str, str]:
    try:
        return {str(name): str(value) for name, value in Decoder().decode(block)}
    except (HPACKError, UnicodeDecodeError) as error:
        raise Broken("headers that cannot be read") from error


def _long(number: int) -> bytes:
    """What an integer has beyond its prefix of seven bits."""
    said = bytearray([127])
    while number > 127:
        said.append(number & 127 | 128)
        number >>= 7
    return bytes([*said, number])
