"""Every update of a notice can be taken back for ten seconds: it is kept what the notice said before"""

import sqlalchemy as sa
from alembic import op

import app.core.database

revision = "0035"
down_revision = "0034"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATES = ("draft", "scheduled", "published", "restored", "cancelled", "superseded")


def upgrade() -> None:
    moment = app.core.database.Moment(timezone=True)
    op.create_table(
        "notices_before",
        sa.Column("notice_id", KEY, nullable=False),
        sa.Column("version", KEY, nullable=False),
        sa.Column("state", sa.Enum(*STATES, name="noticestate", native_enum=False, length=40), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("starts_at", moment, nullable=True),
        sa.Column("ends_at", moment, nullable=True),
        sa.Column("next_update_at", moment, nullable=True),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("promises", sa.JSON(), nullable=False),
        sa.Column("undone_at", moment, nullable=True),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_notices_before_notice_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_notices_before")),
    )
