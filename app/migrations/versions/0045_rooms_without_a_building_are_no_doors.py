"""A room without its building is no door; rooms are kept as they are written now, and none is merged or parted"""

import sqlalchemy as sa
from alembic import op

from grids import dwellings

revision = "0045"
down_revision = "0044"

HOMES = sa.text("SELECT id, estate_id, building, room FROM households WHERE estate_id IS NOT NULL AND room <> '' ORDER BY id")


def upgrade() -> None:
    with op.batch_alter_table("households", schema=None) as batch_op:
        batch_op.add_column(sa.Column("door", sa.Boolean(), nullable=True))
        batch_op.drop_constraint("uq_households_estate_id", type_="unique")
        batch_op.create_unique_constraint(batch_op.f("uq_households_estate_id"), ["estate_id", "building", "room", "door"])
    bind, names = op.get_bind(), dict[int, list[str]]()
    for estate_id, name in bind.execute(sa.text("SELECT estate_id, name FROM buildings")):
        names.setdefault(estate_id, []).append(name)
    homes = bind.execute(HOMES).all()
    named = {one.estate_id for one in homes if one.building} | names.keys()
    taken = {(one.estate_id, one.building, one.room) for one in homes}
    changed = []
    for one in homes:
        room, door = dwellings.room(one.room), _is_door(one.building, names.get(one.estate_id, []), one.estate_id in named)
        # What two homes were written as stays theirs: nobody is merged here.
        room = one.room if (one.estate_id, one.building, room) in taken else room
        taken.add((one.estate_id, one.building, room))
        if door or room != one.room:
            changed.append({"of": one.id, "room": room, "door": door})
    if changed:
        bind.execute(sa.text("UPDATE households SET room = :room, door = :door WHERE id = :of"), changed)


def _is_door(building: str, names: list[str], named: bool) -> bool | None:
    if not building:
        return None if named else True
    return True if building in names or not any(dwellings.may_be(building, name) for name in names) else None
