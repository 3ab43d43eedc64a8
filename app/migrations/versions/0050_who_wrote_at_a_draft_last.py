"""Who wrote at a draft last, and when: those that wait now were written by who began them"""

import sqlalchemy as sa
from alembic import op

import app.core.database

revision = "0050"
down_revision = "0049"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "draft_writings",
        sa.Column("notice_id", KEY, nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("at", app.core.database.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_draft_writings_notice_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_draft_writings_by_id")),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_draft_writings")),
    )
    op.execute(
        "INSERT INTO draft_writings (notice_id, by_id, at) SELECT id, created_by_id, created_at FROM notices"
        " WHERE state IN ('draft', 'scheduled')"
    )
