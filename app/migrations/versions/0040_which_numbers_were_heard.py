"""Which numbers were heard and which only written on the web; why visits were called off; a photo is kept anew for who came later"""

import sqlalchemy as sa
from alembic import op

import app.core.database

revision = "0040"
down_revision = "0039"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

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
    with op.batch_alter_table("appointments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("removal_id", KEY, nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_appointments_removal_id"), "household_removals", ["removal_id"], ["id"])
        batch_op.create_index(batch_op.f("ix_appointments_removal_id"), ["removal_id"])
    with op.batch_alter_table("ticket_photos", schema=None) as batch_op:
        batch_op.drop_constraint("uq_ticket_photos_ticket_id", type_="unique")
        batch_op.create_unique_constraint(batch_op.f("uq_ticket_photos_entry_id"), ["entry_id", "digest"])
