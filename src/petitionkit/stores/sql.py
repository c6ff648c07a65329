"""What all SQL stores share: the statements, and the order in which they run.

An adapter brings connections and transactions; the rest is here, in ``entries`` (signatures)
and in ``counters``. Knows rows and transactions, and no rule: levels are numbers to it, and
claims are bytes.

Where a database lets writers work side by side, decisions on signatures share a lock on their
petition, so that they exclude a decision on the petition and not each other; claims and rows
that two of them want are settled by the database, and who loses is asked again.
"""

import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from types import MappingProxyType
from typing import ClassVar, TypeVar
from uuid import UUID

from petitionkit.catalogue import Listed, Search
from petitionkit.dispatch import Dispatch
from petitionkit.errors import (
    NotFoundError,
    StoreContractError,
    StoreUnavailableError,
)
from petitionkit.ledger import Change, Notice, Request, Revision
from petitionkit.petition import Petition
from petitionkit.rows import (
    uuid_from_column,
)
from petitionkit.signature import Amendment, Attempt, Signature
from petitionkit.store import (
    DueAttempt,
    DuePetition,
    Health,
    Mending,
    Minute,
    NumberedAttempt,
    NumberedSignature,
    Store,
)
from petitionkit.stores import outbox, petition_rows
from petitionkit.stores.catalogue import listed_page
from petitionkit.stores.connection import Connection
from petitionkit.stores.counters import (
    fold,
    read_tally,
    refresh_levels,
)
from petitionkit.stores.dialect import lock_key
from petitionkit.stores.entries import CountsUnreadError, EntryBook
from petitionkit.stores.entry_rows import asked_attempts, asked_signatures
from petitionkit.stores.erasing import blank_attempts, count_telling
from petitionkit.stores.failures import OvertakenError, TakenError, translated
from petitionkit.stores.listings import (
    amendments_of,
    due_attempts,
    due_petitions,
    health_at,
    minutes_of,
    pending_page,
    signature_page,
)
from petitionkit.stores.recount import drift_of, mend_counts
from petitionkit.stores.transactions import Switch, reading_inside, writing_inside
from petitionkit.tally import Drift, Tally

__all__ = ["SQLStore"]

T = TypeVar("T")


def _nothing_to_wait_for() -> None:
    pass


