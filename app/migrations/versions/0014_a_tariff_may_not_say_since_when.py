"""A tariff may not say since when it holds: our file had days and a rule for large households that its sources do not tell"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    with op.batch_alter_table("tariffs", schema=None) as batch_op:
        batch_op.alter_column("effective_on", existing_type=sa.Date(), nullable=True)
    # What an administrator stated stays.
    op.execute("UPDATE tariffs SET effective_on = NULL, people_from = 0, people_kwh = 0 WHERE set_by_id IS NULL")
