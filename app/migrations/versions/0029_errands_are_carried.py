"""Errands are carried by providers: what became of each"""

import sqlalchemy as sa
from alembic import op

import app.core.database

revision = "0029"
down_revision = "0028"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "errand_carriages",
        sa.Column("errand_id", KEY, nullable=False),
        sa.Column(
            "state",
            sa.Enum("waiting", "sending", "sent", "gone", "failed", name="deliverystate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("tries", KEY, nullable=False),
        sa.Column("due_at", app.core.database.Moment(timezone=True), nullable=False),
        sa.Column("sent_at", app.core.database.Moment(timezone=True), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["errand_id"], ["errands.id"], name=op.f("fk_errand_carriages_errand_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("errand_id", name=op.f("pk_errand_carriages")),
    )
    with op.batch_alter_table("errand_carriages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_errand_carriages_due_at"), ["due_at"], unique=False)
