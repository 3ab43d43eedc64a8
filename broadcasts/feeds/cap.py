"""A notice as the Common Alerting Protocol 1.2 (OASIS) has it, for warning systems.

A message is what was true when it was sent: it depends on the notice's version and on nothing that passes with time.
"""

from datetime import datetime, timedelta
from xml.etree import ElementTree as Tree

from app.core import clock
from app.core.words import say
from broadcasts import texts
from broadcasts.feeds.feeds import Feed
from broadcasts.feeds.markup import language, put, stamp, written
from broadcasts.feeds.outage_map import rings
from broadcasts.feeds.weighing import OFF, OVER, changed, weighed
from broadcasts.kinds import KINDS
from broadcasts.present import SILENT, Present, present
from broadcasts.subscribers import audiences
from broadcasts.tables import Notice, NoticeKind

CAP = "urn:oasis:names:tc:emergency:cap:1.2"
JUST_OVER, STANDING = timedelta(hours=12), timedelta(days=30)


def alert(feed: Feed, notice: Notice) -> bytes:
    sent = changed(notice)
    root = Tree.Element("alert", {"xmlns": CAP})
    put(root, "identifier", _identifier(feed, notice, notice.version))
    put(root, "sender", feed.host)
    put(root, "sent", stamp(sent))
    put(root, "status", "Exercise" if notice.exercise else "Actual")
    put(root, "msgType", _type(notice))
    put(root, "scope", "Restricted" if notice.exercise else "Public")
    if notice.exercise:
        put(root, "restriction", say("An exercise: for colleagues on duty only."))
    if notice.version > 1:
        put(root, "references", _references(feed, notice))
    put(root, "incidents", notice.number)
    with clock.at(sent):
        _info(put(root, "info"), feed, notice, present(notice, sent))
    return written(root)


def _info(info: Tree.Element, feed: Feed, notice: Notice, truth: Present) -> None:
    weight, kind = weighed(notice), KINDS[notice.kind]
    put(info, "language", language())
    put(info, "category", "Safety" if notice.kind is NoticeKind.safety else "Infra")
    put(info, "event", str(kind.name))
    put(info, "responseType", weight.response)
    put(info, "urgency", weight.urgency)
    put(info, "severity", weight.severity)
    put(info, "certainty", weight.certainty)
    _named(info, "eventCode", "lindian:kind", notice.kind)
    _times(info, notice)
    put(info, "senderName", feed.agency)
    put(info, "headline", texts.headline(notice, truth))
    put(info, "description", texts.group(notice, truth, None, base_url=feed.base_url))
    if notice.kind.is_outage and notice.state not in OVER:
        put(info, "instruction", say("Treat the line as live all the time: power may return early."))
    put(info, "web", texts.address(feed.base_url, notice))
    if feed.contact:
        put(info, "contact", f"{feed.contact.name} {feed.contact.phone}")
    _named(info, "parameter", "lindian:version", str(notice.version))
    _area(put(info, "area"), feed, notice)


def _times(info: Tree.Element, notice: Notice) -> None:
    sent = changed(notice)
    put(info, "effective", stamp(sent))
    if notice.starts_at:
        put(info, "onset", stamp(notice.starts_at))
    put(info, "expires", stamp(expires(notice, sent)))


def expires(notice: Notice, sent: datetime) -> datetime:
    """The promised end. Where there is none ahead: as long as we would still say it on our own pages."""
    if notice.state in OVER:
        return sent + JUST_OVER
    if notice.ends_at and notice.ends_at > sent:
        return notice.ends_at
    return sent + (SILENT if notice.kind.is_outage else STANDING)


def _type(notice: Notice) -> str:
    if notice.state in OFF:
        return "Cancel"
    return "Update" if notice.version > 1 else "Alert"


def _references(feed: Feed, notice: Notice) -> str:
    """Every message before this one, as sender,identifier,sent."""
    before = enumerate(notice.updates[:-1], start=1)
    return " ".join(f"{feed.host},{_identifier(feed, notice, version)},{stamp(update.at)}" for version, update in before)


def _identifier(feed: Feed, notice: Notice, version: int) -> str:
    return f"{feed.host}/n/{notice.number}/{version}"


def _area(area: Tree.Element, feed: Feed, notice: Notice) -> None:
    """Words say exactly which homes; the outline is the grid's."""
    put(area, "areaDesc", say("; ").join(audiences.lines(notice.places)) or feed.grid.name)
    for outline, *_holes in rings(feed.grid):
        put(area, "polygon", " ".join(f"{lat},{lon}" for lon, lat in outline))
    _named(area, "geocode", "lindian:grid", feed.grid.code)


def _named(parent: Tree.Element, name: str, key: str, value: str) -> None:
    one = put(parent, name)
    put(one, "valueName", key)
    put(one, "value", value)
