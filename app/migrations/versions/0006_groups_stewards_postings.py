"""Groups, stewards, and what was brought to whom"""

import sqlalchemy as sa
from alembic import op

import app.core.database

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "chat_groups",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("grid_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("members", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("greeting", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("brief", sa.Boolean(), nullable=False),
        sa.Column("suffix", sa.String(), nullable=False),
        sa.Column("created_at", app.core.database.Moment(timezone=True), nullable=False),
        sa.Column("left_at", app.core.database.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["grid_id"], ["grids.id"], name=op.f("fk_chat_groups_grid_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_groups")),
        sa.UniqueConstraint("suffix", name=op.f("uq_chat_groups_suffix")),
    )
    with op.batch_alter_table("chat_groups", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_chat_groups_grid_id"), ["grid_id"], unique=False)

    op.create_table(
        "stewards",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("grid_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "building_head", "village_electrician", "property_office", "volunteer", name="stewardkind", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("above_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", app.core.database.Moment(timezone=True), nullable=False),
        sa.Column("left_at", app.core.database.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["above_id"], ["stewards.id"], name=op.f("fk_stewards_above_id")),
        sa.ForeignKeyConstraint(["grid_id"], ["grids.id"], name=op.f("fk_stewards_grid_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stewards")),
    )
    with op.batch_alter_table("stewards", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stewards_grid_id"), ["grid_id"], unique=False)

    op.create_table(
        "openings",
        sa.Column("notice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("last_at", app.core.database.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["chat_groups.id"], name=op.f("fk_openings_group_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_openings_notice_id")),
        sa.PrimaryKeyConstraint("notice_id", "group_id", name=op.f("pk_openings")),
    )
    op.create_table(
        "chat_group_places",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("estate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("building_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["building_id"], ["buildings.id"], name=op.f("fk_chat_group_places_building_id")),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name=op.f("fk_chat_group_places_estate_id")),
        sa.ForeignKeyConstraint(["group_id"], ["chat_groups.id"], name=op.f("fk_chat_group_places_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_group_places")),
    )
    with op.batch_alter_table("chat_group_places", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_chat_group_places_estate_id"), ["estate_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_chat_group_places_group_id"), ["group_id"], unique=False)

    op.create_table(
        "postings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("notice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("update_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "way", sa.Enum("group", "poster", "loudspeaker", "steward", "door", name="way", native_enum=False, length=40), nullable=False
        ),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("group_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("steward_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("estate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("building_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("floor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", app.core.database.Moment(timezone=True), nullable=False),
        sa.Column("noted_at", app.core.database.Moment(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("withdrawn_at", app.core.database.Moment(timezone=True), nullable=True),
        sa.Column("withdrawn_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["building_id"], ["buildings.id"], name=op.f("fk_postings_building_id")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_postings_by_id")),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name=op.f("fk_postings_estate_id")),
        sa.ForeignKeyConstraint(["group_id"], ["chat_groups.id"], name=op.f("fk_postings_group_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_postings_notice_id")),
        sa.ForeignKeyConstraint(["steward_id"], ["stewards.id"], name=op.f("fk_postings_steward_id")),
        sa.ForeignKeyConstraint(["update_id"], ["notice_updates.id"], name=op.f("fk_postings_update_id")),
        sa.ForeignKeyConstraint(["withdrawn_by_id"], ["people.id"], name=op.f("fk_postings_withdrawn_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_postings")),
    )
    with op.batch_alter_table("postings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_postings_notice_id"), ["notice_id"], unique=False)
        batch_op.create_index(
            "uq_postings_standing",
            ["update_id", "target"],
            unique=True,
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )

    op.create_table(
        "steward_places",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("steward_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("estate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("building_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["building_id"], ["buildings.id"], name=op.f("fk_steward_places_building_id")),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name=op.f("fk_steward_places_estate_id")),
        sa.ForeignKeyConstraint(["steward_id"], ["stewards.id"], name=op.f("fk_steward_places_steward_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_steward_places")),
    )
    with op.batch_alter_table("steward_places", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_steward_places_estate_id"), ["estate_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_steward_places_steward_id"), ["steward_id"], unique=False)
