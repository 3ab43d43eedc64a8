"""A person's data as it is handed over: one file with a page to read and JSON for machines, and the photos."""

import io
import zipfile
from datetime import datetime
from typing import Any

import msgspec
from litestar import Response

from app.core import clock, files, templates
from app.core.settings import Settings
from app.core.web import Db, attached
from tickets.kinds import kinds
from tickets.photos import thread_photos
from tickets.privacy import gathering
from tickets.privacy.tables import DataRequest
from tickets.privacy.unmasking import REASONS

NAME = "data"


def zipped(session: Db, settings: Settings, request: DataRequest) -> Response[bytes]:
    """Made when it is taken away: no copy of it lies anywhere. As long as nothing changes it is the same to the last byte."""
    kept = gathering.of(session, request)
    photos = [photo for question in kept["questions"] for photo in question["photos"]]
    keys = {photo["file"]: photo.pop("key") for photo in photos}
    leaves = {
        f"{NAME}.json": msgspec.json.format(msgspec.json.encode(kept), indent=2),
        f"{NAME}.html": templates.render("residents/copy.html", shown(session, kept, in_file=True)),
    }
    pictures = {name: files.get(settings, thread_photos.name(key)) for name, key in keys.items()}
    leaves |= {name: picture for name, picture in pictures.items() if picture is not None}
    return attached(_archive(leaves, kept["made_at"]), "application/zip", f"lindian-{request.id}.zip")


def _archive(leaves: dict[str, bytes], made_at: datetime) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as file:
        for name, data in leaves.items():
            leaf = zipfile.ZipInfo(name, clock.local(made_at).timetuple()[:6])
            leaf.external_attr = 0o600 << 16
            file.writestr(leaf, data, zipfile.ZIP_DEFLATED)
    return body.getvalue()


def shown(session: Db, kept: dict[str, Any], *, in_file: bool) -> dict[str, Any]:
    """What the page of it needs."""
    return {"status": 200, "kept": kept, "kinds": kinds.names(session), "reasons": REASONS, "in_file": in_file}
