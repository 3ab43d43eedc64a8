"""What is kept of people: look-ups, requests for data, how long what is kept, what was erased"""

import sqlalchemy as sa
from alembic import op

import app.core.database

revision = "0023"
down_revision = "0022"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "retention_runs",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", app.core.database.Moment(timezone=True), nullable=False),
        sa.Column("ended_at", app.core.database.Moment(timezone=True), nullable=True),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_retention_runs")),
    )
    op.create_table(
        "retention_periods",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=True),
        sa.Column(
            "kept",
            sa.Enum("contacts", "names", "words", "photos", "lookups", "requests", "answer", name="kept", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("days", KEY, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_retention_periods_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_periods")),
        sa.UniqueConstraint("organisation_id", "kept", "effective_on", name=op.f("uq_retention_periods_organisation_id")),
    )
    op.create_table(
        "data_requests",
        sa.Column("id", KEY, nullable=False),
        sa.Column("grid_id", KEY, nullable=False),
        sa.Column("ticket_id", KEY, nullable=False),
        sa.Column("household_id", KEY, nullable=True),
        sa.Column("wish", sa.Enum("copy", "erasure", name="wish", native_enum=False, length=40), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("after_entry_id", KEY, nullable=False),
        sa.Column("entered_by_id", KEY, nullable=True),
        sa.Column("at", app.core.database.Moment(timezone=True), nullable=False),
        sa.Column("due_at", app.core.database.Moment(timezone=True), nullable=False),
        sa.Column("proof", sa.Enum("link", "called_back", "bill", name="proof", native_enum=False, length=40), nullable=True),
        sa.Column("done_at", app.core.database.Moment(timezone=True), nullable=True),
        sa.Column("done_by_id", KEY, nullable=True),
        sa.Column("declined", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["done_by_id"], ["people.id"], name=op.f("fk_data_requests_done_by_id")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["people.id"], name=op.f("fk_data_requests_entered_by_id")),
        sa.ForeignKeyConstraint(["grid_id"], ["grids.id"], name=op.f("fk_data_requests_grid_id")),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name=op.f("fk_data_requests_household_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_data_requests_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_requests")),
    )
    with op.batch_alter_table("data_requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_data_requests_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_data_requests_household_id"), ["household_id"], unique=False)
        batch_op.create_index("ix_data_requests_open", ["grid_id", "done_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_data_requests_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "look_ups",
        sa.Column("id", KEY, nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("ticket_id", KEY, nullable=True),
        sa.Column("household_id", KEY, nullable=True),
        sa.Column(
            "reason",
            sa.Enum("call_back", "visit", "outage", "verify", "request", "other", "search", name="reason", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("found", KEY, nullable=False),
        sa.Column("at", app.core.database.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_look_ups_by_id")),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name=op.f("fk_look_ups_household_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_look_ups_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look_ups")),
    )
    with op.batch_alter_table("look_ups", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_look_ups_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_look_ups_by_id"), ["by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_look_ups_household_id"), ["household_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_look_ups_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "erasures",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ticket_id", KEY, nullable=False),
        sa.Column(
            "kept",
            sa.Enum("contacts", "names", "words", "photos", "lookups", "requests", "answer", name="kept", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("at", app.core.database.Moment(timezone=True), nullable=False),
        sa.Column("request_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(["request_id"], ["data_requests.id"], name=op.f("fk_erasures_request_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_erasures_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
        sa.UniqueConstraint("ticket_id", "kept", name=op.f("uq_erasures_ticket_id")),
    )
