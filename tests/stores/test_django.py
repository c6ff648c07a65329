"""``DjangoStore`` keeps every promise of a store, on two databases, in a block and outside."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from io import StringIO
from pathlib import Path

import pytest
from encrypting import encrypted
from places import open_store
from postgres_server import a_database

from django_setup import alias, of_django, set_up_django
from petitionkit.testing import (
    CatalogueConformance,
    ErasingConformance,
    KeyedConformance,
    StoreConformance,
    UpkeepConformance,
)
from petitionkit.testing.bench import raises, watch_from_now_on, write
from petitionkit.testing.samples import (
    DAY_ZERO,
    LATE,
    NOON,
    a_claim,
    a_notice,
    a_trace,
    an_amendment,
    full_attempt,
    full_petition,
    full_signature,
    number_id,
    plain_petition,
    plain_signature,
    revision,
)

set_up_django()

from django.apps import apps  # noqa: E402 (Django first wants settings)
from django.core.management import call_command  # noqa: E402 (Django first wants settings)
from django.db import connections, models, transaction  # noqa: E402 (the same)
from django.db.migrations.exceptions import IrreversibleError  # noqa: E402 (the same)
from django.test.utils import override_settings  # noqa: E402 (the same)

from petitionkit.civil import Duration  # noqa: E402 (the same)
from petitionkit.clauses import ClosedWhen, Closing, Window  # noqa: E402 (the same)
from petitionkit.desk import Desk  # noqa: E402 (the same)
from petitionkit.django.models import PetitionRow, SignatureRow, UnfoldedDeltaRow  # noqa: E402 (the same)
from petitionkit.django.store import DjangoStore, rows_of  # noqa: E402 (the same)
from petitionkit.errors import (  # noqa: E402 (the same)
    AlreadyExistsError,
    SchemaVersionError,
    StoreContractError,
)
from petitionkit.facts import State  # noqa: E402 (the same)
from petitionkit.keys import KeyRing  # noqa: E402 (the same)
from petitionkit.ledger import Delta, Entry, Watch  # noqa: E402 (the same)
from petitionkit.petition import PetitionText  # noqa: E402 (the same)
from petitionkit.policy import Policy  # noqa: E402 (the same)
from petitionkit.rules import Counted  # noqa: E402 (the same)
from petitionkit.signature import SignatureDraft, Submission  # noqa: E402 (the same)
from petitionkit.store import Store  # noqa: E402 (the same)
from petitionkit.stores.schema import schema_sql  # noqa: E402 (the same)
from petitionkit.stores.sqlite import SQLiteStore  # noqa: E402 (the same)
from petitionkit.stores.sqlite import migrate as migrate_sqlite  # noqa: E402 (the same)


class Account(models.Model):  # noqa: DJ008 (nobody looks at its rows)
    """A table of the app's own."""

    name: "models.TextField[str, str]" = models.TextField(unique=True)

    class Meta:
        app_label = "accounts"


PLACES: dict[str, str] = {}
"""Where other processes find what is kept under an alias."""


def made(using: str, where: str) -> str:
    PLACES[using] = f"django!{where}"
    call_command("migrate", database=using, verbosity=0)
    with connections[using].schema_editor() as editor:
        editor.create_model(Account)
    return using


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    with a_database(quick=True) as url, alias("postgres", **of_django(url)) as using:
        yield made(using, url)


