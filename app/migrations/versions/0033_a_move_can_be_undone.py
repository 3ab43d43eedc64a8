"""A move that was a mistake can be undone"""

import sqlalchemy as sa
from alembic import op

import app.core.database

revision = "0033"
down_revision = "0032"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("household_removals", schema=None) as batch_op:
        batch_op.add_column(sa.Column("undone_at", app.core.database.Moment(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("undone_by_id", KEY, nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_household_removals_undone_by_id"), "people", ["undone_by_id"], ["id"])
