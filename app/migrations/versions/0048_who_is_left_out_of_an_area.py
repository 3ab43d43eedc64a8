"""Which places a correction or a replacement took out of a notice's area, and which questions it thereby let go"""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "places_left_out",
        sa.Column("id", KEY, nullable=False),
        sa.Column("update_id", KEY, nullable=False),
        sa.Column("estate_id", KEY, nullable=False),
        sa.Column("building_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(["update_id"], ["notice_updates.id"], name=op.f("fk_places_left_out_update_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name=op.f("fk_places_left_out_estate_id")),
        sa.ForeignKeyConstraint(["building_id"], ["buildings.id"], name=op.f("fk_places_left_out_building_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_places_left_out")),
    )
    op.create_index(op.f("ix_places_left_out_update_id"), "places_left_out", ["update_id"])
    with op.batch_alter_table("ticket_detachments") as batch_op:
        batch_op.add_column(sa.Column("update_id", KEY, nullable=True))
        batch_op.create_foreign_key(op.f("fk_ticket_detachments_update_id"), "notice_updates", ["update_id"], ["id"])
