"""How many phones of a push service took a message, and how many it said to be gone"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "gone_tallies",
        sa.Column("update_id", KEY, nullable=False),
        sa.Column("shard", KEY, autoincrement=False, nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("taken", KEY, nullable=False),
        sa.Column("gone", KEY, nullable=False),
        sa.ForeignKeyConstraint(["update_id"], ["notice_updates.id"], name=op.f("fk_gone_tallies_update_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("update_id", "shard", "service", name=op.f("pk_gone_tallies")),
    )
