"""A holiday announced later moves the clocks that run"""

import sqlalchemy as sa
from alembic import op

import app.core.database

revision = "0034"
down_revision = "0033"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    moment = app.core.database.Moment(timezone=True)
    op.create_table(
        "reckoned_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.Enum("holiday", "workday", name="daykind", native_enum=False, length=40), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_reckoned_days")),
    )
    op.create_table(
        "clock_shifts",
        sa.Column("id", KEY, nullable=False),
        sa.Column("clock_id", KEY, nullable=False),
        sa.Column("was_due_at", moment, nullable=False),
        sa.Column("due_at", moment, nullable=False),
        sa.Column("days", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.ForeignKeyConstraint(["clock_id"], ["ticket_clocks.id"], name=op.f("fk_clock_shifts_clock_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_shifts")),
    )
    with op.batch_alter_table("clock_shifts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_clock_shifts_clock_id"), ["clock_id"], unique=False)
