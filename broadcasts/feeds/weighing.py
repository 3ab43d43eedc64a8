"""How a notice weighs in the terms of CAP 1.2: what to do, how soon, how bad, how sure."""

from datetime import datetime, timedelta

import msgspec

from broadcasts.tables import Notice, NoticeKind, NoticeState

OFF = (NoticeState.cancelled, NoticeState.superseded)
OVER = (NoticeState.restored, *OFF)
SEVERE = {NoticeKind.fault_outage: "Moderate", NoticeKind.safety: "Moderate"}
SOON = timedelta(hours=1)


class Weight(msgspec.Struct, frozen=True):
    """How the standard wants it weighed: what to do, how soon, how bad, how sure."""

    response: str
    urgency: str
    severity: str
    certainty: str


def weighed(notice: Notice) -> Weight:
    sent, severity = changed(notice), SEVERE.get(notice.kind, "Minor")
    if notice.state in OVER:
        return Weight("AllClear", "Past", "Minor", "Observed" if notice.state is NoticeState.restored else "Unlikely")
    if not notice.kind.is_outage:
        return Weight("Prepare" if notice.kind is NoticeKind.safety else "None", "Future", severity, "Possible")
    if notice.starts_at is None or notice.starts_at <= sent:
        return Weight("Monitor", "Immediate", severity, "Observed")
    return Weight("Prepare", "Expected" if notice.starts_at - sent <= SOON else "Future", severity, "Likely")


def changed(notice: Notice) -> datetime:
    last = notice.updates[-1].at if notice.updates else notice.published_at
    return last or notice.created_at
