"""Procedures, the cases that go through them, papers that were seen"""

import sqlalchemy as sa
from alembic import op

import app.core.database

revision = "0026"
down_revision = "0025"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "procedures",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column(
            "customer",
            sa.Enum("resident", "low_voltage", "high_voltage", "high_voltage_dual", name="customer", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("days", KEY, nullable=False),
        sa.Column("stages", sa.JSON(), nullable=False),
        sa.Column("papers", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("at", app.core.database.Moment(timezone=True), nullable=False),
        sa.Column("by_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_procedures_by_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_procedures_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedures")),
        sa.UniqueConstraint("organisation_id", "kind", "customer", "effective_on", name=op.f("uq_procedures_organisation_id")),
    )
    op.create_table(
        "cases",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ticket_id", KEY, nullable=False),
        sa.Column("procedure_id", KEY, nullable=False),
        sa.Column("begun_at", app.core.database.Moment(timezone=True), nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("ended_at", app.core.database.Moment(timezone=True), nullable=True),
        sa.Column("ended_as", sa.Enum("done", "withdrawn", name="caseend", native_enum=False, length=40), nullable=True),
        sa.Column("ended_by_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_cases_by_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["people.id"], name=op.f("fk_cases_ended_by_id")),
        sa.ForeignKeyConstraint(["procedure_id"], ["procedures.id"], name=op.f("fk_cases_procedure_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_cases_ticket_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("ticket_id", name=op.f("uq_cases_ticket_id")),
    )
    op.create_index(op.f("ix_cases_ended_at"), "cases", ["ended_at"])
    op.create_table(
        "case_stages",
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("rank", KEY, nullable=False),
        sa.Column("begun_at", app.core.database.Moment(timezone=True), nullable=False),
        sa.Column("done_at", app.core.database.Moment(timezone=True), nullable=True),
        sa.Column("done_by_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_stages_case_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["done_by_id"], ["people.id"], name=op.f("fk_case_stages_done_by_id")),
        sa.PrimaryKeyConstraint("case_id", "rank", name=op.f("pk_case_stages")),
    )
    op.create_table(
        "papers_seen",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ticket_id", KEY, nullable=False),
        sa.Column("household_id", KEY, nullable=True),
        sa.Column("paper", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("seen_at", app.core.database.Moment(timezone=True), nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("undone_at", app.core.database.Moment(timezone=True), nullable=True),
        sa.Column("undone_by_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_papers_seen_by_id")),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name=op.f("fk_papers_seen_household_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_papers_seen_ticket_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["undone_by_id"], ["people.id"], name=op.f("fk_papers_seen_undone_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_papers_seen")),
    )
    op.create_index(op.f("ix_papers_seen_household_id"), "papers_seen", ["household_id"])
    op.create_index(op.f("ix_papers_seen_ticket_id"), "papers_seen", ["ticket_id"])
