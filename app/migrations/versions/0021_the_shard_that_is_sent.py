"""A shard of deliveries is found without the rest of its message: what is left of 100,000 is not looked through for each batch.

Revision ID: 0021
Revises: 0020
"""

from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_index("ix_deliveries_shard", "deliveries", ["update_id", "shard"])
    op.drop_index("ix_deliveries_update_id", "deliveries")
