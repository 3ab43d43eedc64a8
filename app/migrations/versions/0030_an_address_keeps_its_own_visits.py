"""A visit and a rating are seen at the address where they were made; a visit has its own kind and tells its end"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("appointments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("address", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("kind", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("told_id", KEY, nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_appointments_told_id"), "entries", ["told_id"], ["id"], ondelete="SET NULL")
    with op.batch_alter_table("ratings", schema=None) as batch_op:
        batch_op.add_column(sa.Column("address", sa.String(), nullable=True))
