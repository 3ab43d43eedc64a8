"""Passwords that an administrator handed over, good for one sign-in"""

import sqlalchemy as sa
from alembic import op

import app.core.database

revision = "0043"
down_revision = "0042"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "handed_passwords",
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("at", app.core.database.Moment(timezone=True), nullable=False),
        sa.Column("by_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_handed_passwords_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_handed_passwords_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_handed_passwords")),
    )
