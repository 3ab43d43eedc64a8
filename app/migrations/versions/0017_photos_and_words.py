"""Photos in threads, messages marked as abuse, and by whom a rating was taken"""

import sqlalchemy as sa
from alembic import op

import app.core.database

revision = "0017"
down_revision = "0016"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = app.core.database.Moment(timezone=True)


def upgrade() -> None:
    photos()
    abuse()
    with op.batch_alter_table("ratings") as ratings:
        ratings.add_column(sa.Column("taken_by_id", KEY, nullable=True))
        ratings.create_foreign_key(op.f("fk_ratings_taken_by_id"), "people", ["taken_by_id"], ["id"])


def photos() -> None:
    op.create_table(
        "ticket_photos",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ticket_id", KEY, nullable=False),
        sa.Column("entry_id", KEY, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("by_id", KEY, nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_photos_ticket_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_ticket_photos_entry_id")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_ticket_photos_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_photos")),
        sa.UniqueConstraint("key", name=op.f("uq_ticket_photos_key")),
        sa.UniqueConstraint("ticket_id", "digest", name=op.f("uq_ticket_photos_ticket_id")),
    )
    op.create_index(op.f("ix_ticket_photos_ticket_id"), "ticket_photos", ["ticket_id"])
    op.create_index(op.f("ix_ticket_photos_entry_id"), "ticket_photos", ["entry_id"])
    op.create_table(
        "thrown_photos",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_thrown_photos")),
    )


def abuse() -> None:
    op.create_table(
        "abuse_marks",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ticket_id", KEY, nullable=False),
        sa.Column("entry_id", KEY, nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.Column("undone_by_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_abuse_marks_ticket_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_abuse_marks_entry_id")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_abuse_marks_by_id")),
        sa.ForeignKeyConstraint(["undone_by_id"], ["people.id"], name=op.f("fk_abuse_marks_undone_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_abuse_marks")),
    )
    op.create_index(op.f("ix_abuse_marks_ticket_id"), "abuse_marks", ["ticket_id"])
    op.create_index(op.f("ix_abuse_marks_entry_id"), "abuse_marks", ["entry_id"])
