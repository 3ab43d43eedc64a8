"""Who lives by the light and hears of an outage to come is called before it begins"""

import sqlalchemy as sa
from alembic import op

import app.core.database

revision = "0051"
down_revision = "0050"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "calls_before",
        sa.Column("ticket_id", KEY, nullable=False),
        sa.Column("begins_at", app.core.database.Moment(timezone=True), nullable=True),
        sa.Column("at", app.core.database.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_calls_before_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_calls_before")),
    )