def empty(using: str) -> None:
    """Remove everything that is kept under an alias."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        for table in connections[using].introspection.table_names(cursor):
            if table.startswith(("petitionkit_", "accounts_")) and table != "petitionkit_schema":
                cursor.execute(f"DELETE FROM {table}")


@contextmanager
def rolled_back(using: str) -> Iterator[Store]:
    empty(using)
    with transaction.atomic(using=using):
        yield DjangoStore(using)
        transaction.set_rollback(True, using=using)


@contextmanager
def sqlite_alias(folder: Path, name: str) -> Iterator[str]:
    path = str(folder / "app.db")
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": path}
    with alias(name, **database) as using:
        yield made(using, path)


@pytest.fixture(scope="module")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with sqlite_alias(tmp_path_factory.mktemp("django"), "sqlite") as using:
        yield using


class OnDjango(StoreConformance, UpkeepConformance, ErasingConformance, CatalogueConformance):
    examples = 10
    lives = 4
    steps = 25
    using: str

    def at_thread_end(self) -> None:
        # Each thread has connections of its own, and Django closes those of requests alone.
        connections.close_all()


class TestOutsideOfABlockOnPostgreSQL(OnDjango):
    @pytest.fixture(autouse=True)
    def _database(self, postgres: str) -> None:
        self.using = postgres

    @contextmanager
    def open_store(self) -> Iterator[Store]:
        empty(self.using)
        yield DjangoStore(self.using)

    def reopen(self, store: Store) -> Store:  # noqa: ARG002 (the alias tells enough)
        return DjangoStore(self.using)

    def opener(self, store: Store) -> Callable[[], Store]:  # noqa: ARG002 (the same)
        return partial(open_store, PLACES[self.using])


# In Django each thread has its own connection, so a block of one is none of another's.
class TestInsideABlockOnPostgreSQL(OnDjango):
    threads = False

    @pytest.fixture(autouse=True)
    def _database(self, postgres: str) -> None:
        self.using = postgres

    @contextmanager
    def open_store(self) -> Iterator[Store]:
        with rolled_back(self.using) as store:
            yield store


class TestOutsideOfABlockOnSQLite(OnDjango):
    @pytest.fixture(autouse=True)
    def _database(self, sqlite: str) -> None:
        self.using = sqlite

    @contextmanager
    def open_store(self) -> Iterator[Store]:
        empty(self.using)
        yield DjangoStore(self.using)

    def reopen(self, store: Store) -> Store:  # noqa: ARG002 (the alias tells enough)
        return DjangoStore(self.using)

    def opener(self, store: Store) -> Callable[[], Store]:  # noqa: ARG002 (the same)
        return partial(open_store, PLACES[self.using])


class TestInsideABlockOnSQLite(OnDjango):
    threads = False

    @pytest.fixture(autouse=True)
    def _database(self, sqlite: str) -> None:
        self.using = sqlite

    @contextmanager
    def open_store(self) -> Iterator[Store]:
        with rolled_back(self.using) as store:
            yield store


class Encrypted(OnDjango, KeyedConformance):
    examples = 5
    lives = 2
    steps = 20
    races = 3

    @contextmanager
    def open_store(self) -> Iterator[Store]:
        empty(self.using)
        yield encrypted(DjangoStore(self.using))


@pytest.mark.long
class TestEncryptedOnPostgreSQL(Encrypted):
    @pytest.fixture(autouse=True)
    def _database(self, postgres: str) -> None:
        self.using = postgres


@pytest.mark.long
class TestEncryptedOnSQLite(Encrypted):
    @pytest.fixture(autouse=True)
    def _database(self, sqlite: str) -> None:
        self.using = sqlite


# One transaction with the app's own rows


@pytest.fixture(params=["postgres", "sqlite"])
def using(request: pytest.FixtureRequest) -> str:
    name: str = request.getfixturevalue(request.param)
    empty(name)
    return name


def accounts(using: str) -> list[str]:
    return sorted(Account.objects.using(using).values_list("name", flat=True))


def test_the_apps_rows_and_the_petitions_are_committed_together(using: str) -> None:
    store = DjangoStore(using)
    with transaction.atomic(using=using):
        Account.objects.using(using).create(name="ada")
        store.add(revision(plain_petition()))
        write(store, Entry(answer=None, signature=plain_signature(), claims=(a_claim(),)))
    assert accounts(using) == ["ada"]
    assert store.petitions() == [number_id(1)]


def test_the_apps_rows_and_the_petitions_are_rolled_back_together(using: str) -> None:
    class SomethingElseError(Exception):
        pass

    store = DjangoStore(using)

    def register() -> None:
        with transaction.atomic(using=using):
            store.add(revision(plain_petition()))
            write(store, Entry(answer=None, signature=plain_signature(), claims=(a_claim(),)))
            Account.objects.using(using).create(name="ada")
            raise SomethingElseError

    raises(SomethingElseError, register)
    assert accounts(using) == []
    assert store.petitions() == []


def test_a_call_that_fails_leaves_the_callers_own_writes_and_no_others(using: str) -> None:
    store = DjangoStore(using)
    with transaction.atomic(using=using):
        Account.objects.using(using).create(name="ada")
        store.add(revision(plain_petition(1, slugs=("oak",))))
        raises(AlreadyExistsError, store.add, revision(plain_petition(2, slugs=("elm", "oak"))))
        write(store, Entry(answer=None, notices=(a_notice(),)))
        again = Entry(answer=None, notices=(a_notice(),))
        raises(StoreContractError, write, store, again)
        Account.objects.using(using).create(name="bo")
    assert accounts(using) == ["ada", "bo"]
    assert store.petitions() == [number_id(1)]
    assert store.notices() == [a_notice()]


def test_a_transaction_without_a_block_is_the_callers_too(using: str) -> None:
    store = DjangoStore(using)
    transaction.set_autocommit(False, using=using)
    try:
        store.add(revision(plain_petition()))
        raises(AlreadyExistsError, store.add, revision(plain_petition()))
        assert store.petitions() == [number_id(1)]
        transaction.rollback(using=using)
        assert store.petitions() == []
        raises(
            StoreContractError,
            store.add,
            revision(plain_petition(), notices=(a_notice(), a_notice())),
        )
        store.add(revision(plain_petition(2)))
        transaction.commit(using=using)
    finally:
        transaction.rollback(using=using)
        transaction.set_autocommit(True, using=using)
    assert store.petitions() == [number_id(2)]


# Lists by status

ENDING = {
    "window": Policy(name="three", version="1", window=Window(duration=Duration(weeks=3))),
    "count": Policy(
        name="one",
        version="1",
        closing=Closing(when=(ClosedWhen(key="one", needs=Counted(level=1)),)),
    ),
}


@pytest.mark.parametrize("by", sorted(ENDING))
def test_lists_by_status_know_an_end_that_nobody_recorded(using: str, by: str) -> None:
    desk = Desk(DjangoStore(using), secrets=KeyRing([bytes(32)]), clock=lambda: NOON)
    text = PetitionText(language="en", title="Save the library")
    petition = desk.publish(desk.start(texts=[text]).id, ENDING[by])
    rows = PetitionRow.objects.db_manager(using)
    assert [row.uuid for row in rows.with_status(State.OPEN, NOON)] == [petition.id]
    draft = SignatureDraft(name="Ana", email="ana@example.org")
    desk.intake(petition.id, [Submission(draft=draft)])
    end = desk.standing(petition.id).deadline or NOON
    assert rows.with_status(State.OPEN, end).count() == 0
    assert [row.uuid for row in rows.with_status(State.CLOSED, end)] == [petition.id]


# Models and migrations


def test_models_show_what_the_store_keeps(using: str) -> None:
    store = DjangoStore(using)
    store.add_policy("d1", "{}")
    store.add(revision(full_petition()))
    entry = Entry(
        answer=None,
        signature=full_signature(),
        attempt=full_attempt(),
        claims=(a_claim(),),
        deltas=(Delta(counters=("supporters",), amount=1, at=NOON),),
        notices=(a_notice(),),
        amendment=an_amendment(1),
        trace=a_trace(1),
    )
    write(store, entry)
    watch_from_now_on(store, Watch(counter="supporters", level=1, since=DAY_ZERO))
    write(store, Entry(answer=None, deltas=entry.deltas))
    row = SignatureRow.objects.using(using).get()
    assert row.uuid == number_id(1)
    assert row.name == full_signature().particulars.name
    assert (row.signed_at, row.withdrawn_at) == (full_signature().signed_at, LATE)
    petition = PetitionRow.objects.using(using).select_related("realm").get()
    assert (row.petition, petition.uuid) == (petition, full_petition().id)
    assert getattr(petition.realm, "name", "") == full_petition().realm
    for model in apps.get_app_config("petitionkit").get_models():
        found = list(model._default_manager.using(using).all())  # noqa: SLF001 (Django's way)
        assert len(found) > 0 or model is UnfoldedDeltaRow, model


def test_the_models_have_the_columns_of_the_schema_in_types_of_django(using: str) -> None:
    connection = connections[using]
    with connection.cursor() as cursor:
        for model in apps.get_app_config("petitionkit").get_models():
            table = model._meta.db_table  # noqa: SLF001 (Django's way)
            if connection.vendor == "sqlite":
                cursor.execute(f"PRAGMA table_info({table})")
                there = {row[1]: row[2].lower() for row in cursor.fetchall()}
            else:
                cursor.execute(
                    "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute"
                    f" WHERE attrelid = '{table}'::regclass AND attnum > 0"
                )
                there = dict(cursor.fetchall())
            wanted = {
                field.column: (field.db_type(connection) or "").lower()
                for field in model._meta.local_concrete_fields  # noqa: SLF001 (Django's way)
                if field.column
            }
            serial = "integer" if connection.vendor == "sqlite" else "bigint"
            wanted = {
                name: serial if kind.startswith(("integer", "bigint generated")) else kind
                for name, kind in wanted.items()
            }
            assert there == wanted, table


def test_no_change_of_the_models_waits_for_a_migration() -> None:
    call_command("makemigrations", "petitionkit", check=True, dry_run=True, verbosity=0)


def test_migrating_where_the_schema_is_there_already_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "there.db"
    migrate_sqlite(path)
    with closing(SQLiteStore(path)) as store:
        store.add(revision(full_petition()))
    with alias("there", ENGINE="django.db.backends.sqlite3", NAME=str(path)) as using:
        call_command("migrate", database=using, verbosity=0)
        assert DjangoStore(using).petition(number_id(1)) == full_petition()
        assert PetitionRow.objects.using(using).count() == 1


def test_the_migration_is_printed_as_the_schema(using: str) -> None:
    printed = StringIO()
    call_command("sqlmigrate", "petitionkit", "0001", database=using, stdout=printed)
    for statement in schema_sql(connections[using].vendor):
        assert statement in printed.getvalue()


def test_there_is_no_way_back(tmp_path: Path) -> None:
    with sqlite_alias(tmp_path, "other") as using, pytest.raises(IrreversibleError):
        call_command("migrate", "petitionkit", "zero", database=using, verbosity=0)


def test_what_it_cannot_use_is_refused() -> None:
    with alias("bare", ENGINE="django.db.backends.sqlite3", NAME=":memory:") as using:
        raises(SchemaVersionError, DjangoStore, using)
        with override_settings(USE_TZ=False):
            raises(StoreContractError, DjangoStore, using)
    with alias("dummy", ENGINE="django.db.backends.dummy") as using:
        raises(StoreContractError, rows_of, connections[using])


def test_its_repr_names_the_alias(using: str) -> None:
    assert repr(DjangoStore(using)) == f"<DjangoStore on {using}>"
