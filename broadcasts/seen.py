"""A notice as machines read it."""

from datetime import datetime

import msgspec

from app.core import clock
from app.core.settings import Settings
from broadcasts import texts, timely
from broadcasts.present import present
from broadcasts.subscribers import audiences
from broadcasts.tables import Notice, NoticeKind, Update, UpdateState


class Published(msgspec.Struct):
    """`state` is what is true now: scheduled, in_progress, restored, cancelled, superseded, finished; published for what is no outage."""

    number: str
    url: str
    state: str


def published(notice: Notice, settings: Settings) -> Published:
    return Published(notice.number, texts.address(settings.base_url, notice), present(notice, clock.now()).named)


class UpdateSeen(msgspec.Struct):
    state: UpdateState
    words: str
    at: datetime
    by: str
    starts_at: datetime | None
    ends_at: datetime | None


class NoticeSeen(msgspec.Struct, kw_only=True):
    """`estates` are the ids concerned, `buildings` those to which an estate is narrowed, `partly` those of which only some is meant."""

    number: str
    url: str
    state: str
    grid: str
    kind: NoticeKind
    title: str
    words: str
    cause: str
    line: str
    starts_at: datetime | None
    ends_at: datetime | None
    estates: list[int]
    buildings: list[int]
    partly: list[int]
    households: int
    version: int
    published_at: datetime | None
    updates: list[UpdateSeen]


def seen(notice: Notice, settings: Settings) -> NoticeSeen:
    told = published(notice, settings)
    return NoticeSeen(
        number=told.number, url=told.url, state=told.state, grid=notice.grid.code, kind=notice.kind, title=notice.title,
        words=timely.words(notice),
        cause=notice.cause, line=notice.line, starts_at=notice.starts_at, ends_at=notice.ends_at,
        estates=list(dict.fromkeys(place.estate_id for place in notice.places)),
        buildings=[place.building_id for place in notice.places if place.building_id],
        partly=[place.estate_id for place in notice.places if place.partly],
        households=audiences.households(notice.places), version=notice.version, published_at=notice.published_at,
        updates=[_update(entry) for entry in notice.updates],
    )  # fmt: skip


def _update(entry: Update) -> UpdateSeen:
    return UpdateSeen(entry.state, entry.words, entry.at, entry.by.name, entry.starts_at, entry.ends_at)
