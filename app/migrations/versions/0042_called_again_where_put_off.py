"""Who was called about a time is called again where it was put off"""

from alembic import op

revision = "0042"
down_revision = "0041"


def upgrade() -> None:
    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.drop_constraint("uq_calls_subject", type_="unique")
        batch_op.create_unique_constraint("uq_calls_subject", ["subject", "part", "minutes", "due_at"])
