"""SQLite gives no id again of what is deleted while its address or form is still open on a phone (see app/core/database.py)"""

from alembic import op

revision = "0046"
down_revision = "0045"

TABLES = ("notices", "notice_updates", "errands", "subscriptions", "data_requests", "ticket_photos")
KEY, ONCE = "PRIMARY KEY (id)", "PRIMARY KEY (id AUTOINCREMENT)"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in TABLES:
            _write_anew(table)


def _write_anew(table: str) -> None:
    """By its own words, so that nothing of it is lost. Its rows bring along the largest id that was given."""
    bind = op.get_bind()
    found = bind.exec_driver_sql("SELECT type, sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL", (table,)).all()
    body = next(sql for kind, sql in found if kind == "table").partition("(")[2]
    if body.count(KEY) != 1:
        raise RuntimeError(f"The table {table} is not as we made it: its key was not found.")
    bind.exec_driver_sql(f"CREATE TABLE {table}_anew ({body.replace(KEY, ONCE)}")
    bind.exec_driver_sql(f"INSERT INTO {table}_anew SELECT * FROM {table}")
    bind.exec_driver_sql(f"DROP TABLE {table}")
    bind.exec_driver_sql(f"ALTER TABLE {table}_anew RENAME TO {table}")
    for kind, sql in found:
        if kind != "table":
            bind.exec_driver_sql(sql)
