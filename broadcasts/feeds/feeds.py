"""What other systems read of a grid: its notices as Atom, its outages as a calendar. CAP is in cap.py, the map in outage_map.py.

The same truth is the same bytes, so that a reader who asks again is told that nothing changed.
"""

from datetime import timedelta
from urllib.parse import urlsplit
from xml.etree import ElementTree as Tree

import icalendar
import msgspec
from sqlalchemy.orm import Session

from app.core import clock
from app.core.errors import Missing
from app.core.words import phrase as _
from app.core.words import say
from broadcasts import notices, shelf, texts
from broadcasts.feeds.markup import language, link, put, stamp, written
from broadcasts.feeds.weighing import changed
from broadcasts.kinds import KINDS
from broadcasts.shelf import Told
from broadcasts.subscribers import audiences
from broadcasts.tables import Notice
from grids.grids import Contact
from grids.tables import Grid

ATOM = "http://www.w3.org/2005/Atom"
ENTRIES = 50
AGAIN = timedelta(minutes=30)
"""How soon a calendar should ask again."""


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """Of whom a feed is, under which address, and what it tells."""

    grid: Grid
    shelf: shelf.Shelf
    contact: Contact | None
    agency: str
    base_url: str

    @property
    def home(self) -> str:
        return f"{self.base_url}/g/{self.grid.code}"

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).netloc

    @property
    def told(self) -> list[Told]:
        """What holds first, then what is over."""
        return [*self.shelf.out, *self.shelf.coming, *self.shelf.news, *self.shelf.past]

    @property
    def outages(self) -> list[Told]:
        return [told for told in self.told if told.notice.kind.is_outage]


def chosen(session: Session, feed: Feed, number: str) -> Notice:
    """The notice of that number, or the one that matters most now. Raises Missing."""
    if number:
        notice = notices.by_number(session, number)
        if notice.grid_id != feed.grid.id:
            raise Missing(_("There is no notice with this number in this grid."))
        return notice
    if not feed.told:
        raise Missing(_("There is no notice in this grid."))
    return feed.told[0].notice


def atom(feed: Feed) -> bytes:
    told = sorted(feed.told, key=lambda one: changed(one.notice), reverse=True)[:ENTRIES]
    root = Tree.Element("feed", {"xmlns": ATOM, "xml:lang": language()})
    put(root, "id", feed.home)
    put(root, "title", say("%(grid)s: electricity notices", grid=feed.grid.name))
    put(root, "updated", stamp(changed(told[0].notice) if told else feed.grid.created_at))
    put(put(root, "author"), "name", feed.agency)
    put(root, "generator", "Lindian")
    link(root, "self", f"{feed.home}/feed.atom", "application/atom+xml")
    link(root, "alternate", feed.home, "text/html")
    for one in told:
        _entry(put(root, "entry"), feed, one)
    return written(root)


def _entry(entry: Tree.Element, feed: Feed, told: Told) -> None:
    notice, address = told.notice, texts.address(feed.base_url, told.notice)
    put(entry, "id", address)
    put(entry, "title", texts.headline(notice, told.now))
    put(entry, "updated", stamp(changed(notice)))
    put(entry, "published", stamp(notice.published_at or changed(notice)))
    put(entry, "category").attrib.update(term=str(notice.kind), label=say(KINDS[notice.kind].name))
    put(entry, "summary", told.now.words or texts.news(notice) or notice.title)
    put(entry, "content", texts.group(notice, told.now, feed.contact, base_url=feed.base_url)).set("type", "text")
    link(entry, "alternate", address, "text/html")
    link(entry, "related", f"{feed.home}/cap.xml?notice={notice.number}", "application/cap+xml")


def calendar(feed: Feed, outages: list[Told] | None = None) -> bytes:
    """One event an outage, of those given or all of the feed. Its UID stays for good, so that a change moves it and adds none."""
    made = icalendar.Calendar()
    name = say("%(grid)s: outages", grid=feed.grid.name)
    named = {"prodid": "-//Lindian//Outages//ZH", "version": "2.0", "method": "PUBLISH", "name": name, "x-wr-calname": name}
    for key, value in named.items():
        made.add(key, value)
    made.add("refresh-interval", AGAIN, parameters={"VALUE": "DURATION"})
    made.add("x-wr-timezone", str(clock.SHANGHAI))
    made.add("source", f"{feed.home}/outages.ics", parameters={"VALUE": "URI"})
    for told in feed.outages if outages is None else outages:
        made.add_component(_event(feed, told))
    return bytes(made.to_ical())


def _event(feed: Feed, told: Told) -> icalendar.Event:
    notice, event = told.notice, icalendar.Event()
    times = {"dtstart": notice.starts_at, "dtend": notice.ends_at, "created": notice.published_at}
    times |= {"dtstamp": changed(notice), "last-modified": changed(notice)}
    for key, moment in times.items():
        if moment and (key != "dtend" or (notice.starts_at and moment > notice.starts_at)):
            event.add(key, clock.as_utc(moment))
    event.add("uid", f"{notice.number}@{feed.host}")
    event.add("sequence", notice.version)
    event.add("status", "CANCELLED" if told.now.state in ("cancelled", "superseded") else "CONFIRMED")
    event.add("summary", texts.headline(notice, told.now))
    event.add("description", texts.group(notice, told.now, feed.contact, base_url=feed.base_url))
    event.add("location", say("; ").join(audiences.lines(notice.places)))
    event.add("categories", [say(KINDS[notice.kind].name)])
    event.add("url", texts.address(feed.base_url, notice))
    event.add("transp", "TRANSPARENT")
    return event
