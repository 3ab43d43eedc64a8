"""When grids' people come to homes, and the appointments"""

import sqlalchemy as sa
from alembic import op

import app.core.database

revision = "0020"
down_revision = "0019"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "visit_hours",
        sa.Column("id", KEY, nullable=False),
        sa.Column("grid_id", KEY, nullable=False),
        sa.Column("opening_hours", sa.String(), nullable=False),
        sa.Column("minutes", KEY, nullable=False),
        sa.Column("capacity", KEY, nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("at", app.core.database.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_visit_hours_by_id")),
        sa.ForeignKeyConstraint(["grid_id"], ["grids.id"], name=op.f("fk_visit_hours_grid_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_hours")),
    )
    op.create_index(op.f("ix_visit_hours_grid_id"), "visit_hours", ["grid_id"])
    op.create_table(
        "visit_days_off",
        sa.Column("grid_id", KEY, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("at", app.core.database.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_visit_days_off_by_id")),
        sa.ForeignKeyConstraint(["grid_id"], ["grids.id"], name=op.f("fk_visit_days_off_grid_id")),
        sa.PrimaryKeyConstraint("grid_id", "day", name=op.f("pk_visit_days_off")),
    )
    op.create_table(
        "appointments",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ticket_id", KEY, nullable=False),
        sa.Column("grid_id", KEY, nullable=False),
        sa.Column("starts_at", app.core.database.Moment(timezone=True), nullable=False),
        sa.Column("ends_at", app.core.database.Moment(timezone=True), nullable=False),
        sa.Column("seat", KEY, nullable=True),
        sa.Column(
            "state",
            sa.Enum("booked", "moved", "cancelled", "done", "missed", name="appointmentstate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("at", app.core.database.Moment(timezone=True), nullable=False),
        sa.Column("by_id", KEY, nullable=True),
        sa.Column("ended_at", app.core.database.Moment(timezone=True), nullable=True),
        sa.Column("ended_by_id", KEY, nullable=True),
        sa.Column("remind_at", app.core.database.Moment(timezone=True), nullable=True),
        sa.Column("reminded_at", app.core.database.Moment(timezone=True), nullable=True),
        sa.Column("reminder_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_appointments_by_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["people.id"], name=op.f("fk_appointments_ended_by_id")),
        sa.ForeignKeyConstraint(["grid_id"], ["grids.id"], name=op.f("fk_appointments_grid_id")),
        sa.ForeignKeyConstraint(["reminder_id"], ["entries.id"], name=op.f("fk_appointments_reminder_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_appointments_ticket_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointments")),
        sa.UniqueConstraint("grid_id", "starts_at", "seat", name=op.f("uq_appointments_grid_id")),
    )
    op.create_index(op.f("ix_appointments_day"), "appointments", ["grid_id", "state", "starts_at"])
    op.create_index(op.f("ix_appointments_remind_at"), "appointments", ["remind_at"])
    op.create_index(op.f("ix_appointments_ticket_id"), "appointments", ["ticket_id"])
