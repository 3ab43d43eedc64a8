"""How often a notice's page was opened by the link that one group got.

The page is the same bytes for everybody and sets no cookie; only the address tells the groups apart (/n/260714-03?g=k7mp).
Each time the page itself is asked for by that address is one opening, also where the answer is that nothing changed: so
somebody who looks twice counts twice, one who reads a copy kept on the phone or in a cache does not count, and a phone
that does not tell a reader from a preview counts for both. Nothing about a reader is kept: no address, no device, no time
but that of the last opening. It is counted in memory and written down every few seconds; what a killed process had not
written is lost.
"""

import re
import threading
from collections import Counter
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock, twins
from broadcasts.sending.tables import Group, Opening
from broadcasts.tables import Notice, public

SUFFIX = re.compile(r"[0-9a-z]{2,8}")
MOST = 10_000
"""So many pairs of notice and suffix are held between two writings: more is no crowd of readers."""
OPENS = "navigate"
"""How a browser asks for a page that somebody opens. One that does not say is believed."""


class Counted:
    """The openings that are not written down yet. One for a web process, used by many threads."""

    def __init__(self) -> None:
        self._waiting: Counter[tuple[int, str]] = Counter()
        self._lock = threading.Lock()

    def note(self, notice_id: int, suffix: str) -> None:
        key = (notice_id, suffix)
        with self._lock:
            if key in self._waiting or len(self._waiting) < MOST:
                self._waiting[key] += 1

    def take(self) -> Mapping[tuple[int, str], int]:
        with self._lock:
            taken, self._waiting = self._waiting, Counter()
        return taken

    def give_back(self, taken: Mapping[tuple[int, str], int]) -> None:
        with self._lock:
            self._waiting.update(taken)


def is_opening(headers: Mapping[str, str], suffix: str, *, only_headers: bool = False) -> bool:
    """Somebody opens the page: not a look at its headers, not a page fetched ahead or kept by our own service worker."""
    ahead = "prefetch" in headers.get("sec-purpose", headers.get("purpose", ""))
    return not only_headers and headers.get("sec-fetch-mode", OPENS) == OPENS and not ahead and bool(SUFFIX.fullmatch(suffix))


def keep(session: Session, taken: Mapping[tuple[int, str], int]) -> None:
    """Add them to the rows. A suffix that is no group of the notice's grid is nobody's and is dropped."""
    wanted = sa.select(Notice.id, Group.suffix, Group.id).join(Group, Group.grid_id == Notice.grid_id)
    named = wanted.where(
        public(), Notice.id.in_({notice for notice, _suffix in taken}), Group.suffix.in_({suffix for _notice, suffix in taken})
    )
    for notice_id, suffix, group_id in session.execute(named).all():
        if count := taken.get((notice_id, suffix), 0):
            row = twins.insert(session, Opening).values(notice_id=notice_id, group_id=group_id, count=count, last_at=clock.now())
            more = {"count": Opening.count + row.excluded.count, "last_at": row.excluded.last_at}
            session.execute(row.on_conflict_do_update(index_elements=["notice_id", "group_id"], set_=more))


def of_notice(session: Session, notice_id: int) -> dict[int, int]:
    """Openings by group."""
    rows = sa.select(Opening.group_id, Opening.count).where(Opening.notice_id == notice_id)
    found: dict[int, int] = dict(session.execute(rows).all())
    return found
