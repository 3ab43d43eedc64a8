"""A clock that colleagues stopped knows their grid, so that how long answers take there is found without looking at all."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("ticket_clocks") as batch:
        batch.add_column(sa.Column("grid_id", KEY, nullable=True))
        batch.create_foreign_key("fk_ticket_clocks_grid_id", "grids", ["grid_id"], ["id"])
        batch.create_index("ix_ticket_clocks_took", ["grid_id", "ended_at"])
        batch.create_index("ix_ticket_clocks_began_at", ["began_at"])
    op.execute(
        "UPDATE ticket_clocks SET grid_id = (SELECT grid_id FROM tickets WHERE tickets.id = ticket_clocks.ticket_id)"
        " WHERE minutes IS NOT NULL"
    )
