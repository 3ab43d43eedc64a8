"""Questions of one kind lie in their order, grid by grid: the dangers stand at the head of every list"""

from alembic import op

revision = "0047"
down_revision = "0046"


def upgrade() -> None:
    op.create_index("ix_tickets_of_a_kind", "tickets", ["kind", "state", "grid_id", "due_at"])
    op.drop_index("ix_tickets_kind", "tickets")
