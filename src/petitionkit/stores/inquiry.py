"""An inquiry: all that decisions on signatures must see, asked for at once and then waited for.

Decides in which order rows are asked for and which are locked. Where writers may work on one
petition at the same time, what a decision sees is kept as it is until the transaction ends.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from petitionkit.ledger import NOBODY, Request
from petitionkit.rows import signature_from_row, uuid_from_column
from petitionkit.signature import Attempt, Signature
from petitionkit.stores.connection import Connection
from petitionkit.stores.dialect import lock_key
from petitionkit.stores.entry_rows import (
    HOLDERS,
    HOLDINGS,
    KEPT_HOLDINGS,
    PER_QUERY,
    asked_attempts,
    asked_signatures,
    fetched,
    marks,
)

__all__ = ["NO_NUMBER", "Inquiry"]

T = TypeVar("T")

NO_NUMBER = 0
"""Nobody's: numbers of rows begin with 1."""

_NUMBER = "(SELECT number FROM petitionkit_petition WHERE id = ?)"


class Inquiry:
    """What the rows say of one petition's signatures; a book of entries goes on from there.

    ``held`` maps a claim's digest to the number of the signature in each slot; ``signatures``
    are by number, ``numbers`` by id and ``ids`` back again; ``stored`` are the numbers of rows
    that are there, ``released`` of signatures that have given up their claims since.
    """

    def __init__(
        self, connection: Connection, petition_id: UUID, requests: Sequence[Request[Any]]
    ) -> None:
        """Ask; nothing is waited for."""
        self._connection = connection
        self._petition_id = petition_id
        self._requests = requests
        self.held: dict[bytes, dict[int, int]] = {}
        self.signatures: dict[int, Signature] = {}
        self.numbers: dict[UUID, int] = {}
        self.ids: dict[int, UUID] = {NO_NUMBER: NOBODY}
        self.attempts: dict[UUID, Attempt] = {}
        self.mail: dict[tuple[object, ...], set[UUID]] = {}
        self.stored: set[int] = set()
        self.released: set[int] = set()
        self._absent: set[UUID] = set()
        self._reserved: list[int] = []
        self._awaited = [*self._ask()]

    def _ask(self) -> Iterator[Callable[[], object]]:
        """Send all questions; each comes with what waits for its answer."""
        requests = self._requests
        yield from self._keep_mailboxes({name for one in requests for name in one.mailboxes})
        # Attempts first: what confirms one waits for whoever is confirming it, and sees the rest
        # as that has left it.
        attempts = {one.attempt_id: None for one in requests if one.attempt_id}
        yield from map(self._asked_attempts, _parts([*attempts]))
        signatures = {one.signature_id: None for one in requests if one.signature_id}
        yield from map(self._asked_signatures, _parts([*signatures]))
        keep = any(request.holders for request in requests)
        digests = {claim.digest: None for request in requests for claim in request.claims}
        for some in _parts([*digests]):
            yield self._asked_holdings(some, keep=keep)
        for one in requests:
            if one.mailboxes and one.mailed_after is not None:
                yield self._asked_mail(one.mailed_after, one.mailboxes)
        if keep and digests and self._connection.dialect.concurrent:
            yield self._asked_numbers()

    def wait(self) -> None:
        """Take what the rows say, and read who holds the claims that are asked for."""
        awaited, self._awaited = self._awaited, []  # which lead back here
        for take in awaited:
            take()
        shown = {claim.digest for one in self._requests if one.holders for claim in one.claims}
        numbers = sorted({number for digest in shown for number in self.held[digest].values()})
        for some in _parts(numbers):
            sql = HOLDERS.format(marks=marks(len(some)))
            for row in self._connection.execute(sql, some).fetchall():
                self._know(row[0], signature_from_row(uuid_from_column(row[1]), row[2:]))

    def next_number(self) -> int:
        """A number that no signature has yet."""
        if not self._reserved:
            self._asked_numbers()()
        return self._reserved.pop()

    def _asked_numbers(self) -> Callable[[], None]:
        sql = self._connection.dialect.reserve_numbers
        rows = fetched(self._connection.execute(sql, (len(self._requests),)))

        def take() -> None:
            self._reserved = sorted((number for (number,) in rows), reverse=True)

        return take

    def _keep_mailboxes(self, mailboxes: set[str]) -> Iterator[Callable[[], object]]:
        """Keep what was mailed to them as it is: nobody else is counting it meanwhile."""
        dialect = self._connection.dialect
        if dialect.concurrent:
            for name in sorted(mailboxes):
                key = lock_key("mailbox", self._petition_id.bytes + name.encode())
                yield self._connection.execute(dialect.lock_alone, (key,)).fetchall

    def _asked_mail(self, after: datetime, mailboxes: tuple[str, ...]) -> Callable[[], None]:
        rows = fetched(
            self._connection.execute(
                f"SELECT id FROM petitionkit_attempt WHERE petition = {_NUMBER}"
                f" AND mailed_at > ? AND mailbox IN ({marks(len(mailboxes))})",
                (self._petition_id, after, *mailboxes),
            )
        )

        def take() -> None:
            self.mail[after, mailboxes] = {uuid_from_column(attempt) for (attempt,) in rows}

        return take

    def _asked_attempts(self, ids: Sequence[UUID]) -> Callable[[], None]:
        rows = asked_attempts(self._connection, ids, lock=True)
        return lambda: self.attempts.update({one.id: one for one in rows})

    def _asked_signatures(self, ids: Sequence[UUID]) -> Callable[[], None]:
        rows = asked_signatures(self._connection, ids, lock=True)

        def take() -> None:
            for number, signature in rows:
                self._know(number, signature)
            self._absent.update(ids)

        return take

    def _asked_holdings(self, digests: Sequence[bytes], *, keep: bool) -> Callable[[], None]:
        """Ask who holds these; ``keep`` sees to it that they go on holding them."""
        dialect = self._connection.dialect
        sql = KEPT_HOLDINGS if keep and dialect.concurrent else HOLDINGS
        digest_cell = f"(CAST(? AS {dialect.types['bytes']}))"  # some drivers take it for text
        rows = fetched(
            self._connection.execute(
                sql.format(
                    rows=", ".join([digest_cell] * len(digests)),
                    lock=dialect.for_update.format("s, c"),
                ),
                (*digests, self._petition_id),
            )
        )

        def take() -> None:
            self.held |= {digest: {} for digest in digests}
            scratch: dict[int, int] = {}
            for digest, slot, number, signature_id in rows:
                gone = number is None or number in self.released
                (scratch if gone else self.held[bytes(digest)])[slot] = number
                self.ids[number] = uuid_from_column(signature_id or NOBODY)

        return take

    def _know(self, number: int, signature: Signature) -> None:
        self.signatures.setdefault(number, signature)
        self.numbers[signature.id] = number
        self.stored.add(number)

    def hold(self, digest: bytes) -> None:
        """See who holds a claim that no request has asked about."""
        if digest not in self.held:
            self._asked_holdings([digest], keep=True)()

    def signature(self, signature_id: UUID) -> Signature | None:
        """A signature as it stands now; None where there is none."""
        if signature_id not in self.numbers and signature_id not in self._absent:
            self._asked_signatures([signature_id])()
        number = self.numbers.get(signature_id)
        return None if number is None else self.signatures[number]


def _parts(many: Sequence[T]) -> Iterator[Sequence[T]]:
    """As many at once as a statement takes, the last one again up to 1, 2, 4, 8 ... of them.

    So there are few statements, which a database prepares once and drivers keep.
    """
    for start in range(0, len(many), PER_QUERY):
        some = many[start : start + PER_QUERY]
        lacking = (1 << (len(some) - 1).bit_length()) - len(some)
        yield [*some, *(some[-1] for _ in range(lacking))]
