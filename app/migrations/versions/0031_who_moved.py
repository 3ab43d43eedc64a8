"""Who moved out of a home, and since when another household has it"""

import sqlalchemy as sa
from alembic import op

import app.core.database

revision = "0031"
down_revision = "0030"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "household_removals",
        sa.Column("id", KEY, nullable=False),
        sa.Column("gone_id", KEY, nullable=False),
        sa.Column("came_id", KEY, nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("at", app.core.database.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["gone_id"], ["households.id"], name=op.f("fk_household_removals_gone_id")),
        sa.ForeignKeyConstraint(["came_id"], ["households.id"], name=op.f("fk_household_removals_came_id")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_household_removals_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_removals")),
    )
    with op.batch_alter_table("household_removals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_household_removals_gone_id"), ["gone_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_household_removals_came_id"), ["came_id"], unique=False)
