"""A phone rings for a colleague where that was switched on, and until they sign out there"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    with op.batch_alter_table("devices", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sign_in", sa.String(), nullable=True))
    # Whose phone rang until now is known, not by which sign-in: the newest one's.
    newest = "SELECT token_hash FROM sign_ins WHERE sign_ins.person_id = devices.person_id ORDER BY created_at DESC LIMIT 1"
    op.execute(f"UPDATE devices SET sign_in = ({newest}) WHERE person_id IS NOT NULL")
    with op.batch_alter_table("devices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_devices_person_id"))
        batch_op.drop_constraint(batch_op.f("fk_devices_person_id"), type_="foreignkey")
        batch_op.drop_column("person_id")
        batch_op.create_foreign_key(batch_op.f("fk_devices_sign_in"), "sign_ins", ["sign_in"], ["token_hash"], ondelete="SET NULL")
        batch_op.create_index(batch_op.f("ix_devices_sign_in"), ["sign_in"], unique=False)
