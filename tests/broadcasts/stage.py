"""What the broadcasts' tests say in one line."""

from datetime import datetime, timedelta
from typing import Any

from app.core import clock
from broadcasts import drafts, notices
from broadcasts.tables import Notice, NoticeKind
from tests.cast import Cast

NOON = datetime(2027, 7, 14, 12, 0, tzinfo=clock.SHANGHAI)
HOUR = timedelta(hours=1)


def draft(town: Cast, **said: Any) -> Notice:
    """王芳 writes of a fault in 莲花园, back in three hours, unless said otherwise."""
    given = {
        "kind": NoticeKind.fault_outage, "estates": [town.garden.id], "cause": "电缆被挖断", "line": "10kV学院线916",
        "words": "正在抢修。", "ends_at": clock.now() + 3 * HOUR,
    }  # fmt: skip
    return drafts.write(town.session, town.lotus, by=town.me(town.wangfang), **(given | said))


def published(town: Cast, **said: Any) -> Notice:
    return notices.publish(town.session, draft(town, **said), by=town.me(town.wangfang))


def planned(town: Cast, **said: Any) -> Notice:
    start = clock.now() + timedelta(days=8)
    return published(town, **({"kind": NoticeKind.planned_outage, "starts_at": start, "ends_at": start + 9 * HOUR} | said))
