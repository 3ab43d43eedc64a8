"""One step of a notice's life is told: the timeline's entry, the version, the log, what it promises, and everybody who hears."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.core import audit, clock
from broadcasts import hearing
from broadcasts.deliveries import deliveries
from broadcasts.promises import promises, reminders
from broadcasts.tables import Notice, Update, UpdateState
from grids.tables import Person


def tell(
    session: Session, notice: Notice, state: UpdateState, words: str = "", *, by: int, next_update_at: datetime | None = None,
    after: timedelta = timedelta(),
) -> Update:  # fmt: skip
    """All in the transaction of the act. Messages leave `after` a while."""
    notice.version += 1
    notice.next_update_at = None if state in promises.OVER else next_update_at
    person = session.get_one(Person, by)
    told = Update(notice=notice, state=state, words=words, starts_at=notice.starts_at, ends_at=notice.ends_at, at=clock.now(), by=person)
    session.add(told)
    session.flush()
    audit.record(session, f"notices.{state}", f"notice/{notice.number}", by=by, version=notice.version)
    promises.follow(session, notice, told)
    reminders.follow(session, notice)
    deliveries.announce(session, told, after=after)
    hearing.tell(session, told)
    return told
