"""Alembic's door: migrations run on the connection that app/release.py hands over."""

from alembic import context

from app.tables import metadata

connection = context.config.attributes["connection"]
OURS = set(metadata.tables)


def ours(_object: object, name: str | None, kind: str, _reflected: bool, _compared: object) -> bool:
    """The job engine and the spatial index bring tables of their own."""
    return kind != "table" or name in OURS


context.configure(connection=connection, target_metadata=metadata, include_object=ours, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
