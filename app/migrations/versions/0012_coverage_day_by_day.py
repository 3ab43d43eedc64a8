"""Coverage is kept day by day"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "coverage_snapshots",
        sa.Column("id", KEY, nullable=False),
        sa.Column("grid_id", KEY, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("households", KEY, nullable=False),
        sa.Column("surely", KEY, nullable=False),
        sa.Column("perhaps", KEY, nullable=False),
        sa.ForeignKeyConstraint(["grid_id"], ["grids.id"], name=op.f("fk_coverage_snapshots_grid_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coverage_snapshots")),
        sa.UniqueConstraint("grid_id", "day", "question", name=op.f("uq_coverage_snapshots_grid_id")),
    )
    op.create_index(op.f("ix_coverage_snapshots_day"), "coverage_snapshots", ["day"])
