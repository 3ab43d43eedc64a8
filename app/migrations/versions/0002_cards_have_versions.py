"""Cards have versions: what was published stays as it was."""

import sqlalchemy as sa
from alembic import op

import app.core.database

revision = "0002"
down_revision = "0001"
SAID = ("topic", "title", "summary", "words", "source", "valid_until", "version", "published_at")
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "card_versions",
        sa.Column("id", KEY, nullable=False),
        sa.Column("card_id", KEY, nullable=False),
        sa.Column("version", KEY, nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("published_at", app.core.database.Moment(timezone=True), nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name=op.f("fk_card_versions_card_id")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_card_versions_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_versions")),
        sa.UniqueConstraint("card_id", "version", name=op.f("uq_card_versions_card_id")),
    )
    with op.batch_alter_table("card_versions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_card_versions_card_id"), ["card_id"], unique=False)
    kept = ", ".join(SAID)
    op.execute(f"INSERT INTO card_versions (card_id, by_id, {kept}) SELECT id, owner_id, {kept} FROM cards")
    # Not by a rebuilt table: on SQLite its rows, already referred to, could not be dropped for a moment.
    for name in SAID:
        op.execute(f"ALTER TABLE cards DROP COLUMN {name}")
