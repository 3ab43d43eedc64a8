"""A grid is passed on: to whom, with what; whose promises are to keep"""

import sqlalchemy as sa
from alembic import op

import app.core.database

revision = "0025"
down_revision = "0024"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = app.core.database.Moment(timezone=True)


def upgrade() -> None:
    passings()
    passed_things()
    with op.batch_alter_table("ticket_promises") as promises:
        promises.add_column(sa.Column("keeper_id", KEY, nullable=True))
        promises.create_foreign_key(op.f("fk_ticket_promises_keeper_id"), "people", ["keeper_id"], ["id"])


def passings() -> None:
    op.create_table(
        "passings",
        sa.Column("id", KEY, nullable=False),
        sa.Column("grid_id", KEY, nullable=False),
        sa.Column("from_id", KEY, nullable=False),
        sa.Column("to_id", KEY, nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("taken", sa.Boolean(), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_by_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_passings_by_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["people.id"], name=op.f("fk_passings_ended_by_id")),
        sa.ForeignKeyConstraint(["from_id"], ["people.id"], name=op.f("fk_passings_from_id")),
        sa.ForeignKeyConstraint(["grid_id"], ["grids.id"], name=op.f("fk_passings_grid_id")),
        sa.ForeignKeyConstraint(["to_id"], ["people.id"], name=op.f("fk_passings_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passings")),
    )
    with op.batch_alter_table("passings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_passings_from_id"), ["from_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_passings_to_id"), ["to_id"], unique=False)
        batch_op.create_index(
            "uq_passings_open",
            ["grid_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )


def passed_things() -> None:
    op.create_table(
        "passed_things",
        sa.Column("id", KEY, nullable=False),
        sa.Column("passing_id", KEY, nullable=False),
        sa.Column(
            "what",
            sa.Enum(
                "promise",
                "question",
                "consultation",
                "notice",
                "group",
                "steward",
                "routine",
                "card",
                "point",
                name="passed",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("key", KEY, nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["passing_id"], ["passings.id"], name=op.f("fk_passed_things_passing_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passed_things")),
    )
    with op.batch_alter_table("passed_things", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_passed_things_passing_id"), ["passing_id"], unique=False)
