"""Which questions of a pasted text were answered is kept with the draft, so that the others are asked again before it goes out"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    with op.batch_alter_table("pasted_notices") as batch:
        batch.add_column(sa.Column("answers", sa.JSON(), nullable=False, server_default="[]"))
