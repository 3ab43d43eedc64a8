"""Who moved in says so, and a colleague looks at it"""

import sqlalchemy as sa
from alembic import op

import app.core.database

revision = "0036"
down_revision = "0035"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("household_removals", schema=None) as batch_op:
        batch_op.alter_column("by_id", existing_type=KEY, nullable=True)
        batch_op.add_column(sa.Column("seen_at", app.core.database.Moment(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("seen_by_id", KEY, nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_household_removals_seen_by_id"), "people", ["seen_by_id"], ["id"])
    with op.batch_alter_table("household_differences", schema=None) as batch_op:
        batch_op.alter_column("by_id", existing_type=KEY, nullable=True)
