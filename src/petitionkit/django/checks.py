"""System checks: what would fail later, told when the site starts.

Errors are what petitionkit cannot work with; the schema is a warning, so that whoever brings it
otherwise may go on. ``migrate`` runs the checks before it brings the schema: there it is no news.
"""

import sys
from collections.abc import Iterator, Sequence

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from petitionkit.django.desk import OPTIONS, database_alias, given_options, given_secrets
from petitionkit.django.store import rows_of
from petitionkit.errors import KeyFileError, SchemaVersionError
from petitionkit.stores.dialect import DIALECTS
from petitionkit.stores.migration import demand_schema

__all__ = ["check_schema", "check_settings"]


@register
def check_settings(**_: object) -> list[CheckMessage]:
    """Secrets, options, time zone, kind of database and how SQLite begins its transactions."""
    return list(_settings())


def _settings() -> Iterator[CheckMessage]:
    try:
        given_secrets()
    except ImportError as error:
        yield Error(f"PETITIONKIT: {error}", hint="Mend the dotted path.", id="petitionkit.E001")
    except KeyFileError as error:
        yield Error(
            "petitionkit has no secrets to make claims and links with.",
            hint=f"{error}.",
            id="petitionkit.E001",
        )
    unknown = sorted(set(given_options()) - OPTIONS)
    if unknown:
        known = ", ".join(sorted(OPTIONS))
        yield Error(
            f"PETITIONKIT holds {', '.join(unknown)}, which petitionkit does not know.",
            hint=f"It knows {known}.",
            id="petitionkit.E002",
        )
    if not settings.USE_TZ:
        yield Error(
            "petitionkit keeps aware instants.", hint="Set USE_TZ = True.", id="petitionkit.E003"
        )
    yield from _database(database_alias())


def _database(using: str) -> Iterator[CheckMessage]:
    if using not in connections.settings:
        yield Error(
            f"PETITIONKIT names the database {using}, which DATABASES does not have.",
            hint=f"Name one of {', '.join(connections.settings)}.",
            id="petitionkit.E004",
        )
        return
    connection = connections[using]
    if connection.vendor not in DIALECTS:
        yield Error(
            f"petitionkit cannot keep petitions in {connection.vendor}.",
            hint=f"Use one of {', '.join(DIALECTS)}.",
            id="petitionkit.E004",
        )
    mode = connection.settings_dict.get("OPTIONS", {}).get("transaction_mode")
    if connection.vendor == "sqlite" and str(mode).upper() not in {"IMMEDIATE", "EXCLUSIVE"}:
        yield checks.Warning(
            f"Transactions of the database {using} begin as readers: one of yours that reads"
            " and then signs fails at once while another one writes, instead of waiting.",
            hint='Set DATABASES[...]["OPTIONS"] = {"transaction_mode": "IMMEDIATE"}.',
            id="petitionkit.W001",
        )


@register(Tags.database)
def check_schema(*, databases: Sequence[str] | None = None, **_: object) -> list[CheckMessage]:
    """Whether the schema is there; asked only where a database may be (``check --database``)."""
    using = database_alias()
    # A check is told neither who runs it nor why; a program that calls ``migrate`` runs none.
    migrating = sys.argv[1:2] == ["migrate"]
    if migrating or using not in (databases or ()) or connections[using].vendor not in DIALECTS:
        return []
    try:
        demand_schema(rows_of(connections[using]))
    except SchemaVersionError as error:
        return [
            checks.Warning(
                f"{error}.",
                hint=f"Run 'manage.py migrate --database {using}'.",
                id="petitionkit.W002",
            )
        ]
    return []
