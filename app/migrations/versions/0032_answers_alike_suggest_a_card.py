"""Answers in colleagues' own words that are alike suggest a card"""

import sqlalchemy as sa
from alembic import op

import app.core.database

revision = "0032"
down_revision = "0031"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    moment = app.core.database.Moment(timezone=True)
    op.create_table(
        "card_ideas",
        sa.Column("id", KEY, nullable=False),
        sa.Column("grid_id", KEY, nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("settled_at", moment, nullable=True),
        sa.Column("settled_by_id", KEY, nullable=True),
        sa.Column("slug", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["grid_id"], ["grids.id"], name=op.f("fk_card_ideas_grid_id")),
        sa.ForeignKeyConstraint(["settled_by_id"], ["people.id"], name=op.f("fk_card_ideas_settled_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_ideas")),
    )
    with op.batch_alter_table("card_ideas", schema=None) as batch_op:
        batch_op.create_index("ix_card_ideas_open", ["grid_id", "settled_at"], unique=False)
    op.create_table(
        "card_idea_sources",
        sa.Column("entry_id", KEY, nullable=False),
        sa.Column("idea_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_card_idea_sources_entry_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["idea_id"], ["card_ideas.id"], name=op.f("fk_card_idea_sources_idea_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_card_idea_sources")),
    )
    with op.batch_alter_table("card_idea_sources", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_card_idea_sources_idea_id"), ["idea_id"], unique=False)
    op.create_table(
        "card_idea_marks",
        sa.Column("id", KEY, nullable=False),
        sa.Column("entry_id", KEY, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_idea_marks")),
    )
