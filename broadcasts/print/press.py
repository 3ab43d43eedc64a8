"""Typst at work: a template and its data become a PDF or a picture, once. The same data again are the same bytes, from the folder."""

import hashlib
import io
import os
import tempfile
import threading
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import structlog

from app.core import apart
from app.core.errors import Refused
from app.core.jobs import Work
from app.core.settings import Settings
from app.core.words import phrase as _
from pwa.push.payload import plain

HERE = Path(__file__).parent
FAMILY = "Noto Sans CJK SC"
PACKAGES = ("manimgx_fonts_cjk", "noto_cjk_sans_otc")
"""Wheels that carry the font, in all weights and in one."""
PICTURE = 500_000
FINENESS = (132, 110, 88, 66)
"""Dots an inch of a picture, tried until it is small enough to be sent on."""
RUN = 24
"""So many signs without a space, as in an address, may be broken."""
_one_at_a_time = threading.Lock()
log = structlog.get_logger("press")


class NoFont(Refused):
    """This machine has no Chinese letters to print with."""

    status = 503


class Fonts(NamedTuple):
    folders: tuple[str, ...]
    system: bool


@cache
def fonts() -> Fonts:
    """From a package, else what the system has."""
    for package in PACKAGES:
        found = find_spec(package)
        if found and found.submodule_search_locations:
            return Fonts((found.submodule_search_locations[0],), system=False)
    import typst  # Sixty megabytes: loaded by who prints, not by a worker that sends.

    if FAMILY in typst.Fonts().families():
        return Fonts((), system=True)
    raise NoFont(_("This machine has no Chinese font, so no PDF can be made. Print the poster's page instead, and tell the operator."))


def pdf(folder: Path, name: str, template: str, data: dict[str, Any]) -> bytes:
    return _kept(folder, name, template, data, "pdf")


def picture(folder: Path, name: str, template: str, data: dict[str, Any]) -> bytes:
    """Of the first page, as PNG of at most 500 kB."""
    return _kept(folder, name, template, data, "png")


def picture_made_apart(settings: Settings, name: str, template: str, data: dict[str, Any]) -> bytes:
    """The same for a worker, which stays without Typst: a process of its own makes it. Empty where it could not be made."""
    path = _path(shelf(settings), name, template, msgspec.json.encode(data), "png")
    with _one_at_a_time:
        if not path.exists():
            try:
                apart.do(f"{draw.__module__}.draw", {"name": name, "template": template, "data": data}, settings)
            except apart.Died:
                log.exception("a picture could not be made", name=name)
    return path.read_bytes() if path.exists() else b""


def draw(work: Work, *, name: str, template: str, data: dict[str, Any]) -> None:
    picture(shelf(work.settings), name, template, data)


def shelf(settings: Settings) -> Path:
    """Where what was made is kept."""
    return settings.home / "posters"


def clean(words: str, most: int, *, run: int = RUN) -> str:
    """What a sheet of paper can carry: no turning signs, no pictographs, a long run may be broken, cut at `most`."""
    whole = "".join(sign for sign in plain(words[: most * 8]) if not (0x1F000 <= ord(sign) < 0x20000 or 0xFE00 <= ord(sign) <= 0xFE0F))
    short = whole if len(whole) <= most else whole[: most - 1] + "…"
    long, told = 0, []
    for sign in short:
        long = long + 1 if sign.isascii() and not sign.isspace() else 0
        told.append(sign if long % run or not long else f"{sign}\u200b")
    return "".join(told)


def _kept(folder: Path, name: str, template: str, data: dict[str, Any], kind: str) -> bytes:
    told = msgspec.json.encode(data)
    path = _path(folder, name, template, told, kind)
    with _one_at_a_time:
        if not path.exists():
            _keep(path, _set(template, told, kind))
        return path.read_bytes()


def _path(folder: Path, name: str, template: str, told: bytes, kind: str) -> Path:
    digest = hashlib.sha256(b"\0".join([(HERE / template).read_bytes(), version("typst").encode(), told])).hexdigest()[:16]
    return folder / f"{name}-{digest}.{kind}"


def _set(template: str, told: bytes, kind: str) -> bytes:
    if kind == "pdf":
        return _compile(template, told, format="pdf", timestamp=0)
    pages = (_compile(template, told, format="png", ppi=float(ppi)) for ppi in FINENESS)
    return next((page for page in pages if len(page) <= PICTURE), b"") or _compile(template, told, format="png", ppi=48.0)


def _compile(template: str, told: bytes, **how: Any) -> bytes:
    import typst

    letters = fonts()
    made: Any = typst.compile(
        str(HERE / template), root=str(HERE), font_paths=list(letters.folders), ignore_system_fonts=not letters.system,
        sys_inputs={"data": told.decode(), "qr": _qr(told)}, **how,
    )  # fmt: skip
    page: bytes = made[0] if isinstance(made, list) else made
    return page


def _qr(told: bytes) -> str:
    """Of the sheet's address, as SVG: drawn by who sets the sheet, so that a worker carries nothing that draws."""
    import segno

    address = msgspec.json.decode(told).get("address")
    if not address:
        return ""
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", xmldecl=False, border=0, omitsize=True)
    return drawn.getvalue().decode()


def _keep(path: Path, made: bytes) -> None:
    """Whole or not at all: another process may read at any moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(made)
    Path(draft).replace(path)
