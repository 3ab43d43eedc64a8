"""Promises are rows, rules are data, a notice can wait, be undone, be replaced or be an exercise"""

import sqlalchemy as sa
from alembic import op

import app.core.database

revision = "0004"
down_revision = "0003"

WORD = sa.String(40)
# What was promised before promises were rows: the first end that was told, and what came of it.
BACK = """INSERT INTO promises (notice_id, kind, at, made_at, by_id, ended_at, ended_as)
SELECT n.id, 'eta', u.ends_at, u.at, u.by_id, n.ends_at, 'restored' FROM notices n JOIN notice_updates u
ON u.id = (SELECT min(v.id) FROM notice_updates v WHERE v.notice_id = n.id AND v.ends_at IS NOT NULL AND v.state <> 'restored')
WHERE n.state = 'restored' AND n.kind LIKE '%outage'"""
OPEN = """INSERT INTO promises (notice_id, kind, at, made_at, by_id)
SELECT n.id, 'eta', n.ends_at, u.at, u.by_id FROM notices n JOIN notice_updates u
ON u.id = (SELECT max(v.id) FROM notice_updates v WHERE v.notice_id = n.id)
WHERE n.state = 'published' AND n.ends_at IS NOT NULL AND n.kind LIKE '%outage'"""


def upgrade() -> None:
    op.create_table(
        "company_rules",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "topic",
            sa.Enum(
                "lead_hours",
                "late_reason",
                "required",
                "arrival_minutes",
                "restoration_minutes",
                "news_minutes",
                "chain",
                "reminders",
                name="topic",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_company_rules_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company_rules")),
        sa.UniqueConstraint("organisation_id", "topic", "subject", "effective_on", name=op.f("uq_company_rules_organisation_id")),
    )
    with op.batch_alter_table("company_rules", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_company_rules_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "occasions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("on", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "planned_outage",
                "temporary_outage",
                "fault_outage",
                "safety",
                "knowledge",
                "service",
                name="noticekind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("card", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_occasions_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occasions")),
        sa.UniqueConstraint("organisation_id", "key", "effective_on", name=op.f("uq_occasions_organisation_id")),
    )
    with op.batch_alter_table("occasions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_occasions_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "routines",
        sa.Column("grid_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("since_at", app.core.database.Moment(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_routines_by_id")),
        sa.ForeignKeyConstraint(["grid_id"], ["grids.id"], name=op.f("fk_routines_grid_id")),
        sa.PrimaryKeyConstraint("grid_id", "key", name=op.f("pk_routines")),
    )
    op.create_table(
        "late_reasons",
        sa.Column("notice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("ahead_minutes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("needed_hours", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("at", app.core.database.Moment(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_late_reasons_by_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_late_reasons_notice_id")),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_late_reasons")),
    )
    op.create_table(
        "observances",
        sa.Column("grid_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("notice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", app.core.database.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["grid_id"], ["grids.id"], name=op.f("fk_observances_grid_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_observances_notice_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("grid_id", "key", "day", name=op.f("pk_observances")),
    )
    with op.batch_alter_table("observances", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_observances_notice_id"), ["notice_id"], unique=False)

    op.create_table(
        "promises",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("notice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("at", app.core.database.Moment(timezone=True), nullable=False),
        sa.Column("made_at", app.core.database.Moment(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ended_at", app.core.database.Moment(timezone=True), nullable=True),
        sa.Column(
            "ended_as",
            sa.Enum(
                "published",
                "arrived",
                "progress",
                "new_time",
                "restored",
                "cancelled",
                "corrected",
                "superseded",
                "reminder",
                name="updatestate",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_promises_by_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_promises_notice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promises")),
    )
    with op.batch_alter_table("promises", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_promises_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_promises_notice_id"), ["notice_id"], unique=False)

    op.create_table(
        "reminders",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("notice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("edge", sa.String(), nullable=False),
        sa.Column("minutes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("due_at", app.core.database.Moment(timezone=True), nullable=False),
        sa.Column("sent_at", app.core.database.Moment(timezone=True), nullable=True),
        sa.Column("skipped_at", app.core.database.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_reminders_notice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminders")),
        sa.UniqueConstraint("notice_id", "edge", "minutes", "due_at", name=op.f("uq_reminders_notice_id")),
    )
    with op.batch_alter_table("reminders", schema=None) as batch_op:
        batch_op.create_index("ix_reminders_due", ["sent_at", "due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_reminders_notice_id"), ["notice_id"], unique=False)

    op.create_table(
        "taken_back",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("notice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("grid_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", app.core.database.Moment(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_taken_back_by_id")),
        sa.ForeignKeyConstraint(["grid_id"], ["grids.id"], name=op.f("fk_taken_back_grid_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_taken_back_notice_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_taken_back")),
    )
    op.create_table(
        "calls",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("promise_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("due_at", app.core.database.Moment(timezone=True), nullable=False),
        sa.Column("leased_until", app.core.database.Moment(timezone=True), nullable=True),
        sa.Column("tries", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sent_at", app.core.database.Moment(timezone=True), nullable=True),
        sa.Column("phones", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["promise_id"], ["promises.id"], name=op.f("fk_calls_promise_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
        sa.UniqueConstraint("promise_id", "part", name=op.f("uq_calls_promise_id")),
    )
    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.create_index("ix_calls_due", ["sent_at", "due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_calls_promise_id"), ["promise_id"], unique=False)

    with op.batch_alter_table("grids", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "settlement",
                WORD,
                server_default="urban",
                nullable=False,
            )
        )

    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.add_column(sa.Column("exercise", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("publish_at", app.core.database.Moment(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("undo_until", app.core.database.Moment(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("next_update_at", app.core.database.Moment(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("replaces_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch_op.create_index(batch_op.f("ix_notices_publish_at"), ["publish_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_notices_replaces_id"), ["replaces_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_notices_replaces_id"), "notices", ["replaces_id"], ["id"])

    for said in (BACK, OPEN):
        op.execute(said)
