"""Writers take turns before they touch the database, so that nobody who waits for its lock holds a thread meanwhile.

A request passes several threads on its way. If those who wait for a lock filled them all, the one who holds it would find
none left to finish in, and the whole process would stand still.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from litestar.types import ASGIApp, Receive, Send

SIGNING_IN = "/sign-in"
READS = ("GET", "HEAD", "OPTIONS")
QUEUE = 200


class Full(Exception):
    """More wait than can be served soon."""


class Queue:
    """So many at once, and so many waiting."""

    def __init__(self, at_once: int, *, waiting: int) -> None:
        self.slots, self.most, self.waiting = asyncio.Semaphore(at_once), waiting, 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        if self.waiting >= self.most:
            raise Full
        self.waiting += 1
        try:
            await self.slots.acquire()
        finally:
            self.waiting -= 1
        try:
            yield
        finally:
            self.slots.release()


class Turns:
    """Reads the whole body first: a slow sender keeps nobody waiting. Hashing passwords has a queue of its own."""

    def __init__(self, app: ASGIApp, *, writers: int, max_body: int) -> None:
        self.app, self.max_body = app, max_body
        self.writing = Queue(writers, waiting=QUEUE)
        self.hashing = Queue(2, waiting=40)

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in READS:
            await self.app(scope, receive, send)
            return
        body = await self._whole(receive)
        if body is None:
            return  # Hung up while sending.
        async with (self.hashing if scope["path"] == SIGNING_IN else self.writing).turn():
            await self.app(scope, _again(body, receive), send)

    async def _whole(self, receive: Receive) -> list[Any] | None:
        """All parts of the body, or of one that is too large only as many as show it."""
        parts: list[Any] = []
        size = 0
        while size <= self.max_body:
            message: Any = await receive()
            if message["type"] == "http.disconnect":
                return None
            parts.append(message)
            size += len(message.get("body", b""))
            if not message.get("more_body", False):
                break
        return parts


def _again(parts: list[Any], receive: Receive) -> Receive:
    waiting = iter(parts)

    async def once_more() -> Any:
        for message in waiting:
            return message
        return await receive()

    return once_more
