"""Homes know whether a gate with hours of its own makes some of their walks shorter"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("homes", sa.Column("gated", sa.Boolean(), nullable=False, server_default=sa.false()))
