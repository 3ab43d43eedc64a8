"""HTTP/2 (RFC 9113) as far as a push needs it: many small messages on one connection, of whose answers the status is heard."""

from pwa.push import blocks
from pwa.push.frames import (
    ACK,
    CANCEL,
    END_HEADERS,
    END_STREAM,
    HEAD,
    LARGEST,
    MOST_STREAMS,
    NO_TABLE,
    PREFACE,
    WINDOW_SIZE,
    Kind,
    bare,
    frame,
    number,
    settings,
)  # fmt: skip
from pwa.push.talk import ENOUGH, Broken, Fields, Heard

ROOM_FOR_ONE = 4_096
"""A message is smaller. While a service has no room for one nothing is sent to it, so that none ever waits half sent."""


class Http2:
    """One connection's. Nothing is asked until the service has agreed to our settings. A connection has fewer than 2^30 messages."""

    def __init__(self, scheme: str, authority: str) -> None:
        self.out = bytearray(PREFACE + frame(Kind.SETTINGS, 0, NO_TABLE))
        self.heard: list[Heard] = []
        self.unserved: list[int] = []
        self.over = False
        self._to, self._fields, self._before, self._after = (scheme, authority), Fields(), b"", b""
        self._open: dict[int, int | None] = {}
        """Streams: the place of the message, or none where its answer is here and only the body goes on."""
        self._next, self._most, self._agreed = 1, 100, False
        self._window = self._stream_window = 65_535
        self._let_go = 0
        self._rest, self._block, self._block_ends = b"", b"", 0

    @property
    def has_room(self) -> bool:
        if self.over or not self._agreed or len(self._open) >= self._most:
            return False
        return self._window >= ROOM_FOR_ONE and self._stream_window >= ROOM_FOR_ONE

    @property
    def under_way(self) -> list[int]:
        return [place for place in self._open.values() if place is not None]

    def ask(self, place: int, path: str, fields: Fields, body: bytes) -> None:
        if fields is not self._fields:
            self._fields, (self._before, self._after) = fields, blocks.packed(*self._to, fields)
        block = self._before + blocks.path(path) + self._after
        stream, self._next = self._next, self._next + 2
        self._open[stream] = place
        self._window -= len(body)
        self.out += HEAD.pack(len(block) << 8 | 1, END_HEADERS, stream) + block + HEAD.pack(len(body) << 8, END_STREAM, stream) + body

    def cancel(self, place: int) -> None:
        for stream in [stream for stream, one in self._open.items() if one == place]:
            del self._open[stream]
            self.out += frame(Kind.RESET, stream, CANCEL)

    def hear(self, said: bytes) -> None:
        said, at = self._rest + said, 0
        while len(said) - at >= HEAD.size:
            length, flags, stream = HEAD.unpack_from(said, at)
            end = at + HEAD.size + (length >> 8)
            if length >> 8 > LARGEST:
                raise Broken("a frame larger than agreed")
            if end > len(said):
                break
            self._take(length & 0xFF, flags, stream & 0x7FFF_FFFF, said[at + HEAD.size : end])
            at = end
        self._rest = said[at:]

    def _take(self, kind: int, flags: int, stream: int, said: bytes) -> None:
        match kind:
            case Kind.HEADERS:
                self._block, self._block_ends = bare(flags, said), flags & END_STREAM
                self._take_block(flags, stream)
            case Kind.CONTINUATION:
                self._block += said
                self._take_block(flags, stream)
            case Kind.DATA:
                self._let_body_go(len(said), stream, ends=bool(flags & END_STREAM))
            case Kind.RESET:
                self._end(stream, "the service broke it off")
            case Kind.SETTINGS:
                self._settle(said, agreed=bool(flags & ACK))
            case Kind.PING if not flags & ACK:
                self.out += frame(Kind.PING, 0, said, ACK)
            case Kind.GOAWAY:
                self._part(number(said))
            case Kind.WINDOW if not stream:
                self._window += number(said)

    def _take_block(self, flags: int, stream: int) -> None:
        if len(self._block) > ENOUGH:
            raise Broken("headers without an end")
        if not flags & END_HEADERS:
            return
        place = self._open.get(stream)
        if place is not None and (status := blocks.status(self._block)) >= 200:
            self._open[stream] = None
            self.heard.append(Heard(place, status, "" if status < 300 else blocks.retry_after(self._block)))
        if self._block_ends:
            self._end(stream, "an answer without a status")

    def _let_body_go(self, length: int, stream: int, *, ends: bool) -> None:
        """The service may send more of other answers; of one without end it may not, as its stream's window is never widened."""
        self._let_go += length
        if self._let_go > LARGEST:
            self.out += frame(Kind.WINDOW, 0, self._let_go.to_bytes(4, "big"))
            self._let_go = 0
        if ends:
            self._end(stream, "an answer without a status")

    def _end(self, stream: int, why: str) -> None:
        """Whoever has had no answer on this stream by now gets none."""
        if (place := self._open.pop(stream, None)) is not None:
            self.heard.append(Heard(place, None, why))

    def _settle(self, said: bytes, *, agreed: bool) -> None:
        if agreed:
            self._agreed = True
            return
        wished = settings(said)
        self._most = wished.get(MOST_STREAMS, self._most)
        self._stream_window = wished.get(WINDOW_SIZE, self._stream_window)
        self.out += frame(Kind.SETTINGS, 0, b"", ACK)

    def _part(self, last: int) -> None:
        """Nothing new here; what came after the last that the service looks at goes by another connection."""
        self.over = True
        for stream in [stream for stream in self._open if stream > last]:
            if (place := self._open.pop(stream)) is not None:
                self.unserved.append(place)
