"""Bringing a database to the newest schema, and refusing one that this version cannot use.

Decides which statements are missing; never runs them unasked. Safe when two processes start
at once: where the database lets both in, they take turns.
"""

from petitionkit.errors import SchemaVersionError
from petitionkit.stores.connection import Connection
from petitionkit.stores.dialect import lock_key
from petitionkit.stores.schema import SCHEMA_VERSION, schema_sql

__all__ = ["NO_SCHEMA", "apply_schema", "demand_schema", "schema_version"]

NO_SCHEMA = "no petitionkit schema here yet; run migrate first"


def schema_version(connection: Connection) -> tuple[int, int] | None:
    """Version and oldest able reader, or None where there is no petitionkit schema."""
    if not connection.execute(connection.dialect.has_schema).fetchone()[0]:
        return None
    version, reader = connection.execute(
        "SELECT version, min_reader FROM petitionkit_schema"
    ).fetchone()
    return int(version), int(reader)


def demand_schema(connection: Connection) -> None:
    """Raise ``SchemaVersionError`` unless this petitionkit can use what is there."""
    found = schema_version(connection)
    if found is None:
        raise SchemaVersionError(NO_SCHEMA)
    version, reader = found
    if reader > SCHEMA_VERSION:
        raise SchemaVersionError(
            f"the store has schema {version}, newer than the {SCHEMA_VERSION} known here;"
            " install a newer petitionkit"
        )
    if version < SCHEMA_VERSION:
        raise SchemaVersionError(
            f"the store has schema {version}, {SCHEMA_VERSION} is needed; run migrate"
        )


def apply_schema(connection: Connection, *, to: int | None = None) -> int:
    """Run what is missing, inside the caller's transaction; the version that was there before.

    ``to`` is the version to stop at, the newest unless it is given.
    """
    if connection.dialect.lock_migration:
        connection.execute(connection.dialect.lock_migration, (lock_key("migrate"),))
    before, reader = schema_version(connection) or (0, 0)
    if reader > SCHEMA_VERSION:
        demand_schema(connection)
    for statement in schema_sql(connection.dialect.name, since=before, to=to):
        connection.execute(statement)
    return before
