"""Which visits were called off since somebody said that they had moved; a photo is kept once for each who came into a thread"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("appointments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("removal_id", KEY, nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_appointments_removal_id"), "household_removals", ["removal_id"], ["id"])
        batch_op.create_index(batch_op.f("ix_appointments_removal_id"), ["removal_id"])
    with op.batch_alter_table("ticket_photos", schema=None) as batch_op:
        batch_op.drop_constraint("uq_ticket_photos_ticket_id", type_="unique")
        batch_op.create_unique_constraint(batch_op.f("uq_ticket_photos_entry_id"), ["entry_id", "digest"])
