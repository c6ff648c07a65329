"""Instants as a column, so that Django compares them as the store writes them.

SQLite compares text. The store writes all six digits of a second's fraction and Django none
where they are zero, so that of two equal instants one would be the earlier.
"""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

__all__ = ["InstantField"]

_WHOLE = len("2026-03-23 22:00:00")


class InstantField(models.DateTimeField):  # type: ignore[type-arg]  # generic in the stubs alone
    """A ``DateTimeField`` that is written as the store does; to migrations it is a plain one."""

    def deconstruct(self) -> Any:  # noqa: ANN401 (Django's own)
        """Be a ``DateTimeField`` in migrations: the columns are the same."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.DateTimeField", args, kwargs

    def get_db_prep_value(
        self,
        value: Any,  # noqa: ANN401 (Django's own)
        connection: BaseDatabaseWrapper,
        prepared: bool = False,  # noqa: FBT001, FBT002 (the same)
    ) -> Any:  # noqa: ANN401 (the same)
        """Write the fraction of a second even where it is zero."""
        found = super().get_db_prep_value(value, connection, prepared)
        whole = isinstance(found, str) and len(found) == _WHOLE
        return f"{found}.000000" if whole else found
