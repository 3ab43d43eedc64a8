"""Places to pay are kept true: sightings, machines, pairs that may be one place"""

import sqlalchemy as sa
from alembic import op

import app.core.database

revision = "0003"
down_revision = "0002"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = app.core.database.Moment(timezone=True)


def upgrade() -> None:
    op.add_column("payment_points", sa.Column("hidden_at", MOMENT, nullable=True))
    # Not in batch: SQLite would write the table anew and forget the triggers of its R*Tree.
    op.execute("ALTER TABLE payment_points ADD COLUMN same_as_id BIGINT REFERENCES payment_points (id)")
    op.create_table(
        "sightings",
        sa.Column("id", KEY, nullable=False),
        sa.Column("point_id", KEY, nullable=False),
        sa.Column("found", sa.Enum("open", "shut", "gone", name="found", native_enum=False, length=40), nullable=False),
        sa.Column("doubted", sa.Boolean(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_id", KEY, nullable=True),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("photo", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_sightings_by_id")),
        sa.ForeignKeyConstraint(["point_id"], ["payment_points.id"], name=op.f("fk_sightings_point_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sightings")),
        sa.UniqueConstraint("nonce", name=op.f("uq_sightings_nonce")),
    )
    op.create_index(op.f("ix_sightings_point_id"), "sightings", ["point_id"])
    op.create_table(
        "machines",
        sa.Column("id", KEY, nullable=False),
        sa.Column("point_id", KEY, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("added_by_id", KEY, nullable=False),
        sa.Column("removed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["added_by_id"], ["people.id"], name=op.f("fk_machines_added_by_id")),
        sa.ForeignKeyConstraint(["point_id"], ["payment_points.id"], name=op.f("fk_machines_point_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_machines")),
    )
    op.create_index(op.f("ix_machines_point_id"), "machines", ["point_id"])
    op.create_table(
        "machine_faults",
        sa.Column("id", KEY, nullable=False),
        sa.Column("machine_id", KEY, nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("repaired_at", MOMENT, nullable=True),
        sa.Column("repaired_by_id", KEY, nullable=True),
        sa.Column("repair", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_machine_faults_by_id")),
        sa.ForeignKeyConstraint(["machine_id"], ["machines.id"], name=op.f("fk_machine_faults_machine_id")),
        sa.ForeignKeyConstraint(["repaired_by_id"], ["people.id"], name=op.f("fk_machine_faults_repaired_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_machine_faults")),
    )
    op.create_index(op.f("ix_machine_faults_machine_id"), "machine_faults", ["machine_id"])
    op.create_table(
        "doubles",
        sa.Column("id", KEY, nullable=False),
        sa.Column("first_id", KEY, nullable=False),
        sa.Column("second_id", KEY, nullable=False),
        sa.Column("metres", sa.Float(), nullable=False),
        sa.Column("likeness", sa.Float(), nullable=False),
        sa.Column("found_at", MOMENT, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("decided_by_id", KEY, nullable=True),
        sa.Column("same", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["decided_by_id"], ["people.id"], name=op.f("fk_doubles_decided_by_id")),
        sa.ForeignKeyConstraint(["first_id"], ["payment_points.id"], name=op.f("fk_doubles_first_id")),
        sa.ForeignKeyConstraint(["second_id"], ["payment_points.id"], name=op.f("fk_doubles_second_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_doubles")),
        sa.UniqueConstraint("first_id", "second_id", name=op.f("uq_doubles_first_id")),
    )
    op.create_index(op.f("ix_doubles_first_id"), "doubles", ["first_id"])
    op.create_index(op.f("ix_doubles_second_id"), "doubles", ["second_id"])
    op.create_index(op.f("ix_doubles_decided_at"), "doubles", ["decided_at"])
