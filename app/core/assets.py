"""The files of pwa/static under names that carry their content's hash, so that a phone may keep them for ever."""

import base64
import hashlib
import mimetypes
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec

STATIC = Path(__file__).parents[2] / "pwa" / "static"
LEAFLET = Path(__file__).parents[2] / "node_modules" / "leaflet" / "dist"
"""What set-up fetches with npm for the map editor. Where it could not, the pages do without."""
SHEETS = {
    "residents": ("reset", "tokens", "base", "layout", "parts", "print"),
    "desk": ("reset", "tokens", "base", "layout", "parts", "print", "desk", "sending", "composer", "coverage", "words", "field"),
    "signage": ("signage",),
    "editor": ("editor",),
}
IMPORTED = re.compile(r"""(\bfrom\s*|\bimport\s*)(["'])\./([\w-]+\.js)\2""")
COMMENT = re.compile(r"/\*.*?\*/", re.S)
ORDER = re.compile(r"@layer [\w, ]+;")
LAYER = re.compile(r"@layer \w+ \{(.*)\}\s*$", re.S)
HASHED = re.compile(r"[\w-]+\.[0-9a-f]{10}\.(css|js|png|svg|ico|webmanifest)")


class Asset(msgspec.Struct, frozen=True):
    name: str
    body: bytes
    media_type: str


@cache
def shelf() -> Mapping[str, Asset]:
    """Every asset by its plain name: `js/desk.js`, `icons/192.png`, `desk.css`."""
    found = {str(path.relative_to(STATIC)): path.read_bytes() for path in STATIC.rglob("*") if path.is_file()}
    made = {f"{name}.css": sheet(name).encode() for name in SHEETS}
    plain = {name: body for name, body in found.items() if not name.endswith((".css", ".js"))} | made
    assets = {name: _asset(name, body) for name, body in (plain | _fetched()).items()}
    scripts = {name: body.decode() for name, body in found.items() if name.startswith("js/")}
    for name in scripts:
        _add_script(name, scripts, assets)
    return assets


def _fetched() -> dict[str, bytes]:
    """Of the map library only the script and its sheet; the pictures of its own buttons are not used."""
    paths = [path for name in ("leaflet.js", "leaflet.css") if (path := LEAFLET / name).is_file()]
    return {path.name: path.read_bytes() for path in paths}


def _add_script(name: str, scripts: Mapping[str, str], assets: dict[str, Asset]) -> None:
    """A module's imports are put under their hashed names first, so that a change below changes the name above."""

    def hashed(match: re.Match[str]) -> str:
        part = f"js/{match[3]}"
        if part not in assets:
            _add_script(part, scripts, assets)
        return f"{match[1]}{match[2]}./{assets[part].name}{match[2]}"

    assets[name] = _asset(name, IMPORTED.sub(hashed, scripts[name]).encode())


def _asset(name: str, body: bytes) -> Asset:
    stem, _, kind = Path(name).name.rpartition(".")
    digest = hashlib.sha256(body).hexdigest()[:10]
    return Asset(f"{stem}.{digest}.{kind}", body, mimetypes.guess_type(name)[0] or "application/octet-stream")


def address(name: str) -> str:
    return f"/static/{shelf()[name].name}"


def map_library() -> dict[str, str]:
    """The addresses of the map library's files, by their names; none where it was not fetched."""
    return {name: address(name) for name in ("leaflet.js", "leaflet.css") if name in shelf()}


@cache
def sheet(name: str) -> str:
    """The joined style sheet, without comments and needless space.

    Old WeChat engines drop all that stands in a @layer, so the residents' sheet is laid flat: its files are joined in
    the layers' order.
    """
    parts = [COMMENT.sub("", (STATIC / "css" / f"{part}.css").read_text()) for part in SHEETS[name]]
    if name == "residents":
        parts = [LAYER.sub(r"\1", ORDER.sub("", part)) for part in parts]
    text = re.sub(r"\s+", " ", " ".join(parts))
    return re.sub(r"\s*([{};,>])\s*", r"\1", text).replace(";}", "}").strip()


@cache
def sheet_hash() -> str:
    """What the Content-Security-Policy must name to let the residents' inline sheet through."""
    digest = hashlib.sha256(sheet("residents").encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


@cache
def service_worker(*, off: bool = False) -> bytes:
    """The worker's text with a line naming this release, so that a phone fetches its floor anew; or the one that leaves."""
    text = (STATIC / ("sw-off.js" if off else "sw.js")).read_text()
    pages = [path.read_text() for name in ("base.html", "offline.html") for path in STATIC.parent.rglob(f"templates/{name}")]
    release = hashlib.sha256("".join([sheet("residents"), *pages]).encode()).hexdigest()[:12]
    return f"{text}\n// {release}\n".encode()


def keep(folder: Path) -> None:
    """Lay this release's assets beside those of the releases before: an open page asks for its own."""
    folder.mkdir(parents=True, exist_ok=True)
    for asset in shelf().values():
        path = folder / asset.name
        if not path.exists():
            path.write_bytes(asset.body)


def find(name: str, folder: Path) -> Asset | None:
    """Today's asset of that hashed name, or one that an earlier release left. Nothing else is ever served."""
    if not HASHED.fullmatch(name):
        return None
    for asset in shelf().values():
        if asset.name == name:
            return asset
    path = folder / name
    if path.is_file() and not path.is_symlink():
        return Asset(name, path.read_bytes(), mimetypes.guess_type(name)[0] or "application/octet-stream")
    return None
