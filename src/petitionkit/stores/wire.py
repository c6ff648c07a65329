"""Statements to PostgreSQL through libpq, on a connection of psycopg's that is nobody else's.

A cursor of psycopg's for each statement costs more than all that petitionkit does for a
signature. What is adapted to which type, how one waits and what an error is are psycopg's here
as well; this decides only what is prepared and when answers are waited for. Inside a *pipe*
statements go out one after the other, and the first question about an answer waits for it.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from attrs import define, field
from psycopg.abc import Buffer, PQGen
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import InvalidSqlStatementName, error_from_result
from psycopg.pq import ExecStatus, Format
from psycopg.pq.abc import PGresult
from psycopg.waiting import Ready, Wait

from petitionkit.stores.connection import Cursor
from petitionkit.stores.dialect import POSTGRESQL, Dialect, marked
from petitionkit.stores.turns import Turn

__all__ = ["Reply", "Wire"]

_GOOD = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)
_NO_NAME = b""
_NOTHING: tuple[Sequence[Buffer | None], tuple[int, ...], Sequence[Format] | None] = ((), (), None)
_MOST = 500
"""Statements that are remembered on a connection; ours are fewer."""


@lru_cache(maxsize=512)
def _text(sql: str) -> bytes:
    return marked(sql, "numeric_dollar").encode()


@define
class _Prepared:
    """What a connection has seen before: names of statements by text and types of parameters.

    What is seen for the first time has no name, as it may never come again. Names are not given
    twice, whatever becomes of a statement.
    """

    names: dict[tuple[bytes, tuple[int, ...]], bytes] = field(factory=dict)
    count: int = 0

    def name(self, text: bytes, types: tuple[int, ...]) -> tuple[bytes, bool]:
        """A statement's name, and whether it is to be prepared under it now."""
        known = self.names.get((text, types))
        if known is None:
            if len(self.names) < _MOST:
                self.names[text, types] = _NO_NAME
            return _NO_NAME, False
        if known:
            return known, False
        self.count += 1
        return f"petitionkit_{self.count}".encode(), True


_PREPARED: WeakKeyDictionary[psycopg.Connection[Any], _Prepared] = WeakKeyDictionary()
"""By connection, since several stores may have one pool."""


