"""What every command needs: the store's file, its keys, the clock, and how errors end.

Turns petitionkit's errors into a line on the error stream and an exit code of their kind
(those of sysexits.h), and finds the petition that a command speaks of.
"""

import errno
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from functools import partial, reduce, wraps
from pathlib import Path
from uuid import UUID

import click
from attrs import frozen
from rich.console import Console

from petitionkit.civil import parse_instant
from petitionkit.cli.keyfile import exposed, key_ring, read_keys
from petitionkit.desk import Desk
from petitionkit.errors import (
    AlreadyExistsError,
    ForeignFileError,
    IllegalStepError,
    InvalidValueError,
    KeyFileError,
    NotFoundError,
    NotPermittedError,
    PetitionkitError,
    PolicyAmendedError,
    SchemaVersionError,
    StoreContractError,
    StoreUnavailableError,
    UnreadableFileError,
)
from petitionkit.finder_index import FinderIndex
from petitionkit.keys import KeyRing
from petitionkit.paper.sqlite import SQLiteSheetStore, holds_sheets
from petitionkit.petition import Petition
from petitionkit.store import SLUG, Store
from petitionkit.stores.sqlite import SQLiteStore, migrate

__all__ = [
    "EXIT_CODES",
    "INSTANT",
    "Command",
    "Commands",
    "StoreFiles",
    "Workplace",
    "needing_crypto",
    "store_options",
    "with_options",
    "with_petition",
    "with_store",
]

Command = Callable[..., object]

EXIT_CODES: tuple[tuple[type[PetitionkitError], int, str], ...] = (
    (InvalidValueError, 65, "a file says what is not allowed"),
    (UnreadableFileError, 65, "is not what it should be"),
    (ForeignFileError, 65, "is another program's"),
    (NotFoundError, 66, "there is no such petition or store"),
    (NotPermittedError, 77, "whoever acts may not do that"),
    (PolicyAmendedError, 75, "the petition's policy was amended meanwhile; do it again"),
    (IllegalStepError, 69, "the petition's state does not allow it"),
    (StoreContractError, 70, "petitionkit is at fault; please report it"),
    (AlreadyExistsError, 73, "it is there already"),
    (StoreUnavailableError, 74, "the store cannot be opened or written (75: only locked)"),
    (KeyFileError, 77, "the keys are missing or the wrong ones"),
    (SchemaVersionError, 78, "the store's schema is not the one needed"),
)
"""Exit codes by kind of error, with what they mean; 2 is a wrong call, 130 an interruption."""

_LOCKED = 75
_FAILED_IO = 74


class Commands(click.Group):
    """A group whose commands end with one line and a code when petitionkit refuses."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List every command with its whole first sentence; click would cut it."""
        names = self.list_commands(ctx)
        rows = [(name, self.commands[name].get_short_help_str(limit=200)) for name in names]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; see ``EXIT_CODES``."""
        try:
            return super().invoke(ctx)
        except PetitionkitError as error:
            if isinstance(error, InvalidValueError):
                for problem in error.problems:
                    click.echo(f"error: {problem}", err=True)
            else:
                click.echo(f"error: {error}", err=True)
            code = next(code for kind, code, _ in EXIT_CODES if isinstance(error, kind))
            if isinstance(error, StoreUnavailableError) and error.retryable:
                code = _LOCKED
            ctx.exit(code)
        except OSError as error:
            if error.errno == errno.EPIPE:  # whoever reads our output has gone: click knows how
                raise
            place = f"{error.filename}: " if error.filename else ""
            click.echo(f"error: {place}{error.strerror}", err=True)
            ctx.exit(_FAILED_IO)
        except KeyboardInterrupt:
            click.echo("interrupted; run the same command again to go on", err=True)
            ctx.exit(130)


class _Instant(click.ParamType[datetime]):
    name = "INSTANT"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read ISO 8601 with an offset."""
        try:
            return parse_instant(str(value))
        except InvalidValueError as error:
            self.fail(str(error.problems[0].message()), param, ctx)


INSTANT = _Instant()

_instant_option = click.option(
    "--now",
    type=INSTANT,
    envvar="PETITIONKIT_NOW",
    help="Act as if it were this instant (ISO 8601 with Z or an offset).",
)
store_options = [
    click.option(
        "--store",
        "store_path",
        type=click.Path(path_type=Path),
        default="petitions.db",
        envvar="PETITIONKIT_STORE",
        show_default=True,
        help="The SQLite file that holds the petitions.",
    ),
    click.option(
        "--keys",
        "keys_path",
        type=click.Path(path_type=Path),
        envvar="PETITIONKIT_KEYS",
        help="The file with the store's secret keys.  [default: the store's path with .keys]",
    ),
    _instant_option,
]


def with_petition(command: Command) -> Command:
    """Give a command the petition that it is about, as ``wanted``."""
    return click.option(
        "--petition",
        "wanted",
        metavar="ID",
        help="Its id, a slug, or SYSTEM:VALUE; not needed where the store holds only one.",
    )(command)


@contextmanager
def needing_crypto() -> Iterator[None]:
    """Say which extra is missing, where the one for ciphers is."""
    try:
        yield
    except ImportError as error:
        raise click.UsageError(str(error)) from None


def with_options(options: Sequence[Callable[[Command], Command]], command: Command) -> Command:
    """Give a command several options, which its help shows in their order."""
    return reduce(lambda given, option: option(given), reversed(options), command)


