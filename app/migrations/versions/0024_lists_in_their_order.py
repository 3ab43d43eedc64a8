"""The lists of questions lie in their order, grid by grid"""

from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.create_index("ix_tickets_waiting", "tickets", ["grid_id", "state", "due_at", "id"])
    op.create_index("ix_tickets_newest", "tickets", ["grid_id", "state", "id"])
    op.create_index("ix_tickets_asked_in", "tickets", ["grid_id", "asked_at"])
    op.create_index("ix_consultations_ended", "consultations", ["ended_at", "due_at"])
    for name in ("ix_tickets_inbox", "ix_tickets_state", "ix_tickets_grid_id", "ix_tickets_unfinished"):
        op.drop_index(name, "tickets")
    op.create_index("ix_tickets_unfinished", "tickets", ["grid_id", "state", "completion_due_at"])
