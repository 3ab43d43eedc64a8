"""Walks are found in the order of their length.

Revision ID: 0016
Revises: 0015
"""

from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_index("ix_reach_nearest", "reach", ["home_id", "seconds", "point_id"])