def with_store(command: Command) -> Command:
    """Give a command the options that name a store, as ``files``."""

    @wraps(command)
    def run(
        *, store_path: Path, keys_path: Path | None, now: datetime | None, **rest: object
    ) -> object:
        return command(files=StoreFiles.beside(store_path, keys=keys_path, now=now), **rest)

    return with_options(store_options, run)


def _as_it_is(file: SQLiteStore) -> Store:
    return file


def _now(fixed: datetime | None) -> datetime:
    return fixed or datetime.now(UTC)


@frozen(kw_only=True)
class StoreFiles:
    """Where a store and its keys are, and the instant to act at (None: as it comes)."""

    store: Path
    keys: Path
    now: datetime | None = None

    @classmethod
    def beside(
        cls, store: Path, *, keys: Path | None = None, now: datetime | None = None
    ) -> "StoreFiles":
        """Say where a store is; its keys are beside it where nobody says another place."""
        return cls(store=store, keys=keys or store.with_name(store.name + ".keys"), now=now)

    @property
    def wrapping_keys(self) -> Path:
        """Where the keys are that wrap data keys; where they are, the store is encrypted."""
        return self.store.with_name(self.store.name + ".wrapping-keys")

    @property
    def data_keys(self) -> Path:
        """Where the wrapped data keys are."""
        return self.store.with_name(self.store.name + ".data-keys")

    @property
    def finder(self) -> Path:
        """Where the finder index is, where there is one."""
        return self.store.with_name(self.store.name + ".finder")

    @property
    def finder_keys(self) -> Path:
        """Where the key of the finder index is."""
        return self.store.with_name(self.store.name + ".finder-keys")

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files that no command may write over."""
        encrypting = (self.wrapping_keys, self.data_keys)
        return self.store, self.keys, *encrypting, self.finder, self.finder_keys

    @contextmanager
    def open(self, *, create: bool = False) -> "Iterator[Workplace]":
        """Open the store; ``create`` makes it first where there is no file.

        A store that was made for something that is then refused is taken away again.
        """
        own = (self.store, self.keys)
        made = [] if self.store.exists() else [path for path in own if not path.exists()]
        if made:
            if not create:
                raise NotFoundError(
                    f"no store at {self.store}; publish a petition there, or name it with --store"
                )
            migrate(self.store)
        try:
            with (
                closing(SQLiteStore(self.store)) as file,
                self._through_keys() as through_keys,
                ExitStack() as stack,
            ):
                store = through_keys(file)
                ring = key_ring(self.keys, store.claim_keys())
                for path in (self.keys, self.wrapping_keys):
                    if os.name == "posix" and path.exists() and exposed(path):
                        click.echo(
                            f"warning: others may read {path}; run chmod 600 on it", err=True
                        )
                clock = partial(_now, self.now)
                elsewhere = [stack.enter_context(closing(one)) for one in self._elsewhere()]
                desk = Desk(store, secrets=ring, clock=clock, elsewhere=elsewhere)
                yield Workplace(
                    store=store,
                    file=file,
                    through_keys=through_keys,
                    desk=desk,
                    console=Console(),
                    secrets=ring,
                    clock=clock,
                )
                made = []
        except PetitionkitError:
            for one in made:
                one.unlink(missing_ok=True)
            raise

    def _elsewhere(self) -> Iterator[FinderIndex | SQLiteSheetStore]:
        """Where else people of the store are kept: in its finder index, on its sheets of paper."""
        if self.finder.exists():
            yield FinderIndex(self.finder, read_keys(self.finder_keys, KeyRing))
        if holds_sheets(self.store):
            yield SQLiteSheetStore(self.store)

    @contextmanager
    def _through_keys(self) -> Iterator[Callable[[SQLiteStore], Store]]:
        """How commands see a file: decrypted, where the store is encrypted."""
        if not self.wrapping_keys.exists():
            if self.data_keys.exists():
                raise KeyFileError(
                    f"{self.wrapping_keys} is missing, and the store is encrypted; put it there"
                )
            yield _as_it_is
            return
        with needing_crypto():
            from petitionkit.cli.encrypting import through_keys
        with through_keys(self.data_keys, self.wrapping_keys) as before:
            yield before


@frozen(kw_only=True)
class Workplace:
    """An open store with its desk.

    ``file`` is the store's own, in which people may be encrypted; ``through_keys`` decrypts.
    """

    store: Store
    file: SQLiteStore
    desk: Desk
    console: Console
    secrets: KeyRing
    clock: Callable[[], datetime]
    through_keys: Callable[[SQLiteStore], Store] = _as_it_is

    @property
    def now(self) -> datetime:
        """The instant at hand."""
        return self.clock()

    def find(self, wanted: str | None) -> Petition:
        """The petition meant by an id, a slug or SYSTEM:VALUE; the only one where none is named."""
        if wanted is None:
            ids = self.store.petitions(limit=2)
            if len(ids) == 1:
                return self.desk.petition(ids[0])
            if not ids:
                raise NotFoundError("the store holds no petition; publish one there")
            raise NotFoundError(
                "the store holds several petitions; name one with --petition"
                " ('petitionkit show' lists them)"
            )
        try:
            return self.desk.petition(UUID(wanted))
        except ValueError:
            pass
        system, colon, value = wanted.partition(":")
        found = self.desk.find("", system, value) if colon else self.desk.find("", SLUG, wanted)
        if found is None:
            raise NotFoundError(f"no petition {wanted} in this store; check the id or slug")
        return found
