"""What dispatch sent and a manager pasted stays beside the notices made of it."""

import sqlalchemy as sa
from alembic import op

import app.core.database

revision = "0009"
down_revision = "0008"
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "pastes",
        sa.Column("id", KEY, nullable=False),
        sa.Column("grid_id", KEY, nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", app.core.database.Moment(timezone=True), nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_pastes_by_id")),
        sa.ForeignKeyConstraint(["grid_id"], ["grids.id"], name=op.f("fk_pastes_grid_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pastes")),
    )
    op.create_table(
        "pasted_notices",
        sa.Column("notice_id", KEY, nullable=False),
        sa.Column("paste_id", KEY, nullable=False),
        sa.Column("part", KEY, nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_pasted_notices_notice_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["paste_id"], ["pastes.id"], name=op.f("fk_pasted_notices_paste_id")),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_pasted_notices")),
    )
    op.create_index(op.f("ix_pastes_grid_id"), "pastes", ["grid_id"])
    op.create_index(op.f("ix_pasted_notices_paste_id"), "pasted_notices", ["paste_id"])
