"""What residents said and where they live was copied where a grid was passed on, and no erasure reached it: the row alone is kept"""

from alembic import op

revision = "0049"
down_revision = "0048"


def upgrade() -> None:
    op.execute("UPDATE passed_things SET words = '' WHERE what IN ('promise', 'question', 'answered', 'consultation', 'steward')")
    op.execute("UPDATE passed_things SET detail = '' WHERE what IN ('question', 'answered', 'steward')")
