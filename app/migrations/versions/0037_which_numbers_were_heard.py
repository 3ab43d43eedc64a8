"""Which numbers somebody heard from a household, and which were only written on the web"""

import sqlalchemy as sa
from alembic import op

import app.core.database

revision = "0037"
down_revision = "0036"

HEARD = """
UPDATE reaches SET heard_at = at WHERE id IN (
    SELECT reach_id FROM tickets WHERE channel <> 'web' AND reach_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM entries WHERE entries.ticket_id = tickets.id AND entries.author_id IS NULL AND entries.channel = 'web'
    )
)
"""


def upgrade() -> None:
    with op.batch_alter_table("reaches", schema=None) as batch_op:
        batch_op.add_column(sa.Column("heard_at", app.core.database.Moment(timezone=True), nullable=True))
    op.execute(HEARD)
