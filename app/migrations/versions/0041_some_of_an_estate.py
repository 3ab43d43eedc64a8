"""Of an estate only some may be meant, and nobody knows which yet."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"


def upgrade() -> None:
    with op.batch_alter_table("notice_places", schema=None) as batch_op:
        batch_op.add_column(sa.Column("partly", sa.Boolean(), server_default=sa.false(), nullable=False))
