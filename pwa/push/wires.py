"""A connection to a push service: to the checked address and nowhere else, encrypted, in the newest language that the service speaks."""

import errno
import os
import selectors
import socket
import ssl
import time
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from pwa.push.envelopes import Door
from pwa.push.http1 import Http1
from pwa.push.http2 import Http2
from pwa.push.talk import Broken, Talk

CONNECT_TIMEOUT_S, STUCK_AFTER_S = 5.0, 1.0
AT_ONCE = 262_144
READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE


class Wire:
    """Never blocks: `go` does what can be done now. It knows neither redirects nor a proxy."""

    def __init__(self, where: Door, encrypted: ssl.SSLContext) -> None:
        self.door = where
        self.talk: Talk | None = None
        self.served_at_s: float | None = None
        self.wants = WRITE
        """What it waits for."""
        self._give_up_at_s = time.monotonic() + CONNECT_TIMEOUT_S
        # The encryption has no socket of its own: what comes in is read at once, however many answers it holds.
        self._came, self._goes, self._unsent = ssl.MemoryBIO(), ssl.MemoryBIO(), b""
        secure = where.scheme == "https"
        self._tls = encrypted.wrap_bio(self._came, self._goes, server_hostname=where.host) if secure else None
        self._connected = self._ended = False
        self._socket = socket.socket(socket.AF_INET6 if ":" in where.address else socket.AF_INET)
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        said = self._socket.connect_ex((where.address, where.door))
        self._refused = 0 if said == errno.EINPROGRESS else said
        self.number = self._socket.fileno()

    @property
    def has_room(self) -> bool:
        return self.talk is not None and self.talk.has_room

    @property
    def is_stuck(self) -> bool:
        """It has served, and for a while there is no room although nobody waits: answers whose bodies do not end, or it takes no more."""
        if self.talk is None or self.served_at_s is None or self.talk.has_room or self.talk.under_way:
            return False
        return time.monotonic() - self.served_at_s > STUCK_AFTER_S

    def go(self) -> None:
        """Read, greet, hear, answer. Raises Broken or OSError."""
        if not self._connected:
            self._connect()
        self._receive()
        if self.talk is None:
            self._greet()
        if self.talk and (said := self._opened()):
            self.talk.hear(said)
        self.say()
        if self._ended:
            raise Broken("the service closed the connection")

    def say(self) -> None:
        """What was asked goes out, as far as the other side takes it."""
        if self.talk and self.talk.out:
            said, self.talk.out = self.talk.out, bytearray()
            if self._tls:
                self._tls.write(said)
            else:
                self._goes.write(said)
        self._unsent += self._goes.read()
        with suppress(BlockingIOError):
            while self._unsent:
                self._unsent = self._unsent[self._socket.send(self._unsent) :]
        self.wants = READ | WRITE if self._unsent else READ

    def leave(self, place: int) -> None:
        """Nobody waits for this answer any more."""
        if self.talk:
            self.talk.cancel(place)
            self.say()

    def is_late(self) -> bool:
        return self.talk is None and time.monotonic() > self._give_up_at_s

    def close(self) -> None:
        self._socket.close()

    def _connect(self) -> None:
        if refused := self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) or self._refused:
            raise OSError(refused, os.strerror(refused))
        self._connected = True
        if not self._tls:
            self.talk = Http1(self.door.authority)

    def _greet(self) -> None:
        """Shake hands, agree on the language."""
        assert self._tls  # noqa: S101
        with suppress(ssl.SSLWantReadError):
            self._tls.do_handshake()
            newest = self._tls.selected_alpn_protocol() == "h2"
            self.talk = Http2(self.door.scheme, self.door.authority) if newest else Http1(self.door.authority)

    def _receive(self) -> None:
        with suppress(BlockingIOError):
            came = self._socket.recv(AT_ONCE)
            self._came.write(came)
            self._ended = not came

    def _opened(self) -> bytes:
        """What was said, without the encryption."""
        if not self._tls:
            return self._came.read()
        parts = []
        try:
            while part := self._tls.read(AT_ONCE):
                parts.append(part)
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLError:  # It has said goodbye, or what came cannot be opened.
            self._ended = True
        return b"".join(parts)


@lru_cache(maxsize=4)
def encrypted(certificates: Path | None) -> ssl.SSLContext:
    """To whoever the authorities of this machine know, or these instead."""
    tls = ssl.create_default_context(cafile=certificates)
    tls.set_alpn_protocols(["h2", "http/1.1"])
    return tls
