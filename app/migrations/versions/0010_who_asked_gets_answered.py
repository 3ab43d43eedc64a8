"""Who asked gets answered: households merged, threads told, promises, suspicions; what reaches a person lies sealed"""

from typing import Any

import sqlalchemy as sa
from alembic import op

import app.core.database
from app.core.seals import Seals
from tickets.households.reaches import kind_of, shown

revision = "0010"
down_revision = "0009"


KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WAYS = sa.Enum("page", "sms", "email", "wecom", "paste", "call", name="way", native_enum=False, length=40)
CHANNELS = sa.Enum("web", "phone", "counter", "wechat", "wecom", "sms", "api", name="channel", native_enum=False, length=40)


def upgrade() -> None:
    op.create_table(
        "ticket_kinds",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=True),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("above", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("rank", KEY, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("retired_at", app.core.database.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_ticket_kinds_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_kinds")),
        sa.UniqueConstraint("organisation_id", "key", name=op.f("uq_ticket_kinds_organisation_id")),
    )
    with op.batch_alter_table("ticket_kinds", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_kinds_key"), ["key"], unique=False)

    op.create_table(
        "suspicions",
        sa.Column("id", KEY, nullable=False),
        sa.Column("grid_id", KEY, nullable=False),
        sa.Column("estate_id", KEY, nullable=True),
        sa.Column("building", sa.String(), nullable=False),
        sa.Column("transformer", sa.String(), nullable=False),
        sa.Column("first_at", app.core.database.Moment(timezone=True), nullable=False),
        sa.Column("last_at", app.core.database.Moment(timezone=True), nullable=False),
        sa.Column("at", app.core.database.Moment(timezone=True), nullable=False),
        sa.Column("settled_at", app.core.database.Moment(timezone=True), nullable=True),
        sa.Column("settled_by_id", KEY, nullable=True),
        sa.Column("notice_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(["estate_id"], ["estates.id"], name=op.f("fk_suspicions_estate_id")),
        sa.ForeignKeyConstraint(["grid_id"], ["grids.id"], name=op.f("fk_suspicions_grid_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_suspicions_notice_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["settled_by_id"], ["people.id"], name=op.f("fk_suspicions_settled_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspicions")),
    )
    with op.batch_alter_table("suspicions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suspicions_grid_id"), ["grid_id"], unique=False)
        batch_op.create_index("ix_suspicions_open", ["grid_id", "settled_at"], unique=False)

    op.create_table(
        "household_differences",
        sa.Column("one_id", KEY, nullable=False),
        sa.Column("other_id", KEY, nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("at", app.core.database.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_household_differences_by_id")),
        sa.ForeignKeyConstraint(["one_id"], ["households.id"], name=op.f("fk_household_differences_one_id")),
        sa.ForeignKeyConstraint(["other_id"], ["households.id"], name=op.f("fk_household_differences_other_id")),
        sa.PrimaryKeyConstraint("one_id", "other_id", name=op.f("pk_household_differences")),
    )
    op.create_table(
        "household_merges",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kept_id", KEY, nullable=False),
        sa.Column("gone_id", KEY, nullable=False),
        sa.Column("by_id", KEY, nullable=True),
        sa.Column("at", app.core.database.Moment(timezone=True), nullable=False),
        sa.Column("undone_at", app.core.database.Moment(timezone=True), nullable=True),
        sa.Column("undone_by_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_household_merges_by_id")),
        sa.ForeignKeyConstraint(["gone_id"], ["households.id"], name=op.f("fk_household_merges_gone_id")),
        sa.ForeignKeyConstraint(["kept_id"], ["households.id"], name=op.f("fk_household_merges_kept_id")),
        sa.ForeignKeyConstraint(["undone_by_id"], ["people.id"], name=op.f("fk_household_merges_undone_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_merges")),
    )
    with op.batch_alter_table("household_merges", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_household_merges_gone_id"), ["gone_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_household_merges_kept_id"), ["kept_id"], unique=False)

    op.create_table(
        "reaches",
        sa.Column("id", KEY, nullable=False),
        sa.Column("household_id", KEY, nullable=False),
        sa.Column("kind", sa.Enum("phone", "email", "name", name="reachkind", native_enum=False, length=40), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.Column("shown", sa.String(), nullable=False),
        sa.Column("at", app.core.database.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["household_id"], ["households.id"], name=op.f("fk_reaches_household_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reaches")),
        sa.UniqueConstraint("household_id", "mark", name=op.f("uq_reaches_household_id")),
    )
    with op.batch_alter_table("reaches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reaches_household_id"), ["household_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reaches_mark"), ["mark"], unique=False)

    op.create_table(
        "homecomings",
        sa.Column("ticket_id", KEY, nullable=False),
        sa.Column("update_id", KEY, nullable=False),
        sa.Column("back", sa.Boolean(), nullable=False),
        sa.Column("at", app.core.database.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_homecomings_ticket_id")),
        sa.ForeignKeyConstraint(["update_id"], ["notice_updates.id"], name=op.f("fk_homecomings_update_id")),
        sa.PrimaryKeyConstraint("ticket_id", "update_id", name=op.f("pk_homecomings")),
    )
    op.create_table(
        "ticket_addresses",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("ticket_id", KEY, nullable=False),
        sa.Column("after_entry_id", KEY, nullable=False),
        sa.Column("at", app.core.database.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_addresses_ticket_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_ticket_addresses")),
    )
    with op.batch_alter_table("ticket_addresses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_addresses_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "ticket_detachments",
        sa.Column("ticket_id", KEY, nullable=False),
        sa.Column("notice_id", KEY, nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("at", app.core.database.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_ticket_detachments_by_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_ticket_detachments_notice_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_detachments_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", "notice_id", name=op.f("pk_ticket_detachments")),
    )
    op.create_table(
        "ticket_handovers",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ticket_id", KEY, nullable=False),
        sa.Column("from_grid_id", KEY, nullable=False),
        sa.Column("to_grid_id", KEY, nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("at", app.core.database.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_ticket_handovers_by_id")),
        sa.ForeignKeyConstraint(["from_grid_id"], ["grids.id"], name=op.f("fk_ticket_handovers_from_grid_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_handovers_ticket_id")),
        sa.ForeignKeyConstraint(["to_grid_id"], ["grids.id"], name=op.f("fk_ticket_handovers_to_grid_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_handovers")),
    )
    with op.batch_alter_table("ticket_handovers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_handovers_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "errands",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ticket_id", KEY, nullable=False),
        sa.Column("entry_id", KEY, nullable=False),
        sa.Column("update_id", KEY, nullable=True),
        sa.Column("way", WAYS, nullable=False),
        sa.Column("at", app.core.database.Moment(timezone=True), nullable=False),
        sa.Column("done_at", app.core.database.Moment(timezone=True), nullable=True),
        sa.Column("done_by_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(["done_by_id"], ["people.id"], name=op.f("fk_errands_done_by_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_errands_entry_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_errands_ticket_id")),
        sa.ForeignKeyConstraint(["update_id"], ["notice_updates.id"], name=op.f("fk_errands_update_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_errands")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_errands_entry_id")),
    )
    with op.batch_alter_table("errands", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_errands_ticket_id"), ["ticket_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_errands_update_id"), ["update_id"], unique=False)

    op.create_table(
        "ticket_promises",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ticket_id", KEY, nullable=False),
        sa.Column("entry_id", KEY, nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("at", app.core.database.Moment(timezone=True), nullable=False),
        sa.Column("due_at", app.core.database.Moment(timezone=True), nullable=False),
        sa.Column("kept_at", app.core.database.Moment(timezone=True), nullable=True),
        sa.Column("kept_by_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_ticket_promises_by_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_ticket_promises_entry_id")),
        sa.ForeignKeyConstraint(["kept_by_id"], ["people.id"], name=op.f("fk_ticket_promises_kept_by_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_promises_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_promises")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_ticket_promises_entry_id")),
    )
    with op.batch_alter_table("ticket_promises", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_promises_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_ticket_promises_kept_at"), ["kept_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_ticket_promises_ticket_id"), ["ticket_id"], unique=False)

    with op.batch_alter_table("buildings", schema=None) as batch_op:
        batch_op.add_column(sa.Column("transformer", sa.String(), nullable=False, server_default=""))
        batch_op.create_index(batch_op.f("ix_buildings_transformer"), ["transformer"], unique=False)

    with op.batch_alter_table("closures", schema=None) as batch_op:
        batch_op.alter_column("by_id", existing_type=sa.INTEGER(), nullable=True)

    with op.batch_alter_table("entries", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "channel",
                CHANNELS,
                nullable=True,
            )
        )
        batch_op.add_column(sa.Column("update_id", KEY, nullable=True))
        batch_op.create_index(batch_op.f("ix_entries_update_id"), ["update_id"], unique=False)
        batch_op.create_unique_constraint(batch_op.f("uq_entries_ticket_id"), ["ticket_id", "update_id"])
        batch_op.create_foreign_key(batch_op.f("fk_entries_update_id"), "notice_updates", ["update_id"], ["id"])

    with op.batch_alter_table("households", schema=None) as batch_op:
        batch_op.add_column(sa.Column("grid_id", KEY, nullable=True))
        batch_op.add_column(
            sa.Column(
                "prefers",
                WAYS,
                nullable=True,
            )
        )
        batch_op.add_column(sa.Column("same_as_id", KEY, nullable=True))
        batch_op.alter_column("estate_id", existing_type=sa.INTEGER(), nullable=True)
        batch_op.create_index(batch_op.f("ix_households_grid_id"), ["grid_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_households_same_as_id"), ["same_as_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_households_same_as_id"), "households", ["same_as_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_households_grid_id"), "grids", ["grid_id"], ["id"])

    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.add_column(sa.Column("building", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("kind", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("reach_id", KEY, nullable=True))
        batch_op.add_column(sa.Column("dark", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("answered_by_notice", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("told_update_id", KEY, nullable=True))
        batch_op.create_index(batch_op.f("ix_tickets_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_tickets_reach_id"), ["reach_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_tickets_reach_id"), "reaches", ["reach_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_tickets_told_update_id"), "notice_updates", ["told_update_id"], ["id"])

    take_along(op.get_bind(), Seals(op.get_context().config.attributes["secret"]))

    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tickets_contact"))
        batch_op.drop_constraint(batch_op.f("uq_tickets_token_hash"), type_="unique")
        batch_op.drop_column("contact")
        batch_op.drop_column("token_hash")


def take_along(bind: sa.Connection, seals: Seals) -> None:
    """What stands in the tables already, in their new places."""
    run = lambda words, **more: bind.execute(sa.text(words), more)  # noqa: E731
    run("INSERT INTO ticket_addresses (token_hash, ticket_id, after_entry_id, at) SELECT token_hash, id, 0, asked_at FROM tickets")
    run("UPDATE entries SET channel = (SELECT channel FROM tickets WHERE tickets.id = entries.ticket_id) WHERE author_id IS NULL")
    run("UPDATE households SET grid_id = (SELECT grid_id FROM estates WHERE estates.id = households.estate_id)")
    run("UPDATE tickets SET building = (SELECT building FROM households h WHERE h.id = household_id) WHERE household_id IS NOT NULL")
    # A building alone is shared by hundreds: it is no household.
    run("UPDATE tickets SET household_id = NULL WHERE household_id IN (SELECT id FROM households WHERE room = '')")
    run("DELETE FROM households WHERE room = ''")
    # What a thread attached to an outage was told is answered by a person so far; from now on it is told what is new.
    newest = "(SELECT max(id) FROM notice_updates u WHERE u.notice_id = tickets.notice_id)"
    run(f"UPDATE tickets SET told_update_id = {newest} WHERE notice_id IS NOT NULL")
    for row in run("SELECT id, grid_id, household_id, contact, asked_at FROM tickets WHERE contact <> '' ORDER BY id").all():
        reach = reach_of(bind, seals, row)
        run("UPDATE tickets SET reach_id = :reach, household_id = :home WHERE id = :id", reach=reach.id, home=reach.household_id, id=row.id)


def reach_of(bind: sa.Connection, seals: Seals, row: Any) -> Any:
    """The household's way to be reached; of an asker without a home a household that is only this way."""
    run = lambda words, **more: bind.execute(sa.text(words), more)  # noqa: E731
    mark, home = seals.mark(row.contact), row.household_id
    whose = "household_id = :home" if home else "household_id IN (SELECT id FROM households WHERE estate_id IS NULL AND grid_id = :grid)"
    known = f"SELECT id, household_id FROM reaches WHERE mark = :mark AND {whose}"
    said = {"mark": mark, "home": home} if home else {"mark": mark, "grid": row.grid_id}
    if (found := run(known, **said).first()) is not None:
        return found
    if home is None:
        made = "INSERT INTO households (grid_id, building, room) VALUES (:grid, '', '') RETURNING id"
        home = said["home"] = run(made, grid=row.grid_id).scalar_one()
    kind = kind_of(row.contact)
    added = "INSERT INTO reaches (household_id, kind, mark, sealed, shown, at) VALUES (:home, :kind, :mark, :sealed, :shown, :at)"
    run(added, home=home, kind=kind, mark=mark, sealed=seals.close(row.contact), shown=shown(row.contact), at=row.asked_at)
    return run("SELECT id, household_id FROM reaches WHERE mark = :mark AND household_id = :home", mark=mark, home=home).one()
