"""Which answer of the book was used in which thread"""

import sqlalchemy as sa
from alembic import op

import app.core.database

revision = "0015"
down_revision = "0014"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "answer_uses",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ticket_id", KEY, nullable=False),
        sa.Column("entry_id", KEY, nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("by_id", KEY, nullable=True),
        sa.Column("at", app.core.database.Moment(timezone=True), nullable=False),
        sa.Column("watched_until", app.core.database.Moment(timezone=True), nullable=False),
        sa.Column("person_at", app.core.database.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_answer_uses_ticket_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_answer_uses_entry_id")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_answer_uses_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_uses")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_answer_uses_entry_id")),
    )
    op.create_index(op.f("ix_answer_uses_ticket_id"), "answer_uses", ["ticket_id"])
    op.create_index(op.f("ix_answer_uses_answer"), "answer_uses", ["answer"])
