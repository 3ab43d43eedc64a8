"""Buildings that nobody told of an outage which is not over: what a supervisor asks the manager about first."""

import msgspec
from sqlalchemy.orm import Session

from broadcasts.sending import reached
from broadcasts.sending.reached import Sum
from broadcasts.tables import Notice
from grids.staff.staff import Me


class Unreached(msgspec.Struct, frozen=True):
    notices: list[tuple[Notice, Sum]]

    @property
    def buildings(self) -> int:
        return sum(total.missed for _notice, total in self.notices)

    @property
    def households(self) -> int:
        return sum(total.households_missed for _notice, total in self.notices)

    @property
    def named(self) -> str:
        """The grids behind the figure: 3 at most."""
        names = list(dict.fromkeys(notice.grid.name for notice, _total in self.notices))
        return " · ".join(names[:3]) + (" …" if len(names) > 3 else "")


def of(session: Session, me: Me, *, grid_id: int | None = None) -> Unreached:
    me.must_review()
    return Unreached(reached.missed(session, me.seen if grid_id is None else me.seen & {grid_id}))
