"""What else holds where a notice told of an outage: whoever opens an old link is told the present truth of the place first."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from broadcasts import homes
from broadcasts.homes import Answer, Touch
from broadcasts.notices import SHOWN
from broadcasts.present import SILENT, Present, present
from broadcasts.shelf import OUTAGES, Told
from broadcasts.tables import Notice, NoticeState, public
from grids.tables import Estate

OVER = ("restored", "cancelled", "finished")


def beside(session: Session, notice: Notice, at: datetime) -> list[Told]:
    """The grid's other outages that run or are to come, in the order in which they begin."""
    lasting = sa.or_(Notice.ends_at.is_(None), Notice.ends_at > at - SILENT)
    holds = (Notice.grid_id == notice.grid_id, Notice.id != notice.id, Notice.state == NoticeState.published, public(), lasting)
    found = sa.select(Notice).where(*holds, Notice.kind.in_(OUTAGES)).order_by(Notice.starts_at, Notice.id)
    return [Told(one, present(one, at)) for one in session.scalars(found.options(*SHOWN))]


def to_tell(notice: Notice, now: Present, others: Iterable[Told]) -> list[Told]:
    """Those that its page tells too: while it runs none; of what is to come only where it is over."""
    if now.runs or now.instead:
        return []
    told = [one for one in others if one.now.runs or now.state in OVER]
    return [one for one in told if _meet(one.notice, notice)]


def first(now: Present, told: Iterable[Told]) -> list[Told]:
    """Those that are told before it: who opens what is over shall not miss what runs. A notice that holds is told first itself."""
    return [one for one in told if one.now.runs and now.state in OVER]


class Home(msgspec.Struct, frozen=True):
    """What the notice itself says of a home, and the other outage that is to be told there as well."""

    own: Answer
    other: Answer | None = None
    held: Told | None = None


def of_home(notice: Notice, now: Present, others: Sequence[Told], home: Estate, building: str) -> Home:
    """This notice first. Another one where this one spares the home or is over, or the other runs there already."""
    own = homes.ask(notice, home, building)
    asked = [(homes.ask(one.notice, home, building), one) for one in sorted(others, key=lambda one: not one.now.runs)]
    answer, held = next(((said, one) for said, one in asked if said.touch is not Touch.no), (None, None))
    if held is None or own.touch is Touch.unknown:
        return Home(own)
    beside = own.touch is Touch.no or now.state in OVER or (held.now.runs and not now.runs)
    return Home(own, answer, held) if beside else Home(own)


def _meet(one: Notice, other: Notice) -> bool:
    return any(
        here.estate_id == there.estate_id and (not here.building_id or not there.building_id or here.building_id == there.building_id)
        for here in one.places
        for there in other.places
    )
