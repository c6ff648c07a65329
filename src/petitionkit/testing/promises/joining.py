"""What a store promises that joins a connection of the app: their rows stand and fall together."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol
from uuid import UUID

from petitionkit.errors import AlreadyExistsError
from petitionkit.ledger import Entry, Request
from petitionkit.store import Store
from petitionkit.testing.bench import Refusal, raises, write
from petitionkit.testing.promises.opening import PromiseNames
from petitionkit.testing.samples import (
    a_claim,
    number_id,
    plain_petition,
    plain_signature,
    revision,
)

__all__ = ["Caller", "JoiningConformance"]


class Caller(Protocol):
    """The app's side of the connection that the store has joined."""

    def write(self, row: str) -> None:
        """Insert a row of the app's own, beginning a transaction if none is open."""
        ...  # pragma: no cover (a protocol's body never runs)

    def commit(self) -> None:
        """Commit the app's transaction."""
        ...  # pragma: no cover (a protocol's body never runs)

    def rollback(self) -> None:
        """Roll the app's transaction back."""
        ...  # pragma: no cover (a protocol's body never runs)

    def committed(self) -> tuple[Sequence[str], Sequence[UUID]]:
        """The app's rows and the ids of petitions, as seen from another connection."""
        ...  # pragma: no cover (a protocol's body never runs)


class JoiningConformance(PromiseNames):
    """The promises of a store that joins; subclass it and give ``open_joined``.

    A test that fails names the promise that the store broke.
    """

    def open_joined(self) -> AbstractContextManager[tuple[Store, Caller]]:
        """Give a store that has joined a connection on which nothing was done, and the caller.

        The database is fresh and empty, with its schema and the app's table.
        """
        raise NotImplementedError("give open_joined: a store that joins, and its caller")

    def test_what_a_joined_store_wrote_is_there_for_others_when_the_caller_commits(self) -> None:
        with self.open_joined() as (store, caller):
            store.add(revision(plain_petition()))
            assert store.petitions() == [number_id(1)]
            assert caller.committed() == ([], [])
            caller.commit()
            assert caller.committed() == ([], [number_id(1)])

    def test_the_apps_rows_and_the_stores_are_committed_together(self) -> None:
        with self.open_joined() as (store, caller):
            caller.write("ada")
            store.add(revision(plain_petition()))
            assert caller.committed() == ([], [])
            caller.commit()
            assert caller.committed() == (["ada"], [number_id(1)])

    def test_they_are_rolled_back_together_when_the_app_wrote_first(self) -> None:
        with self.open_joined() as (store, caller):
            caller.write("ada")
            store.add(revision(plain_petition()))
            caller.rollback()
            assert caller.committed() == ([], [])

    def test_they_are_rolled_back_together_when_the_store_wrote_first(self) -> None:
        with self.open_joined() as (store, caller):
            store.add(revision(plain_petition()))
            caller.write("ada")
            entry = Entry(answer=None, signature=plain_signature(), claims=(a_claim(),))
            write(store, entry)
            caller.rollback()
            assert caller.committed() == ([], [])

    def test_a_call_that_fails_leaves_the_callers_own_writes_and_no_others(self) -> None:
        with self.open_joined() as (store, caller):
            caller.write("ada")
            store.add(revision(plain_petition(1, slugs=("oak",))))
            taken = revision(plain_petition(2, slugs=("elm", "oak")))
            raises(AlreadyExistsError, store.add, taken)
            caller.write("bo")
            caller.commit()
            assert caller.committed() == (["ada", "bo"], [number_id(1)])

    def test_a_decision_that_raises_leaves_the_callers_own_writes_and_no_others(self) -> None:
        with self.open_joined() as (store, caller):
            store.add(revision(plain_petition()))
            caller.write("ada")

            def refuse(*_seen: object) -> Entry[None]:
                raise Refusal

            first = Entry(answer=None, signature=plain_signature(), claims=(a_claim(),))
            requests = [Request(admit=lambda _seen: first), Request(admit=refuse)]
            raises(Refusal, store.sign, number_id(1), requests)
            assert store.signatures(number_id(1)) == []
            caller.commit()
            assert caller.committed() == (["ada"], [number_id(1)])
            assert store.signatures(number_id(1)) == []
            caller.rollback()

    def test_closing_the_store_leaves_the_callers_transaction_open(self) -> None:
        with self.open_joined() as (store, caller):
            caller.write("ada")
            store.add(revision(plain_petition()))
            store.close()
            assert caller.committed() == ([], [])
            caller.commit()
            assert caller.committed() == (["ada"], [number_id(1)])
