"""What a browser asks for beside the pages: assets, the manifest, the service worker, the page for no signal."""

from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from app.core import assets, web
from pwa.manifest import manifest as described


@get("/static/{name:str}", sync_to_thread=True, include_in_schema=False)
def asset(request: Request[Any, Any, State], name: FromPath[str], settings: web.Config) -> Response[bytes]:
    """Only names that we gave out are found here, so nothing else of the disk can be asked for."""
    found = assets.find(name, settings.home / "assets")
    if found is None:
        raise NotFoundException
    return _kept(request, found)


@get("/favicon.ico", sync_to_thread=True, include_in_schema=False)
def favicon(request: Request[Any, Any, State]) -> Response[bytes]:
    """Browsers ask for it unasked."""
    return _kept(request, assets.shelf()["icons/icon-192.png"])


@get("/manifest.webmanifest", sync_to_thread=True, include_in_schema=False)
def manifest(request: Request[Any, Any, State]) -> Response[bytes]:
    body = msgspec.json.encode(described(assets.address))
    return web.public_bytes(request, body, "application/manifest+json", age=3600)


@get("/sw.js", sync_to_thread=True, include_in_schema=False)
def service_worker(request: Request[Any, Any, State], settings: web.Config) -> Response[bytes]:
    """Never kept by the browser for longer than a look: a new one must be found."""
    return web.public_bytes(request, assets.service_worker(off=settings.worker_off), "text/javascript; charset=utf-8", age=0)


@get("/offline", sync_to_thread=True, include_in_schema=False)
def offline(request: Request[Any, Any, State]) -> Response[bytes]:
    return web.public_page(request, "offline.html")


def _kept(request: Request[Any, Any, State], found: assets.Asset) -> Response[bytes]:
    tag = f'"{found.name}"'
    headers = {"etag": tag, "cache-control": "public, max-age=31536000, immutable"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers, media_type=found.media_type)
    return Response(found.body, media_type=found.media_type, headers=headers)


routes: list[Any] = [asset, favicon, manifest, service_worker, offline]
