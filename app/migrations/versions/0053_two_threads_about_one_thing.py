"""Two threads about one thing: which answers for which"""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "ticket_joins",
        sa.Column("closure_id", KEY, nullable=False),
        sa.Column("kept_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["closure_id"], ["closures.id"], name=op.f("fk_ticket_joins_closure_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["kept_id"], ["tickets.id"], name=op.f("fk_ticket_joins_kept_id")),
        sa.PrimaryKeyConstraint("closure_id", name=op.f("pk_ticket_joins")),
    )
    op.create_index(op.f("ix_ticket_joins_kept_id"), "ticket_joins", ["kept_id"])
