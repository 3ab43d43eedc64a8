"""Who looked into a low rating; ratings lie in the order of their time"""

import sqlalchemy as sa
from alembic import op

import app.core.database

revision = "0052"
down_revision = "0051"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "rating_looks",
        sa.Column("rating_id", KEY, nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("at", app.core.database.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["rating_id"], ["ratings.id"], name=op.f("fk_rating_looks_rating_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_rating_looks_by_id")),
        sa.PrimaryKeyConstraint("rating_id", name=op.f("pk_rating_looks")),
    )
    op.create_index(op.f("ix_ratings_at"), "ratings", ["at"])
