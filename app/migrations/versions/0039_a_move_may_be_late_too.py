"""A planned outage that is moved is announced anew: why a move comes later than the rule asks is kept beside its update"""

import sqlalchemy as sa
from alembic import op

import app.core.database

revision = "0039"
down_revision = "0038"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "late_moves",
        sa.Column("update_id", KEY, nullable=False),
        sa.Column("notice_id", KEY, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("ahead_minutes", KEY, nullable=False),
        sa.Column("needed_hours", KEY, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("at", app.core.database.Moment(timezone=True), nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["update_id"], ["notice_updates.id"], name=op.f("fk_late_moves_update_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_late_moves_notice_id")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_late_moves_by_id")),
        sa.PrimaryKeyConstraint("update_id", name=op.f("pk_late_moves")),
    )
    with op.batch_alter_table("late_moves") as batch:
        batch.create_index("ix_late_moves_notice_id", ["notice_id"])
