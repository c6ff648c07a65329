"""The one operation of the Django migrations: run what ``petitionkit.stores.schema`` says.

So that Django's tables and those of every other adapter are the same ones, written once.
"""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.exceptions import IrreversibleError
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from petitionkit.django.store import rows_of
from petitionkit.stores.migration import apply_schema
from petitionkit.stores.schema import schema_sql

__all__ = ["ApplySchema"]


class ApplySchema(Operation):
    """Lead the database from one version of the schema to the next.

    Changes nothing where that version is there already, as made by another adapter or by a
    process that began at the same time. There is no way back: signatures are not dropped.
    """

    reduces_to_sql = True

    def __init__(self, since: int, to: int) -> None:
        """Say which versions."""
        self.since = since
        self.to = to

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Leave the models to the operations beside this one."""

    def database_forwards(
        self,
        app_label: str,  # noqa: ARG002 (Django's own signature)
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,  # noqa: ARG002 (the same)
        to_state: ProjectState,  # noqa: ARG002 (the same)
    ) -> None:
        """Run the statements, or hand them over where they are to be printed."""
        connection = schema_editor.connection
        if not schema_editor.collect_sql:
            apply_schema(rows_of(connection), to=self.to)
            return
        for statement in schema_sql(connection.vendor, since=self.since, to=self.to):
            schema_editor.execute(statement)

    def database_backwards(
        self,
        app_label: str,  # noqa: ARG002 (Django's own signature)
        schema_editor: BaseDatabaseSchemaEditor,  # noqa: ARG002 (Django's own signature)
        from_state: ProjectState,  # noqa: ARG002 (Django's own signature)
        to_state: ProjectState,  # noqa: ARG002 (Django's own signature)
    ) -> None:
        """Refuse."""
        raise IrreversibleError("petitionkit's tables are not dropped; do that by hand if you must")
