"""A client for the app behind its doors, with httpx's own methods, on one event loop that all tests share."""

import asyncio
import threading
from collections.abc import Coroutine
from functools import cache
from typing import Any, TypeVar

import httpx

T = TypeVar("T")


_making = threading.Lock()


@cache
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="asgi", daemon=True).start()
    return loop


def wait(work: Coroutine[Any, Any, T]) -> T:
    with _making:  # Threads that all are the first would each make one, and the app's turns belong to one loop.
        loop = _loop()
    return asyncio.run_coroutine_threadsafe(work, loop).result(120)


class Client:
    """As a browser: `client.get("/g/104226")`, `client.post(…, data=…)`; redirects are followed unless told otherwise."""

    def __init__(self, app: Any, *, base_url: str = "https://lindian.test", headers: dict[str, str] | None = None) -> None:
        _loop()  # Here, before any threads of a test would each find none yet and start their own.
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        given = dict(headers or {})
        name, _, value = given.pop("cookie", "").partition("=")
        # In the jar, as a browser has it: a bare header would be lost on the way after a redirect.
        jar = {name: value} if name else None
        self._client = httpx.AsyncClient(transport=transport, base_url=base_url, headers=given, cookies=jar, follow_redirects=True)

    @property
    def headers(self) -> httpx.Headers:
        return self._client.headers

    @property
    def cookies(self) -> httpx.Cookies:
        return self._client.cookies

    def request(self, method: str, url: str, **more: Any) -> httpx.Response:
        return wait(self._client.request(method, url, **more))

    def get(self, url: str, **more: Any) -> httpx.Response:
        return self.request("GET", url, **more)

    def head(self, url: str, **more: Any) -> httpx.Response:
        return self.request("HEAD", url, **more)

    def options(self, url: str, **more: Any) -> httpx.Response:
        return self.request("OPTIONS", url, **more)

    def post(self, url: str, **more: Any) -> httpx.Response:
        return self.request("POST", url, **more)

    def put(self, url: str, **more: Any) -> httpx.Response:
        return self.request("PUT", url, **more)

    def patch(self, url: str, **more: Any) -> httpx.Response:
        return self.request("PATCH", url, **more)

    def delete(self, url: str, **more: Any) -> httpx.Response:
        return self.request("DELETE", url, **more)

    def close(self) -> None:
        wait(self._client.aclose())
