"""A person's data as it is handed over: one file with a page to read and JSON for machines, and the photos."""

import io
import zipfile
from typing import Any

import msgspec
from litestar import Response

from app.core import files, templates
from app.core.settings import Settings
from app.core.web import Db, attached
from tickets import kinds, thread_photos
from tickets.privacy import gathering
from tickets.privacy.tables import DataRequest
from tickets.privacy.unmasking import REASONS

NAME = "data"


def zipped(session: Db, settings: Settings, request: DataRequest) -> Response[bytes]:
    """Made when it is taken away: no copy of it lies anywhere."""
    kept = gathering.of(session, request)
    photos = [photo for question in kept["questions"] for photo in question["photos"]]
    keys = {photo["file"]: photo.pop("key") for photo in photos}
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(f"{NAME}.json", msgspec.json.format(msgspec.json.encode(kept), indent=2))
        file.writestr(f"{NAME}.html", templates.render("residents/copy.html", shown(session, kept, in_file=True)))
        for name, key in keys.items():
            if (picture := files.get(settings, thread_photos.name(key))) is not None:
                file.writestr(name, picture)
    return attached(body.getvalue(), "application/zip", f"lindian-{request.id}.zip")


def shown(session: Db, kept: dict[str, Any], *, in_file: bool) -> dict[str, Any]:
    """What the page of it needs."""
    return {"status": 200, "kept": kept, "kinds": kinds.names(session), "reasons": REASONS, "in_file": in_file}