class SQLStore(Store, ABC):
    """A store on SQL; a subclass says how transactions are made."""

    _owns: bool
    """Whether transactions are the store's own; those of a caller only they can begin again."""
    _errors: ClassVar[tuple[type[Exception], ...]]
    """What the driver raises."""
    _keys: Mapping[str, int] = MappingProxyType({})
    """Numbers of the keys of claims that are known to be committed; none is ever removed."""
    _process: int | None = None
    """Whose connections the store's are; None where that is not for the store to know."""
    _tries = 8
    """How often a call is begun that others' writes have made impossible."""

    @abstractmethod
    def _connected(self) -> AbstractContextManager[Switch]:
        """A connection that is nobody else's for as long as a call takes."""

    def _inherited(self) -> bool:
        """Whether connections came here by a fork, to be used and closed by the parent alone."""
        return self._process not in {None, os.getpid()}

    def _demand_own(self) -> None:
        if self._inherited():
            raise StoreContractError(
                "this store was opened before a fork; open one in this process"
            )

    @contextmanager
    def _reading(self, *, whole: bool = True) -> Iterator[Connection]:
        """To read in one transaction; what is one statement, or as good, needs none."""
        self._demand_own()
        with (
            translated(*self._errors),
            self._connected() as switch,
            reading_inside(switch, whole=whole) as connection,
        ):
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """Everything that is written inside is there at the end, or nothing."""
        self._demand_own()
        with (
            translated(*self._errors),
            self._connected() as switch,
            writing_inside(switch, commit=self._owns) as connection,
        ):
            yield connection

    def __repr__(self) -> str:
        """Say how the store came by its connection."""
        return f"<{type(self).__name__} {'owning' if self._owns else 'joining'}>"

    def _write(self, work: Callable[[Connection], T]) -> T:
        """Do the work, again from the start where somebody else was quicker."""
        taken = overtaken = 0
        while True:
            try:
                with self._writing() as connection:
                    return work(connection)
            except TakenError as error:
                taken += 1
                if taken == self._tries:  # no race is lost that often
                    raise StoreContractError(str(error)) from error
            except OvertakenError as error:
                overtaken += 1
                if overtaken == self._tries or not self._owns:
                    raise StoreUnavailableError(str(error), retryable=True) from error

    def add_policy(self, digest: str, document: str) -> None:
        """See ``Store.add_policy``."""
        sql = (
            "INSERT INTO petitionkit_policy (digest, document) VALUES (?, ?)"
            " ON CONFLICT (digest) DO NOTHING"
        )
        self._write(lambda connection: connection.execute(sql, (digest, document)))

    def policy(self, digest: str) -> str:
        """See ``Store.policy``."""
        with self._reading(whole=False) as connection:
            row = connection.execute(
                "SELECT document FROM petitionkit_policy WHERE digest = ?", (digest,)
            ).fetchone()
        if row is None:
            raise NotFoundError(f"no policy with digest {digest}; add it first")
        return str(row[0])

    def _hold(
        self, connection: Connection, petition_id: UUID, *, alone: bool
    ) -> Callable[[], None]:
        """Keep decisions on the petition out until the transaction ends; alone, all decisions.

        What comes back waits for the lock.
        """
        dialect = connection.dialect
        if not dialect.concurrent:
            return _nothing_to_wait_for
        key = lock_key("petition", petition_id.bytes)
        sql = dialect.lock_alone if alone else dialect.lock_shared
        cursor = connection.execute(sql, (key,))

        def wait() -> None:
            (isolation,) = cursor.fetchone()
            if isolation == "repeatable read":
                raise StoreContractError(
                    "a transaction at REPEATABLE READ would not see what others wrote before the"
                    " lock; use READ COMMITTED or SERIALIZABLE"
                )

        return wait

    def _open(self, connection: Connection, petition_id: UUID) -> tuple[int, int, Petition]:
        """Lock a petition for a decision that nothing may move under, its counts folded."""
        self._hold(connection, petition_id, alone=True)()
        number, realm, petition = petition_rows.load(connection, petition_id)
        petition_rows.ring(connection, number, fold(connection, number))
        return number, realm, petition

    def _tally(self, connection: Connection, number: int) -> Tally:
        refresh_levels(connection, number)
        return read_tally(connection, number) or Tally()

    def add(self, revision: Revision) -> Petition:
        """See ``Store.add``."""
        self._write(lambda connection: petition_rows.insert(connection, revision))
        return revision.petition

    def petition(self, petition_id: UUID) -> Petition:
        """See ``Store.petition``."""
        with self._reading(whole=False) as connection:
            return petition_rows.load(connection, petition_id)[2]

    def find(self, office: str, system: str, value: str) -> UUID | None:
        """See ``Store.find``."""
        with self._reading(whole=False) as connection:
            row = connection.execute(
                "SELECT p.id FROM petitionkit_name n JOIN petitionkit_petition p"
                " ON p.number = n.petition WHERE n.office = ? AND n.system = ? AND n.value = ?",
                (office, system, value),
            ).fetchone()
        return uuid_from_column(row[0]) if row else None

    def petitions(self, *, after: UUID | None = None, limit: int = 100) -> Sequence[UUID]:
        """See ``Store.petitions``."""
        later, parameters = ("WHERE id > ?", (after, limit)) if after else ("", (limit,))
        with self._reading() as connection:
            rows = connection.execute(
                f"SELECT id FROM petitionkit_petition {later} ORDER BY id LIMIT ?", parameters
            ).fetchall()
        return [uuid_from_column(petition_id) for (petition_id,) in rows]

    def update(self, petition_id: UUID, change: Change) -> Petition:
        """See ``Store.update``."""
        return self._write(lambda connection: self._update(connection, petition_id, change))

    def _update(self, connection: Connection, petition_id: UUID, change: Change) -> Petition:
        number, _, before = self._open(connection, petition_id)
        revision = change(before, self._tally(connection, number))
        return petition_rows.keep(connection, number, before, revision)

    def health(self, now: datetime) -> Health:
        """See ``Attended.health``."""
        with self._reading() as connection:
            return health_at(connection, now)

    def drift(self, petition_id: UUID) -> Sequence[Drift]:
        """See ``Accountable.drift``."""
        with self._reading() as connection:
            return drift_of(connection, petition_rows.number_of(connection, petition_id))

    def mend(self, petition_id: UUID, change: Mending, *, at: datetime) -> Petition:
        """See ``Accountable.mend``."""
        return self._write(lambda connection: self._mend(connection, petition_id, change, at))

    def _mend(
        self, connection: Connection, petition_id: UUID, change: Mending, at: datetime
    ) -> Petition:
        number, _, before = self._open(connection, petition_id)
        drifts = drift_of(connection, number)
        if not drifts:
            return before
        rung = mend_counts(connection, number, drifts, at)
        revision = change(before, self._tally(connection, number), drifts)
        kept = petition_rows.keep(connection, number, before, revision)
        petition_rows.ring(connection, number, rung)
        return kept

    def sign(self, petition_id: UUID, requests: Sequence[Request[T]]) -> list[T]:
        """See ``Store.sign``."""
        try:
            answers, keys = self._write(
                lambda connection: self._sign(connection, petition_id, requests)
            )
        except CountsUnreadError:
            answers, keys = self._write(
                lambda connection: self._sign(connection, petition_id, requests, alone=True)
            )
        if self._owns:  # else nobody knows yet whether they are committed
            self._keys = keys
        return answers

    def _sign(
        self,
        connection: Connection,
        petition_id: UUID,
        requests: Sequence[Request[T]],
        *,
        alone: bool = False,
    ) -> tuple[list[T], Mapping[str, int]]:
        alone = alone or not connection.dialect.concurrent
        held = self._hold(connection, petition_id, alone=alone)
        loading = petition_rows.asked(connection, petition_id)
        book = EntryBook(connection, petition_id, requests, self._keys, alone=alone)
        held()
        number, realm, petition = loading()
        book.begin(number, realm, petition)
        answers = [book.decide(request) for request in requests]
        petition_rows.ring(connection, number, book.write())
        return answers, book.keys

    def tally(self, petition_id: UUID) -> Tally:
        """See ``Store.tally``."""
        with self._reading(whole=False) as connection:
            tally = read_tally(connection, petition_rows.number_of(connection, petition_id))
        if tally is not None:
            return tally
        return self._write(
            lambda connection: self._tally(connection, self._open(connection, petition_id)[0])
        )

    def signature(self, signature_id: UUID) -> Signature | None:
        """See ``Store.signature``."""
        with self._reading(whole=False) as connection:
            found = asked_signatures(connection, [signature_id])
            return next((signature for _, signature in found), None)

    def signatures(
        self, petition_id: UUID, *, after: int = 0, limit: int = 1000
    ) -> Sequence[NumberedSignature]:
        """See ``Store.signatures``."""
        with self._reading() as connection:
            number = petition_rows.number_of(connection, petition_id)
            return signature_page(connection, petition_id, number, after=after, limit=limit)

    def attempt(self, attempt_id: UUID) -> Attempt | None:
        """See ``Store.attempt``."""
        with self._reading(whole=False) as connection:
            return next(asked_attempts(connection, [attempt_id]), None)

    def pending(
        self, petition_id: UUID, *, after: int = 0, limit: int = 1000
    ) -> Sequence[NumberedAttempt]:
        """See ``Store.pending``."""
        with self._reading() as connection:
            number = petition_rows.number_of(connection, petition_id)
            return pending_page(connection, petition_id, number, after=after, limit=limit)

    def due_attempts(self, *, limit: int = 100) -> Sequence[DueAttempt]:
        """See ``Store.due_attempts``."""
        with self._reading() as connection:
            return due_attempts(connection, limit)

    def amendments(self, signature_id: UUID) -> Sequence[Amendment]:
        """See ``Store.amendments``."""
        with self._reading() as connection:
            return amendments_of(connection, signature_id)

    def minutes(self, petition_id: UUID, counter: str) -> Sequence[Minute]:
        """See ``Store.minutes``."""
        with self._reading() as connection:
            return minutes_of(connection, petition_rows.number_of(connection, petition_id), counter)

    def forget_traces(self, before: datetime) -> None:
        """See ``Store.forget_traces``."""
        sql = "DELETE FROM petitionkit_trace WHERE until <= ?"
        self._write(lambda connection: connection.execute(sql, (before,)))

    def claim_keys(self) -> Sequence[str]:
        """See ``Store.claim_keys``."""
        with self._reading() as connection:
            rows = connection.execute("SELECT name FROM petitionkit_key").fetchall()
        return sorted(name for (name,) in rows)

    def due(self, *, limit: int = 100) -> Sequence[DuePetition]:
        """See ``Store.due``."""
        with self._reading() as connection:
            return due_petitions(connection, limit)

    def listed(
        self, search: Search, at: datetime, *, after: UUID | None = None, limit: int = 100
    ) -> Sequence[Listed]:
        """See ``Catalogue.listed``."""
        with self._reading() as connection:
            return listed_page(connection, search, at, after=after, limit=limit)

    def notices(self, *, limit: int = 100) -> Sequence[Notice]:
        """See ``Store.notices``."""
        with self._reading() as connection:
            return outbox.waiting_notices(connection, limit)

    def erase_attempts(self, petition_id: UUID, *, limit: int = 1000) -> int:
        """See ``ErasingStore.erase_attempts``."""
        return self._write(
            lambda connection: blank_attempts(
                connection, petition_rows.number_of(connection, petition_id), limit
            )
        )

    def telling_attempts(self, petition_id: UUID) -> int:
        """See ``ErasingStore.telling_attempts``."""
        with self._reading() as connection:
            return count_telling(connection, petition_rows.number_of(connection, petition_id))

    def lease(self, *, now: datetime, until: datetime, limit: int = 100) -> Sequence[Dispatch]:
        """See ``Store.lease``."""
        return self._write(lambda connection: outbox.lease(connection, now, until, limit))

    def put_off(self, dispatch: Dispatch, *, until: datetime | None, reason: str) -> bool:
        """See ``Store.put_off``."""
        return self._write(lambda connection: outbox.put_off(connection, dispatch, until, reason))

    def dead_notices(self, *, limit: int = 100) -> Sequence[Dispatch]:
        """See ``Store.dead_notices``."""
        with self._reading() as connection:
            return outbox.dead_notices(connection, limit)

    def revive(self, notice_id: UUID, *, at: datetime) -> bool:
        """See ``Store.revive``."""
        return self._write(lambda connection: outbox.revive(connection, notice_id, at))

    def acknowledge(self, notice_id: UUID) -> None:
        """See ``Store.acknowledge``."""
        sql = "DELETE FROM petitionkit_notice WHERE id = ?"
        self._write(lambda connection: connection.execute(sql, (notice_id,)))
