"""A finder index: for a search box of the staff, without anybody's name in it.

Optional, in a SQLite file of its own beside whatever store: keyed hashes of whole words of a
name, of an address, a number or a postal code, under a key that serves nothing else, and the
ids of signatures. It is caught up from the store, may be thrown away and made again, and is
erased with whoever is erased. It finds whole words and no parts of them, as hashes do; who
holds its key and the file can try names one by one.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from uuid import UUID

from petitionkit.errors import StoreUnavailableError
from petitionkit.identity import name_key
from petitionkit.keys import Secrets
from petitionkit.place import squeezed
from petitionkit.signature import Particulars, Signature
from petitionkit.store import NumberedSignature, Store
from petitionkit.text import encode, folded

__all__ = ["FinderIndex"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS petitionkit_finder (digest blob NOT NULL, petition char(32) NOT NULL,
 signature char(32) NOT NULL, PRIMARY KEY (digest, petition, signature)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS petitionkit_finder_signature ON petitionkit_finder (signature);
CREATE TABLE IF NOT EXISTS petitionkit_finder_mark (petition char(32) NOT NULL PRIMARY KEY,
 number integer NOT NULL) WITHOUT ROWID;
"""
_BUSY_SECONDS = 30.0
_PAGE = 1000


def _words(who: Particulars) -> set[str]:
    """What somebody can be found by: words of their name, and other things whole."""
    whole = (who.email, who.phone, who.postal_code, who.national_number, who.register_number)
    return {*name_key(who.name).split(), *(_squeezed(one) for one in whole if one)}


def _squeezed(text: str) -> str:
    return squeezed(text).casefold() or folded(text)


class FinderIndex:
    """Words and signatures of an office in a file; also ``KeptElsewhere``: give it to the desk.

    ``secrets`` must hold a key of its own: whoever learns it learns nothing of claims.
    """

    def __init__(self, path: Path | str, secrets: Secrets) -> None:
        """Open the file, or make it; ``StoreUnavailableError`` where it cannot be used."""
        self._secrets = secrets
        self._lock = Lock()
        with self._translated():
            self._connection = sqlite3.connect(
                path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            self._connection.execute("PRAGMA secure_delete = ON")
            self._connection.executescript(_SCHEMA)

    def __repr__(self) -> str:
        """Name nothing but the kind."""
        return "<FinderIndex>"

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            with self._lock:
                yield
        except sqlite3.Error as error:
            raise StoreUnavailableError(
                f"the finder index cannot be read or written ({error.__class__.__name__});"
                " it may be thrown away and made again"
            ) from error

    def _digest(self, key: str, word: str) -> bytes:
        return self._secrets.mac(key, encode("finder", word))

    def catch_up(self, store: Store, petition_id: UUID) -> int:
        """Take in what was signed since it was last done; tells how many signatures.

        A name that was corrected since is found once the petition is indexed ``anew``.
        """
        taken = 0
        while page := store.signatures(petition_id, after=self._mark(petition_id), limit=_PAGE):
            self._take_in(petition_id, page)
            taken += len(page)
        return taken

    def anew(self, store: Store, petition_id: UUID) -> int:
        """Index a petition again from the beginning."""
        with self._whole():
            self._drop(petition_id)
            self._connection.execute(
                "DELETE FROM petitionkit_finder_mark WHERE petition = ?", (petition_id.hex,)
            )
        return self.catch_up(store, petition_id)

    def _mark(self, petition_id: UUID) -> int:
        with self._translated():
            row = self._connection.execute(
                "SELECT number FROM petitionkit_finder_mark WHERE petition = ?", (petition_id.hex,)
            ).fetchone()
        return int(row[0]) if row else 0

    def _take_in(self, petition_id: UUID, page: Sequence[NumberedSignature]) -> None:
        key = self._secrets.live[0]
        rows = [
            (self._digest(key, word), petition_id.hex, one.signature.id.hex)
            for one in page
            for word in _words(one.signature.particulars)
        ]
        with self._whole():
            self._connection.executemany(
                "INSERT OR IGNORE INTO petitionkit_finder VALUES (?, ?, ?)", rows
            )
            self._connection.execute(
                "INSERT OR REPLACE INTO petitionkit_finder_mark VALUES (?, ?)",
                (petition_id.hex, page[-1].number),
            )

    def find(self, text: str, *, limit: int = 100) -> Sequence[UUID]:
        """Ids of signatures that have every word of a text, in whatever order; sorted.

        An address or a number is one word, without spaces. No word finds nobody.
        """
        asked = [self._holders(word) | self._named(word) for word in text.split()]
        found = set.intersection(*asked) if asked else set()
        return sorted(UUID(one) for one in found)[:limit]

    def _named(self, word: str) -> set[str]:
        """Whose name has a word, which may be several in a name: ``O'Brien`` is two."""
        parts = name_key(word).split() or [word]  # some characters show nothing
        return set.intersection(*map(self._holders, parts))

    def _holders(self, word: str) -> set[str]:
        spellings = {word, _squeezed(word)}
        digests = [self._digest(key, one) for key in self._secrets.live for one in spellings]
        marks = ", ".join("?" * len(digests))
        with self._translated():
            rows = self._connection.execute(
                f"SELECT signature FROM petitionkit_finder WHERE digest IN ({marks})",  # noqa: S608
                digests,
            ).fetchall()
        return {signature for (signature,) in rows}

    def telling(self, petition_id: UUID) -> int:
        """See ``KeptElsewhere``: how many words of signatures are kept."""
        with self._translated():
            row = self._connection.execute(
                "SELECT count(*) FROM petitionkit_finder WHERE petition = ?", (petition_id.hex,)
            ).fetchone()
        return int(row[0])

    def forget(self, petition_id: UUID) -> int:
        """See ``KeptElsewhere``."""
        with self._whole():
            return self._drop(petition_id)

    def forget_one(self, petition_id: UUID, signature: Signature) -> None:  # noqa: ARG002 (the id tells)
        """See ``KeptElsewhere``."""
        with self._whole():
            self._connection.execute(
                "DELETE FROM petitionkit_finder WHERE signature = ?", (signature.id.hex,)
            )

    def _drop(self, petition_id: UUID) -> int:
        return self._connection.execute(
            "DELETE FROM petitionkit_finder WHERE petition = ?", (petition_id.hex,)
        ).rowcount

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """Everything inside happens, or nothing."""
        with self._translated(), self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            yield
