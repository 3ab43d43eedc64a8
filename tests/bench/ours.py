"""The product's pipeline: leases, sealing, sending and what became of each, on SQLite as it is shipped.

`python -m tests.bench.ours HOME CERTIFICATE NOTICE [prepared]`: an emergency takes the envelopes that were prepared before.
"""

import functools
import gc
import sys
from pathlib import Path

import sqlalchemy as sa

from app.core import logs, words
from app.core.jobs import Work
from broadcasts.channels import webpush
from broadcasts.deliveries import deliveries
from broadcasts.deliveries.tables import Delivery, DeliveryState
from broadcasts.tables import Notice, NoticeKind
from pwa import prepared
from pwa.tables import Prepared
from tests.bench import crowd
from tests.bench.measure import measured


def main(home: Path, certificate: Path, notice_id: int, *, emergency: bool) -> None:
    webpush.Channel = functools.partial(webpush.Channel, certificates=certificate)  # type: ignore[misc,assignment]
    logs.configure("CRITICAL")
    work = crowd.work(home)
    if emergency:
        prepare(work)
    with work.database.writing() as session:
        session.get_one(Notice, notice_id).kind = NoticeKind.fault_outage if emergency else NoticeKind.planned_outage
        update_id = crowd.tell(session, notice_id)
        last = session.scalar(sa.select(sa.func.max(Delivery.shard)).where(Delivery.update_id == update_id)) or 0
    words.catalogue(words.language.get())
    gc.freeze()  # As the work process does.
    with measured() as done:
        for shard in range(last + 1):
            deliveries.send_shard(work, update_id=update_id, shard=shard)
        sent = sa.select(sa.func.count()).where(Delivery.update_id == update_id, Delivery.state == DeliveryState.sent)
        with work.database.reading() as session:
            done.messages = session.scalar(sent) or 0
    with work.database.reading() as session:
        if left := session.scalar(sa.select(sa.func.count()).select_from(Prepared)):
            raise RuntimeError(f"{left} envelopes were not taken")


def prepare(work: Work) -> None:
    after: int | None = 0
    while after is not None:
        after = prepared.prepare(work.database, after=after, most=2_000)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), emergency="prepared" in sys.argv)
