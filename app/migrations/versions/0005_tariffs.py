"""Tariffs by region, from the file at first, and whose holds in which organisation."""

import sqlalchemy as sa
from alembic import op

import app.core.database

revision = "0005"
down_revision = "0004"
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "tariffs",
        sa.Column("id", KEY, nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("period", sa.Enum("year", "month", name="tariffperiod", native_enum=False, length=40), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("limits", sa.JSON(), nullable=False),
        sa.Column("prices", sa.JSON(), nullable=False),
        sa.Column("peaks", sa.JSON(), nullable=False),
        sa.Column("valleys", sa.JSON(), nullable=False),
        sa.Column("summer_months", sa.JSON(), nullable=False),
        sa.Column("summer_limits", sa.JSON(), nullable=False),
        sa.Column("people_from", KEY, nullable=False),
        sa.Column("people_kwh", KEY, nullable=False),
        sa.Column("shared_price", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("set_at", app.core.database.Moment(timezone=True), nullable=False),
        sa.Column("set_by_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(["set_by_id"], ["people.id"], name=op.f("fk_tariffs_set_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tariffs")),
    )
    with op.batch_alter_table("tariffs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tariffs_region"), ["region"], unique=False)
    op.create_table(
        "tariff_regions",
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("set_at", app.core.database.Moment(timezone=True), nullable=False),
        sa.Column("set_by_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_tariff_regions_organisation_id")),
        sa.ForeignKeyConstraint(["set_by_id"], ["people.id"], name=op.f("fk_tariff_regions_set_by_id")),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_tariff_regions")),
    )
