"""Nothing that is encrypted stands in the raw bytes of a database, or is read without its key."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from canaries import SIGNERS, expected, files, fill, found_in, people, table_files
from postgres_server import a_database

from petitionkit.desk import Desk
from petitionkit.encryption import (
    DataKeys,
    EncryptedStore,
    MemoryWrappedKeys,
    SQLiteWrappedKeys,
    WrappingRing,
)
from petitionkit.ledger import Claim, Trace
from petitionkit.parties import Party
from petitionkit.signature import Attempt
from petitionkit.store import Store
from petitionkit.stores import postgres
from petitionkit.stores.postgres import PostgresStore
from petitionkit.stores.sqlite import SQLiteStore, migrate
from samples import DEADLINE, KEYS, PETITION_ID

RING = WrappingRing([bytes(range(32))])
PLAIN = {
    f"canary-{owner.__name__}-{name}"
    for owner, name in ((Claim, "digest"), (Attempt, "mailbox"), (Trace, "source"))
} | {f"canary-{Party.__name__}-reference"}
"""Keyed hashes, and the opaque reference that a starter's petitions are found by."""


def test_what_is_not_encrypted_is_personal_and_named() -> None:
    assert expected() > PLAIN


def read_back(store: Store) -> None:
    """Everything comes back in the clear."""
    found = store.signature(UUID(int=1007))
    assert found is not None
    assert found.particulars == people(7)
    assert store.amendments(UUID(int=1007))[0].was.startswith("canary-Amendment-was-7")
    starter = store.petition(PETITION_ID).starter
    assert starter is not None
    assert starter.name.startswith("canary-Party-name")
    assert store.pending(PETITION_ID)[0].attempt.particulars == people(5000)


def destroyed(store: Store, keys: DataKeys) -> None:
    """Without its key a petition says nothing of anybody, and counts as it did."""
    desk = Desk(store, secrets=KEYS, clock=lambda: DEADLINE + timedelta(days=9))
    before = desk.counts(PETITION_ID), desk.daily(PETITION_ID)
    keys.destroy(PETITION_ID)
    rows = [one.signature for one in store.signatures(PETITION_ID)]
    assert len(rows) == SIGNERS
    assert all(one.erased and one.particulars.birth_date is None for one in rows)
    assert not found_in(repr(rows).encode())
    assert [one.was for one in store.amendments(rows[0].id)] == [""]
    petition = store.petition(PETITION_ID)
    assert (petition.starter, petition.authors, petition.reports) == (None, (), ())
    assert (desk.counts(PETITION_ID), desk.daily(PETITION_ID)) == before


def test_the_files_of_sqlite_hold_nothing_in_the_clear(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    folder.mkdir()
    migrate(folder / "petitions.db")
    with (
        closing(SQLiteWrappedKeys(tmp_path / "keys.db")) as kept,
        closing(SQLiteStore(folder / "petitions.db")) as behind,
    ):
        keys = DataKeys(kept, RING)
        store = EncryptedStore(behind, keys)
        fill(store)
        assert found_in(files(folder)) == PLAIN
        read_back(store)
        destroyed(store, keys)


def test_neither_do_the_tables_of_postgresql(url: str) -> None:
    keys = DataKeys(MemoryWrappedKeys(), RING)
    with (
        closing(PostgresStore(url)) as behind,
        psycopg.connect(url, autocommit=True) as connection,
    ):
        store = EncryptedStore(behind, keys)
        fill(store)
        assert {mark for mark in found_in(table_files(connection)) if mark not in PLAIN} == set()
        assert "canary-Claim-digest" in found_in(table_files(connection))  # it would be found
        read_back(store)
        destroyed(store, keys)


@pytest.fixture
def url() -> Iterator[str]:
    with a_database() as made:
        postgres.migrate(made)
        yield made


def test_a_destroyed_key_stands_in_no_byte_of_its_file(tmp_path: Path) -> None:
    with closing(SQLiteWrappedKeys(tmp_path / "keys.db")) as kept:
        keys = DataKeys(kept, RING)
        ids = [UUID(int=n) for n in range(1, 40)]
        for petition_id in ids:
            keys.made(petition_id)
        wrapped = {one: (kept.of(one) or ())[0].wrapped for one in ids}
        assert all(one in files(tmp_path) for one in wrapped.values())
        keys.destroy(ids[3])
        raw = files(tmp_path)
        assert [one for one, key in wrapped.items() if key not in raw] == [ids[3]]
