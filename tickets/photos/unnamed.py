"""Photos that no row names: put away for an act that was refused, or whose commit failed, or that was killed in the middle.

They are found in the store itself and in no memory of ours, so that none is forgotten however its act ended. A photo is put away
before its act is kept: so only what lies there for longer than any act may take is looked at.
"""

import re
from collections.abc import Collection
from datetime import timedelta

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from app.core import clock, files
from app.core.jobs import Work
from grids.points.tables import Sighting
from tickets.field.tables import Outreach
from tickets.photos.tables import Photo, ThrownPhoto

FOLDER = "photos"
UNDER_WAY = timedelta(days=1)
OURS = re.compile(rf"({FOLDER}/[0-9a-f]{{32}})(-small)?\.jpg")
"""The names that we give; the first part is a thread photo's key. Whatever else lies in the store is not ours."""
NAMED = (Photo.key, ThrownPhoto.key, Outreach.photo, Sighting.photo)
log = structlog.get_logger("photos")


def wipe(work: Work) -> None:
    """Take them out of the store. Cut short, the next run goes on."""
    gone = 0
    for some in files.older(work.settings, FOLDER, clock.now() - UNDER_WAY):
        if work.stopping.is_set():
            return
        with work.database.reading() as session:
            lost = _unnamed(session, some)
        for name in lost:
            files.delete(work.settings, name)
        gone += len(lost)
    if gone:
        log.info("wiped photos that no row names", files=gone)


def _unnamed(session: Session, names: Collection[str]) -> list[str]:
    """A row names a picture by its key, or a file by its whole name."""
    keys = {name: found[1] for name in names if (found := OURS.fullmatch(name))}
    asked = {*keys, *keys.values()}
    known = {one for column in NAMED for one in session.scalars(sa.select(column).where(column.in_(asked)))}
    return [name for name, key in keys.items() if not {name, key} & known]
