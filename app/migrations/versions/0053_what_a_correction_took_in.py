"""Which places a correction took into a notice's area, and whether it changed no more than that: who was told rightly is not told again"""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "places_taken_in",
        sa.Column("id", KEY, nullable=False),
        sa.Column("update_id", KEY, nullable=False),
        sa.Column("estate_id", KEY, nullable=False),
        sa.Column("building_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(["update_id"], ["notice_updates.id"], name=op.f("fk_places_taken_in_update_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name=op.f("fk_places_taken_in_estate_id")),
        sa.ForeignKeyConstraint(["building_id"], ["buildings.id"], name=op.f("fk_places_taken_in_building_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_places_taken_in")),
    )
    op.create_index(op.f("ix_places_taken_in_update_id"), "places_taken_in", ["update_id"])
    op.add_column("notice_updates", sa.Column("only_area", sa.Boolean(), server_default=sa.false(), nullable=False))
