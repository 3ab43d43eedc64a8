"""Where the five questions of a thread ended, and when the asker said that it works"""

import sqlalchemy as sa
from alembic import op

import app.core.database

revision = "0013"
down_revision = "0012"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "triage_outcomes",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ticket_id", KEY, nullable=False),
        sa.Column("entry_id", KEY, nullable=False),
        sa.Column("leaf", sa.String(), nullable=False),
        sa.Column("answers", sa.String(), nullable=False),
        sa.Column("rules_of", sa.Date(), nullable=False),
        sa.Column("at", app.core.database.Moment(timezone=True), nullable=False),
        sa.Column("works_at", app.core.database.Moment(timezone=True), nullable=True),
        sa.Column("works_by_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_triage_outcomes_ticket_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_triage_outcomes_entry_id")),
        sa.ForeignKeyConstraint(["works_by_id"], ["people.id"], name=op.f("fk_triage_outcomes_works_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_triage_outcomes")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_triage_outcomes_entry_id")),
    )
    op.create_index(op.f("ix_triage_outcomes_ticket_id"), "triage_outcomes", ["ticket_id"])
