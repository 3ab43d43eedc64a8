"""Whoever wants to hear is a subscriber of some channel; a subscription says where; devices that had asked go on hearing."""

import secrets

import sqlalchemy as sa
from alembic import op

import app.core.database

revision = "0008"
down_revision = "0007"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = app.core.database.Moment(timezone=True)
CHANNEL = sa.Enum("push", "sms", "email", "wecom", "webhook", name="channelname", native_enum=False, length=40)


def upgrade() -> None:
    before = op.get_bind().execute(sa.text("SELECT device_id, grid_id, estate_id, created_at FROM subscriptions ORDER BY id")).all()
    op.drop_table("subscriptions")
    _create()
    op.execute("ALTER TABLE deliveries ADD COLUMN subscriber_id BIGINT REFERENCES subscribers (id) ON DELETE SET NULL")
    op.add_column("deliveries", sa.Column("channel", CHANNEL, server_default="push", nullable=False))
    filled = {f"{engine}_where": sa.text("subscriber_id IS NOT NULL") for engine in ("sqlite", "postgresql")}
    op.create_index("uq_deliveries_subscriber_id", "deliveries", ["subscriber_id", "update_id"], unique=True, **filled)
    _bring_back([tuple(row) for row in before])


def _create() -> None:
    op.create_table(
        "subscribers",
        sa.Column("id", KEY, nullable=False),
        sa.Column("channel", CHANNEL, nullable=False),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("device_id", KEY, nullable=True),
        sa.Column("salt", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=True),
        *(sa.Column(topic, sa.Boolean(), nullable=False) for topic in ("outage", "payment", "safety", "knowledge")),
        sa.Column("quiet_from", KEY, nullable=True),
        sa.Column("quiet_until", KEY, nullable=True),
        sa.Column("outage_breaks", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_subscribers_device_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscribers")),
        sa.UniqueConstraint("channel", "address", name=op.f("uq_subscribers_channel")),
        sa.UniqueConstraint("device_id", name=op.f("uq_subscribers_device_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_subscribers_token_hash")),
    )
    op.create_table(
        "subscriptions",
        sa.Column("id", KEY, nullable=False),
        sa.Column("subscriber_id", KEY, nullable=False),
        sa.Column("grid_id", KEY, nullable=False),
        sa.Column("estate_id", KEY, nullable=True),
        sa.Column("building_id", KEY, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["subscriber_id"], ["subscribers.id"], name=op.f("fk_subscriptions_subscriber_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["grid_id"], ["grids.id"], name=op.f("fk_subscriptions_grid_id")),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name=op.f("fk_subscriptions_estate_id")),
        sa.ForeignKeyConstraint(["building_id"], ["buildings.id"], name=op.f("fk_subscriptions_building_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
        sa.UniqueConstraint("subscriber_id", "grid_id", "estate_id", "building_id", name=op.f("uq_subscriptions_subscriber_id")),
    )
    for name in ("subscriber_id", "grid_id", "estate_id", "building_id"):
        op.create_index(op.f(f"ix_subscriptions_{name}"), "subscriptions", [name])
    op.create_table(
        "confirmations",
        sa.Column("id", KEY, nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("channel", CHANNEL, nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("grid_id", KEY, nullable=False),
        sa.Column("salt", sa.String(), nullable=False),
        sa.Column("wish", sa.JSON(), nullable=False),
        sa.Column("tries", KEY, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["grid_id"], ["grids.id"], name=op.f("fk_confirmations_grid_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmations")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_confirmations_token_hash")),
    )
    op.create_index(op.f("ix_confirmations_asked_at"), "confirmations", ["asked_at"])
    op.create_table(
        "attempts",
        sa.Column("id", KEY, nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
    )
    op.create_index("ix_attempts_subject", "attempts", ["purpose", "subject", "at"])
    op.create_index(op.f("ix_attempts_at"), "attempts", ["at"])
    op.create_table(
        "valves",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("level", sa.Float(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("failures", KEY, nullable=False),
        sa.Column("shut_until", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_valves")),
    )


def _bring_back(before: list[tuple[object, ...]]) -> None:
    """A device that had asked is a subscriber of all topics. Its link is made when its app starts next."""
    devices = {row[0]: row[3] for row in before}

    one = sa.text(
        "INSERT INTO subscribers (device_id, channel, salt, outage, payment, safety, knowledge, outage_breaks, created_at)"
        " VALUES (:device, 'push', :salt, true, true, true, true, true, :at)"
    )
    place = sa.text(
        "INSERT INTO subscriptions (subscriber_id, grid_id, estate_id, created_at)"
        " SELECT id, :grid, :estate, :at FROM subscribers WHERE device_id = :device"
    )
    bind = op.get_bind()
    if devices:
        bind.execute(one, [{"device": device, "salt": secrets.token_hex(16), "at": at} for device, at in devices.items()])
        bind.execute(place, [{"device": row[0], "grid": row[1], "estate": row[2], "at": row[3]} for row in before])
