"""Writers take turns before they touch the database, so that nobody who waits for its lock holds a thread meanwhile.

A request passes several threads on its way. If those who wait for a lock filled them all, the one who holds it would find
none left to finish in, and the whole process would stand still. What needs no turn is done before it: the body is read whole,
its form opened and its photos painted, so that a slow sender and a large picture keep nobody waiting.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from litestar import Request
from litestar.datastructures import FormMultiDict
from litestar.enums import ScopeType
from litestar.exceptions import HTTPException
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Send
from sqlalchemy.orm import Session

from app.core import sent
from app.core.arriving import Arriving
from app.core.errors import Full, Refused, SignInNeeded

SIGNING_IN = "/sign-in"
READS = ("GET", "HEAD", "OPTIONS")
QUEUE = 200


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


class Queues:
    """Hashing passwords and painting photos have queues of their own: they take the processor, not the database."""

    def __init__(self, *, writers: int) -> None:
        self.writing = Queue(writers, waiting=QUEUE)
        self.arriving = Arriving()
        self.hashing = Queue(2, waiting=40)
        self.painting, self.painting_small = Queue(1, waiting=40), Queue(1, waiting=40)


class Turns(ASGIMiddleware):
    """Within the routes, so that what an address may be sent is known before it is read."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, *, max_body: int, staff: Callable[[Request[Any, Any, Any], Session], object]) -> None:
        self.max_body = max_body
        self.staff = staff
        """The door of an address that names none of its own."""

    async def handle(self, scope: Any, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        if scope["method"] in READS:
            await next_app(scope, receive, send)
            return
        takes = sent.takes(scope["route_handler"].opt)
        queues: Queues = scope["litestar_app"].state.queues
        body = await queues.arriving.whole(receive, self.max_body if takes is not None else min(sent.PLAIN, self.max_body))
        if body is None:
            return  # Hung up while sending.
        request = Request[Any, Any, Any](scope, _again(body, receive))
        form = await _opened(request)
        try:
            scope["state"]["form"] = await self._painted(request, form, takes)
            async with (queues.hashing if scope["path"] == SIGNING_IN else queues.writing).turn():
                await next_app(scope, _again(body, receive), send)
        finally:
            if isinstance(form, FormMultiDict):
                await form.close()

    async def _painted(
        self, request: Request[Any, Any, Any], form: FormMultiDict | HTTPException, takes: sent.Takes | None
    ) -> FormMultiDict | HTTPException:
        """Not before the door has let one in: painting takes the processor, and who asks for it may be anybody."""
        if isinstance(form, HTTPException) or not takes or not sent.has_photos(form, takes):
            return form
        try:
            await asyncio.to_thread(self._pass, request, form, takes)
        except (Refused, SignInNeeded) as why:
            return sent.unpainted(form, takes, why)
        small, queues = await asyncio.to_thread(sent.are_small, form, takes), request.app.state.queues
        async with (queues.painting_small if small else queues.painting).turn():
            return await sent.painted(form, takes, small=small)

    def _pass(self, request: Request[Any, Any, Any], form: FormMultiDict, takes: sent.Takes) -> None:
        with request.app.state.database.reading() as session:
            if takes.door is None:
                self.staff(request, session)
            else:
                takes.door(request, form, session)


async def _opened(request: Request[Any, Any, Any]) -> FormMultiDict | HTTPException:
    """What is wrong with a form is told by who reads one; an address that takes JSON says that it does."""
    try:
        return await sent.opened(request)
    except HTTPException as error:
        return error


def _again(parts: list[Any], receive: Receive) -> Receive:
    waiting = iter(parts)

    async def once_more() -> Any:
        for message in waiting:
            return message
        return await receive()

    return once_more
