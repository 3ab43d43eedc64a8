"""Outings to people, and the cards handed out there"""

import sqlalchemy as sa
from alembic import op

import app.core.database

revision = "0018"
down_revision = "0017"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "outreaches",
        sa.Column("id", KEY, nullable=False),
        sa.Column("grid_id", KEY, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("met", KEY, nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("photo", sa.String(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("at", app.core.database.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_outreaches_by_id")),
        sa.ForeignKeyConstraint(["grid_id"], ["grids.id"], name=op.f("fk_outreaches_grid_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outreaches")),
        sa.UniqueConstraint("nonce", name=op.f("uq_outreaches_nonce")),
    )
    op.create_index(op.f("ix_outreaches_day"), "outreaches", ["day"])
    op.create_index(op.f("ix_outreaches_grid_id"), "outreaches", ["grid_id"])
    op.create_table(
        "cards_handed_out",
        sa.Column("outreach_id", KEY, nullable=False),
        sa.Column("card_id", KEY, nullable=False),
        sa.Column("count", KEY, nullable=False),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name=op.f("fk_cards_handed_out_card_id")),
        sa.ForeignKeyConstraint(["outreach_id"], ["outreaches.id"], name=op.f("fk_cards_handed_out_outreach_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("outreach_id", "card_id", name=op.f("pk_cards_handed_out")),
    )
