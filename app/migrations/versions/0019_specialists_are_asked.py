"""Specialists: their topics, what they are asked, what they say"""

import sqlalchemy as sa
from alembic import op

import app.core.database

revision = "0019"
down_revision = "0018"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = app.core.database.Moment(timezone=True)


def upgrade() -> None:
    specialist_topics()
    expertises()
    consultations()
    consultation_notes()
    consultation_passings()


def specialist_topics() -> None:
    op.create_table(
        "specialist_topics",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=True),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("hours", KEY, nullable=False),
        sa.Column("rank", KEY, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("retired_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_specialist_topics_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_specialist_topics")),
        sa.UniqueConstraint("organisation_id", "key", name=op.f("uq_specialist_topics_organisation_id")),
    )
    with op.batch_alter_table("specialist_topics", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_specialist_topics_organisation_id"), ["organisation_id"], unique=False)


def expertises() -> None:
    op.create_table(
        "expertises",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("since_at", MOMENT, nullable=False),
        sa.Column("since_by_id", KEY, nullable=True),
        sa.Column("until_at", MOMENT, nullable=True),
        sa.Column("until_by_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_expertises_person_id")),
        sa.ForeignKeyConstraint(["since_by_id"], ["people.id"], name=op.f("fk_expertises_since_by_id")),
        sa.ForeignKeyConstraint(["until_by_id"], ["people.id"], name=op.f("fk_expertises_until_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expertises")),
    )
    with op.batch_alter_table("expertises", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_expertises_topic"), ["topic"], unique=False)
        batch_op.create_index(
            "uq_expertises_standing",
            ["person_id", "topic"],
            unique=True,
            sqlite_where=sa.text("until_at IS NULL"),
            postgresql_where=sa.text("until_at IS NULL"),
        )


def consultations() -> None:
    op.create_table(
        "consultations",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ticket_id", KEY, nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("specialist_id", KEY, nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("asked", "taken", "agreed", "declined", "recalled", name="consultationstate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("taken_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_by_id", KEY, nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("opinion", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("told_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_consultations_by_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["people.id"], name=op.f("fk_consultations_ended_by_id")),
        sa.ForeignKeyConstraint(["specialist_id"], ["people.id"], name=op.f("fk_consultations_specialist_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_consultations_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultations")),
    )
    with op.batch_alter_table("consultations", schema=None) as batch_op:
        batch_op.create_index("ix_consultations_asked_of", ["specialist_id", "ended_at", "due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_consultations_ticket_id"), ["ticket_id"], unique=False)
        batch_op.create_index("ix_consultations_untold", ["told_at", "at"], unique=False)
        batch_op.create_index(
            "uq_consultations_open",
            ["ticket_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )


def consultation_notes() -> None:
    op.create_table(
        "consultation_notes",
        sa.Column("id", KEY, nullable=False),
        sa.Column("consultation_id", KEY, nullable=False),
        sa.Column("author_id", KEY, nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_consultation_notes_author_id")),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultations.id"], name=op.f("fk_consultation_notes_consultation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation_notes")),
    )
    with op.batch_alter_table("consultation_notes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consultation_notes_consultation_id"), ["consultation_id"], unique=False)


def consultation_passings() -> None:
    op.create_table(
        "consultation_passings",
        sa.Column("id", KEY, nullable=False),
        sa.Column("consultation_id", KEY, nullable=False),
        sa.Column("from_id", KEY, nullable=False),
        sa.Column("to_id", KEY, nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultations.id"], name=op.f("fk_consultation_passings_consultation_id")),
        sa.ForeignKeyConstraint(["from_id"], ["people.id"], name=op.f("fk_consultation_passings_from_id")),
        sa.ForeignKeyConstraint(["to_id"], ["people.id"], name=op.f("fk_consultation_passings_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation_passings")),
    )
    with op.batch_alter_table("consultation_passings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consultation_passings_consultation_id"), ["consultation_id"], unique=False)
