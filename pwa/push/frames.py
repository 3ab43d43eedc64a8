"""The frames of HTTP/2 (RFC 9113, section 4 and 6)."""

import struct
from enum import IntEnum

HEAD = struct.Struct(">IBI")
"""Length and kind, flags, stream."""
END_STREAM, ACK, END_HEADERS, PADDED, PRIORITY = 0x1, 0x1, 0x4, 0x8, 0x20
TABLE_SIZE, MAY_PUSH, MOST_STREAMS, WINDOW_SIZE = 1, 2, 3, 4
LARGEST = 16_384
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
NO_TABLE = struct.pack(">HIHI", TABLE_SIZE, 0, MAY_PUSH, 0)
CANCEL = (8).to_bytes(4, "big")


class Kind(IntEnum):
    DATA = 0
    HEADERS = 1
    RESET = 3
    SETTINGS = 4
    PING = 6
    GOAWAY = 7
    WINDOW = 8
    CONTINUATION = 9


def frame(kind: Kind, stream: int, said: bytes, flags: int = 0) -> bytes:
    return HEAD.pack(len(said) << 8 | kind, flags, stream) + said


def number(said: bytes) -> int:
    """Of a stream or a window: 31 bits."""
    return int.from_bytes(said[:4], "big") & 0x7FFF_FFFF


def settings(said: bytes) -> dict[int, int]:
    return dict(struct.iter_unpack(">HI", said[: len(said) // 6 * 6]))


def bare(flags: int, said: bytes) -> bytes:
    """Headers without padding and the priority of old."""
    padding = said[0] if flags & PADDED and said else 0
    start = (1 if flags & PADDED else 0) + (5 if flags & PRIORITY else 0)
    return said[start : len(said) - padding]
