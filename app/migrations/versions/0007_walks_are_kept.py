"""Walks are reckoned and kept: homes, reach, gates, timed walks; opening hours worked out; the ways of paying"""

import sqlalchemy as sa
from alembic import op

import app.core.database

revision = "0007"
down_revision = "0006"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = app.core.database.Moment(timezone=True)


def upgrade() -> None:
    op.create_table(
        "timetables",
        sa.Column("id", KEY, nullable=False),
        sa.Column("opening_hours", sa.String(), nullable=False),
        sa.Column("calendar", sa.String(), nullable=False),
        sa.Column("since_at", MOMENT, nullable=False),
        sa.Column("until_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timetables")),
        sa.UniqueConstraint("opening_hours", name=op.f("uq_timetables_opening_hours")),
    )
    op.create_table(
        "opening_spans",
        sa.Column("timetable_id", KEY, nullable=False),
        sa.Column("opens_at", MOMENT, nullable=False),
        sa.Column("closes_at", MOMENT, nullable=False),
        sa.Column("known", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["timetable_id"], ["timetables.id"], name=op.f("fk_opening_spans_timetable_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("timetable_id", "opens_at", name=op.f("pk_opening_spans")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "pay_ways",
        sa.Column("id", KEY, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("rank", KEY, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("walk", sa.Enum("home", "out", name="walk", native_enum=False, length=40), nullable=False),
        sa.Column("official", sa.Boolean(), nullable=False),
        sa.Column("steps", sa.String(), nullable=False),
        sa.Column("need", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("changed_by_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(["changed_by_id"], ["people.id"], name=op.f("fk_pay_ways_changed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pay_ways")),
        sa.UniqueConstraint("key", name=op.f("uq_pay_ways_key")),
    )
    op.create_table(
        "gates",
        sa.Column("id", KEY, nullable=False),
        sa.Column("estate_id", KEY, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("opening_hours", sa.String(), nullable=False),
        sa.Column("pinned_at", MOMENT, nullable=False),
        sa.Column("pinned_by_id", KEY, nullable=False),
        sa.Column("removed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name=op.f("fk_gates_estate_id")),
        sa.ForeignKeyConstraint(["pinned_by_id"], ["people.id"], name=op.f("fk_gates_pinned_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gates")),
    )
    op.create_index(op.f("ix_gates_estate_id"), "gates", ["estate_id"])
    op.create_table(
        "reckoned_points",
        sa.Column("point_id", KEY, nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("reckoned_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["point_id"], ["payment_points.id"], name=op.f("fk_reckoned_points_point_id")),
        sa.PrimaryKeyConstraint("point_id", name=op.f("pk_reckoned_points")),
    )
    op.create_table(
        "homes",
        sa.Column("id", KEY, nullable=False),
        sa.Column("estate_id", KEY, nullable=False),
        sa.Column("building_id", KEY, nullable=True),
        sa.Column("households", KEY, nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("reckoned_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["building_id"], ["buildings.id"], name=op.f("fk_homes_building_id")),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name=op.f("fk_homes_estate_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_homes")),
        sa.UniqueConstraint("building_id", name=op.f("uq_homes_building_id")),
    )
    op.create_index(op.f("ix_homes_estate_id"), "homes", ["estate_id"])
    op.create_index(op.f("ix_homes_lat"), "homes", ["lat"])
    op.create_index(op.f("ix_homes_reckoned_at"), "homes", ["reckoned_at"])
    op.create_table(
        "timed_walks",
        sa.Column("id", KEY, nullable=False),
        sa.Column("estate_id", KEY, nullable=False),
        sa.Column("building_id", KEY, nullable=True),
        sa.Column("point_id", KEY, nullable=False),
        sa.Column("seconds", KEY, nullable=False),
        sa.Column("metres", sa.Double(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["building_id"], ["buildings.id"], name=op.f("fk_timed_walks_building_id")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_timed_walks_by_id")),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name=op.f("fk_timed_walks_estate_id")),
        sa.ForeignKeyConstraint(["point_id"], ["payment_points.id"], name=op.f("fk_timed_walks_point_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timed_walks")),
        sa.UniqueConstraint("nonce", name=op.f("uq_timed_walks_nonce")),
    )
    op.create_index(op.f("ix_timed_walks_estate_id"), "timed_walks", ["estate_id"])
    op.create_index(op.f("ix_timed_walks_point_id"), "timed_walks", ["point_id"])
    op.create_table(
        "gate_reach",
        sa.Column("home_id", KEY, nullable=False),
        sa.Column("gate_id", KEY, nullable=False),
        sa.Column("point_id", KEY, nullable=False),
        sa.Column("seconds", sa.SmallInteger(), nullable=False),
        sa.Column("least", sa.SmallInteger(), nullable=False),
        sa.Column("most", sa.SmallInteger(), nullable=False),
        sa.Column("method", sa.Enum("timed", "network", "valhalla", "line", name="how", native_enum=False, length=40), nullable=False),
        sa.ForeignKeyConstraint(["gate_id"], ["gates.id"], name=op.f("fk_gate_reach_gate_id")),
        sa.ForeignKeyConstraint(["home_id"], ["homes.id"], name=op.f("fk_gate_reach_home_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["point_id"], ["payment_points.id"], name=op.f("fk_gate_reach_point_id")),
        sa.PrimaryKeyConstraint("home_id", "gate_id", "point_id", name=op.f("pk_gate_reach")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "outlines",
        sa.Column("home_id", KEY, nullable=False),
        sa.Column("ring", sa.JSON(), nullable=False),
        sa.Column("slower", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["home_id"], ["homes.id"], name=op.f("fk_outlines_home_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("home_id", name=op.f("pk_outlines")),
    )
    op.create_table(
        "reach",
        sa.Column("home_id", KEY, nullable=False),
        sa.Column("point_id", KEY, nullable=False),
        sa.Column("seconds", sa.SmallInteger(), nullable=False),
        sa.Column("least", sa.SmallInteger(), nullable=False),
        sa.Column("most", sa.SmallInteger(), nullable=False),
        sa.Column("method", sa.Enum("timed", "network", "valhalla", "line", name="how", native_enum=False, length=40), nullable=False),
        sa.ForeignKeyConstraint(["home_id"], ["homes.id"], name=op.f("fk_reach_home_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["point_id"], ["payment_points.id"], name=op.f("fk_reach_point_id")),
        sa.PrimaryKeyConstraint("home_id", "point_id", name=op.f("pk_reach")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_reach_point_id"), "reach", ["point_id"])
