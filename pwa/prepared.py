"""Envelopes prepared in idle time, so that an emergency need only put its words in."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import twins
from app.core.among import among
from app.core.database import Database
from pwa.push import sealing
from pwa.tables import Device, Prepared


def prepare(database: Database, *, after: int, most: int) -> int | None:
    """For the next few devices behind this id that have none. The last one's id, if there may be more."""
    wanted = sa.select(Device.id, Device.p256dh, Device.auth).outerjoin(Prepared, Prepared.device_id == Device.id)
    with database.reading() as session:
        rows = session.execute(wanted.where(Prepared.device_id.is_(None), Device.id > after).order_by(Device.id).limit(most)).all()
    # Sealed outside of any transaction: whoever writes need not wait for it.
    made = [{"of": key, "as": auth, "by": sealing.prepare(p256dh=p256dh, auth=auth)} for key, p256dh, auth in rows]
    if made:
        with database.writing() as session:
            _keep(session, made)
    return rows[-1].id if len(rows) == most else None


def take(session: Session, devices: Sequence[int]) -> dict[tuple[int, bytes], bytes]:
    """What there is for these devices, by device and its `auth`. It is gone with this transaction: nobody has it again."""
    free = sa.select(Prepared.device_id).where(among(Prepared.device_id, devices)).with_for_update(skip_locked=True)
    taken = sa.delete(Prepared).where(Prepared.device_id.in_(free)).returning(Prepared.device_id, Prepared.auth, Prepared.half)
    return {(device, auth): half for device, auth, half in session.connection().execute(taken)}


def _keep(session: Session, made: list[dict[str, object]]) -> None:
    """Unless the device has gone meanwhile, or somebody else was quicker."""
    still = sa.select(Device.id, sa.bindparam("as", type_=sa.LargeBinary), sa.bindparam("by", type_=sa.LargeBinary))
    row = twins.insert(session, Prepared).from_select(["device_id", "auth", "half"], still.where(Device.id == sa.bindparam("of")))
    session.connection().execute(row.on_conflict_do_nothing(), made)
