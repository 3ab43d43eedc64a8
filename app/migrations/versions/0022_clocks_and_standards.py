"""Standards by kind and customer, hours on duty, clocks with pauses and acknowledgements; calls for whatever runs out."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from alembic import op

from app.core.database import Moment

revision = "0022"
down_revision = "0021"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = Moment(timezone=True)
LAID = (None, 120, date(2026, 1, 1))
"""The one row that the old file laid; the new file lays it anew, in minutes on duty."""


def words(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=40)


MEASURE = words("measure", "first_answer", "completion")
CUSTOMER = words("customer", "resident", "low_voltage", "high_voltage", "high_voltage_dual")
UNIT = words("unit", "minutes", "duty_minutes", "workdays")


def upgrade() -> None:
    standards()
    tickets()
    calls()


def standards() -> None:
    held = sa.text("SELECT organisation_id, first_answer_minutes, source, effective_on FROM service_standards")
    old = op.get_bind().execute(held.columns(effective_on=sa.Date())).all()
    kept = [row for row in old if (row.organisation_id, row.first_answer_minutes, row.effective_on) != LAID]
    op.drop_table("service_standards")
    made = op.create_table(
        "service_standards",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=True),
        sa.Column("measure", MEASURE, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("customer", CUSTOMER, nullable=True),
        sa.Column("amount", KEY, nullable=True),
        sa.Column("unit", UNIT, nullable=False),
        *_written("service_standards"),
    )
    op.create_index("ix_service_standards_organisation_id", "service_standards", ["organisation_id"])
    op.create_table(
        "duty_hours",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=True),
        sa.Column("hours", sa.String(), nullable=False),
        sa.Column("manager_hours", sa.String(), nullable=False),
        *_written("duty_hours"),
    )
    op.create_index("ix_duty_hours_organisation_id", "duty_hours", ["organisation_id"])
    for row in kept:
        said = {"organisation_id": row.organisation_id, "amount": row.first_answer_minutes, "unit": "minutes", "kind": "", "customer": None}
        said |= {"measure": "first_answer", "source": row.source, "effective_on": row.effective_on, "set_at": sa.func.now()}
        op.get_bind().execute(made.insert().values(said))


def _written(table: str) -> list[Any]:
    """Who says so, since when, and who wrote it down."""
    return [
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("set_at", MOMENT, nullable=False),
        sa.Column("set_by_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=f"fk_{table}_organisation_id"),
        sa.ForeignKeyConstraint(["set_by_id"], ["people.id"], name=f"fk_{table}_set_by_id"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    ]


def tickets() -> None:
    with op.batch_alter_table("tickets") as batch:
        batch.add_column(sa.Column("customer", CUSTOMER, nullable=False, server_default="resident"))
        batch.add_column(sa.Column("completion_due_at", MOMENT, nullable=True))
        batch.create_index("ix_tickets_unfinished", ["grid_id", "completion_due_at"])
    op.create_table(
        "ticket_clocks",
        *_of_ticket("ticket_clocks"),
        sa.Column("measure", MEASURE, nullable=False),
        sa.Column("standard_id", KEY, nullable=True),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("minutes", KEY, nullable=True),
        sa.ForeignKeyConstraint(["standard_id"], ["service_standards.id"], name="fk_ticket_clocks_standard_id"),
    )
    op.create_index("ix_ticket_clocks_ticket_id", "ticket_clocks", ["ticket_id"])
    op.create_index("ix_ticket_clocks_running", "ticket_clocks", ["ended_at", "due_at"])
    op.create_table(
        "ticket_pauses",
        *_of_ticket("ticket_pauses"),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("until_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_by_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name="fk_ticket_pauses_by_id"),
        sa.ForeignKeyConstraint(["ended_by_id"], ["people.id"], name="fk_ticket_pauses_ended_by_id"),
    )
    op.create_index("ix_ticket_pauses_ticket_id", "ticket_pauses", ["ticket_id"])
    op.create_table(
        "acknowledgements",
        *_of_ticket("acknowledgements"),
        sa.Column("clock_id", KEY, nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("expected_at", MOMENT, nullable=False),
        sa.Column("n", KEY, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["clock_id"], ["ticket_clocks.id"], name="fk_acknowledgements_clock_id"),
        sa.UniqueConstraint("clock_id", name="uq_acknowledgements_clock_id"),
    )
    op.create_index("ix_acknowledgements_ticket_id", "acknowledgements", ["ticket_id"])
    # What waits runs on by the time that it was told; what was answered has its first clock, ended.
    op.execute(
        "INSERT INTO ticket_clocks (ticket_id, measure, began_at, due_at, ended_at)"
        " SELECT id, 'first_answer', asked_at, due_at,"
        " CASE WHEN state = 'open' THEN NULL ELSE coalesce(answered_at, due_at) END FROM tickets"
    )


def _of_ticket(table: str) -> list[Any]:
    return [
        sa.Column("id", KEY, nullable=False),
        sa.Column("ticket_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=f"fk_{table}_ticket_id"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    ]


def calls() -> None:
    """A call is about a subject now, a promise or a clock, and knows its grid by itself."""
    columns = "c.part, c.due_at, c.leased_until, c.tries, c.sent_at, c.phones"
    held = op.get_bind().execute(
        sa.text(
            f"SELECT c.promise_id, n.grid_id, p.at, {columns} FROM calls c"
            " JOIN promises p ON p.id = c.promise_id JOIN notices n ON n.id = p.notice_id"
        ).columns(at=MOMENT, due_at=MOMENT, leased_until=MOMENT, sent_at=MOMENT)
    )
    rows = [row._asdict() for row in held]
    op.drop_table("calls")
    made = op.create_table(
        "calls",
        sa.Column("id", KEY, nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("grid_id", KEY, nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("minutes", KEY, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("leased_until", MOMENT, nullable=True),
        sa.Column("tries", KEY, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("phones", KEY, nullable=False),
        sa.ForeignKeyConstraint(["grid_id"], ["grids.id"], name="fk_calls_grid_id"),
        sa.PrimaryKeyConstraint("id", name="pk_calls"),
        sa.UniqueConstraint("subject", "part", "minutes", name="uq_calls_subject"),
    )
    op.create_index("ix_calls_due", "calls", ["sent_at", "due_at"])
    for row in rows:
        at = row.pop("at")
        row |= {"subject": f"promise/{row.pop('promise_id')}", "minutes": round((row["due_at"] - at).total_seconds() / 60)}
    if rows:
        op.bulk_insert(made, rows)
