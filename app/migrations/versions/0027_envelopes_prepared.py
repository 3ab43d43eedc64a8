"""Envelopes are prepared in idle time, each for one message to one device.

Revision ID: 0027
Revises: 0026
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "prepared_envelopes",
        sa.Column("device_id", key, autoincrement=False, nullable=False),
        sa.Column("auth", sa.LargeBinary(), nullable=False),
        sa.Column("half", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_prepared_envelopes_device_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("device_id", name=op.f("pk_prepared_envelopes")),
    )
