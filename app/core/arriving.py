"""Bodies on their way: each has its time, and all together their room, so that who sends and never ends holds nothing for ever."""

import asyncio
from typing import Any

from litestar.exceptions import HTTPException
from litestar.types import Receive

from app.core import sent
from app.core.errors import Full

LEAST_S, STALLS_S = 30.0, 20.0
"""For the whole of a small one; and for the next piece of any."""
SLOWEST = 50_000
"""Bytes a second beyond that: a phone in the country sends four photos in four minutes."""
ROOM = 80_000_000
"""Bytes that may be waited with. What is tiny always comes in."""


class Arriving:
    def __init__(self) -> None:
        self.held = 0

    async def whole(self, receive: Receive, most: int) -> list[Any] | None:
        """All parts of the body; None where the sender hung up. Raises HTTPException as soon as it is too large or too slow, Full."""
        parts: list[Any] = []
        try:
            async with asyncio.timeout(LEAST_S) as patience:
                return await self._gather(parts, receive, most, patience)
        except TimeoutError as error:
            raise HTTPException(status_code=408) from error
        finally:
            self.held -= sum(map(_size, parts))

    async def _gather(self, parts: list[Any], receive: Receive, most: int, patience: asyncio.Timeout) -> list[Any] | None:
        began, size = asyncio.get_running_loop().time(), 0
        while True:
            message: Any = await receive()
            if message["type"] == "http.disconnect":
                return None
            parts.append(message)
            size += _size(message)
            self.held += _size(message)
            if size > most:
                raise HTTPException(status_code=413)
            if not message.get("more_body", False):
                return parts
            if size > sent.TINY and self.held > ROOM:
                raise Full
            patience.reschedule(min(asyncio.get_running_loop().time() + STALLS_S, began + LEAST_S + size / SLOWEST))


def _size(message: Any) -> int:
    return len(message.get("body", b""))
