"""An installation with a crowd of devices enrolled at the sink, and a routine notice for all of them."""

import os
from pathlib import Path

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy.orm import Session

from app import release
from app.core import clock, jobs, settings
from app.core.database import Database
from app.core.jobs import Work
from broadcasts.deliveries import deliveries
from broadcasts.subscribers.tables import Subscriber, Subscription
from broadcasts.tables import Notice, Update, UpdateState
from pwa.tables import Device
from tests import cast
from tests.broadcasts import stage


def work(home: Path) -> Work:
    chosen = settings.load(environ(home))
    database = Database(chosen.database_url)
    jobs.connect(database)
    return Work(database=database, settings=chosen)


def environ(home: Path) -> dict[str, str]:
    return {"LINDIAN_HOME": str(home), "LINDIAN_PUSH_LOOPBACK": "1", "LINDIAN_LOG": "CRITICAL"}


def gather(home: Path, origin: str, many: int) -> int:
    """The notice's id."""
    home.mkdir()
    release.migrate(settings.load(environ(home)))
    with work(home).database.writing() as session:
        return enrol(session, cast.play(session), origin, many)


def enrol(session: Session, town: cast.Cast, origin: str, many: int) -> int:
    """Devices that hear of all in 莲花网格, and the id of a notice for them. Each has its own true key."""
    keys = [{"p256dh": _point(), "auth": os.urandom(16), "endpoint": f"{origin}/push/{os.urandom(24).hex()}"} for _ in range(many)]
    now = clock.now()
    session.execute(sa.insert(Device), [{**key, "created_at": now, "seen_at": now} for key in keys])
    at = sa.literal(now, Device.seen_at.type)
    asked = sa.select(Device.id, sa.literal("push"), Device.endpoint, at, *[sa.true()] * 5)
    columns = ["device_id", "channel", "salt", "created_at", "outage", "payment", "safety", "knowledge", "outage_breaks"]
    session.execute(sa.insert(Subscriber).from_select(columns, asked))
    rows = sa.select(Subscriber.id, sa.literal(town.lotus.id), at)
    session.execute(sa.insert(Subscription).from_select(["subscriber_id", "grid_id", "created_at"], rows))
    return stage.planned(town).id


def tell(session: Session, notice_id: int) -> int:
    """One more update for everybody; what still waited of the ones before is overtaken. Its id."""
    by = session.get_one(Notice, notice_id).created_by_id
    update = Update(notice_id=notice_id, state=UpdateState.progress, words="正在施工。", at=clock.now(), by_id=by)
    session.add(update)
    session.flush()
    deliveries.announce(session, update)
    return update.id


def _point() -> bytes:
    return ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