class Reply:
    """What came back for one statement, as soon as somebody asks."""

    def __init__(self, wire: "Wire") -> None:
        """Be waited for on that wire."""
        self._wire = wire
        self._rows: Iterator[tuple[Any, ...]] | None = None

    def take(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Be told what came back."""
        self._rows = iter(rows)

    @property
    def is_there(self) -> bool:
        """Whether it has come back."""
        return self._rows is not None

    def _left(self) -> Iterator[tuple[Any, ...]]:
        self._wire.wait_for(self)
        return self._rows or iter(())

    def fetchone(self) -> tuple[Any, ...] | None:
        """The next row, once it is there; None where there are no more."""
        return next(self._left(), None)

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All rows that are left, once they are there."""
        return list(self._left())


class Wire:
    """A connection to run statements on; see ``Connection``."""

    dialect: Dialect = POSTGRESQL

    def __init__(self, connection: psycopg.Connection[Any], turn: Turn) -> None:
        """Use a connection that is nobody else's meanwhile, while it is one's turn."""
        self._connection = connection
        self._turn = turn
        self._libpq = connection.pgconn
        self._prepared = _PREPARED.setdefault(connection, _Prepared())
        self._prepares = connection.prepare_threshold is not None  # else behind a pool of servers
        self._values = Transformer(connection)
        self._awaited: deque[Callable[[PGresult], None]] = deque()
        self._unsent = False
        self._ending = False
        self.piped = False

    def execute(self, sql: str, parameters: Sequence[object] = (), /) -> Cursor:
        """Send one statement; outside of a pipe its answer is there."""
        try:
            return self._send(sql, parameters)
        except InvalidSqlStatementName:  # outside of a pipe a transaction begins with BEGIN
            return self._send(sql, parameters)

    def _send(self, sql: str, parameters: Sequence[object]) -> Cursor:
        text, values = _text(sql), self._values
        cells, types, formats = _NOTHING
        if parameters:
            cells = values.dump_sequence(parameters, [PyFormat.AUTO] * len(parameters))
            types, formats = values.types or (), values.formats
        name, fresh = self._prepared.name(text, types) if self._prepares else (_NO_NAME, False)
        if fresh:
            self._libpq.send_prepare(name, text, types)
            self._sent(lambda _: self._prepared.names.update({(text, types): name}))
        if name:
            self._libpq.send_query_prepared(name, cells, formats, Format.BINARY)
        else:
            self._libpq.send_query_params(text, cells, types, formats, Format.BINARY)
        reply = Reply(self)
        self._sent(lambda result: reply.take(self._rows(result)))
        return reply

    def executemany(self, sql: str, parameters: Iterable[Sequence[object]], /) -> None:
        """Send one statement for many rows."""
        for row in parameters:
            self.execute(sql, row)

    def _rows(self, result: PGresult) -> list[tuple[Any, ...]]:
        if not result.ntuples:
            return []
        self._values.set_pgresult(result, set_loaders=True, format=Format.BINARY)
        return self._values.load_rows(0, result.ntuples, tuple)

    def _sent(self, take: Callable[[PGresult], None]) -> None:
        self._awaited.append(take)
        self._unsent = True
        if not self.piped:
            self._flush()
            self._receive()

    def _flush(self) -> None:
        if self._libpq.flush():  # more than the socket takes at once
            self._wait(lambda: not self._libpq.flush(), Wait.RW)
        self._unsent = False

    def wait_for(self, reply: Reply) -> None:
        """Take what comes back until this reply is there."""
        if self._unsent:
            self._libpq.send_flush_request()
            self._flush()
        while not reply.is_there:
            self._receive()

    def _receive(self) -> None:
        """Take the result of the statement that was sent first."""
        take = self._awaited.popleft()
        result = self._fetch()
        if not self.piped:
            self._fetch()  # nothing: one statement has one result
        elif result is not None:
            self._libpq.get_result()  # the same; in a pipe it is always there
        if result is None:  # pragma: no cover (libpq answers every statement)
            raise psycopg.OperationalError("a statement has no answer")
        if result.status not in _GOOD:
            error = error_from_result(result, encoding=self._connection.info.encoding)
            if isinstance(error, InvalidSqlStatementName):  # somebody has discarded them all
                self._prepared.names.clear()
            raise error
        take(result)

    def _fetch(self) -> PGresult | None:
        """The next result; what is there already is not waited for."""
        if self._libpq.is_busy():
            self._wait(lambda: not self._libpq.is_busy(), Wait.R)
        return self._libpq.get_result()

    def _wait(self, done: Callable[[], bool], wanted: Wait) -> None:
        waiting = self._until(done, wanted)
        try:
            self._connection.wait(waiting)
        finally:
            waiting.close()  # who was interrupted has their turn again all the same

    def _until(self, done: Callable[[], bool], wanted: Wait) -> PQGen[None]:
        """Others have their turn while one waits, and only then: the server may wait for them."""
        while not done():
            self._turn.leave()
            try:
                ready = yield wanted
            finally:
                self._turn.take()
            if ready & Ready.R:
                self._libpq.consume_input()

    def open_pipe(self) -> None:
        """From here on statements go out without waiting."""
        self._libpq.enter_pipeline_mode()
        self.piped, self._ending = True, False

    def close_pipe(self) -> None:
        """Wait for everything; what went wrong on the way comes out here."""
        self._end()
        while self._awaited:
            self._receive()
        self._left()

    def break_pipe(self) -> None:
        """Throw away what is still to come."""
        self._awaited.clear()
        self._end()
        self._left()

    def _end(self) -> None:
        if not self._ending:
            self._libpq.pipeline_sync()
            self._ending = True
            self._flush()

    def _left(self) -> None:
        while (found := self._fetch()) is None or found.status != ExecStatus.PIPELINE_SYNC:
            if self._connection.closed:  # pragma: no cover (psycopg says so before)
                raise psycopg.OperationalError("the connection is gone")
        self._libpq.exit_pipeline_mode()
        self.piped = False
