"""The devices that agreed to be pushed to, and what is prepared for them."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Table


class Device(Table):
    """A browser's push address with its keys.

    `sign_in`: a colleague who is signed in there switched it on for work. It ends with the sign-in; of a resident nothing is known.
    """

    __tablename__ = "devices"

    id: Mapped[int] = mapped_column(primary_key=True)
    endpoint: Mapped[str] = mapped_column(unique=True)
    p256dh: Mapped[bytes]
    auth: Mapped[bytes]
    sign_in: Mapped[str | None] = mapped_column(sa.ForeignKey("sign_ins.token_hash", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class Prepared(Table):
    """Half an envelope for a device, made in idle time for its next emergency. Whoever takes it deletes it, so that it is used once.

    `auth` is the device's of then: with other keys by now it is of no use.
    """

    __tablename__ = "prepared_envelopes"

    device_id: Mapped[int] = mapped_column(sa.ForeignKey("devices.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    auth: Mapped[bytes]
    half: Mapped[bytes]
