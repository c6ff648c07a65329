"""A schema that was released stays as it was, is led to the newest, and lives beside the next."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from dumps import (
    DIALECTS,
    DIGESTS,
    Dump,
    a_place,
    connected,
    digests,
    dump,
    fill,
    load,
    migrate,
    released,
    tables,
)
from places import is_postgres, open_store

from petitionkit.errors import SchemaVersionError
from petitionkit.ledger import Delta, Entry
from petitionkit.store import Accountable, Store
from petitionkit.stores import migration, schema
from petitionkit.testing.bench import everything, raises, write
from petitionkit.testing.samples import (
    LATE,
    NOON,
    a_claim,
    a_notice,
    a_trace,
    an_amendment,
    full_attempt,
    number_id,
    plain_petition,
    plain_signature,
    revision,
)


def test_no_version_of_the_schema_has_changed() -> None:
    pinned = json.loads(DIGESTS.read_text("utf-8"))
    assert pinned == digests(), (
        "a version of the schema says something else than it did: leave what was released as it"
        " is and add a version; what nobody uses yet is pinned anew as dumps.py says"
    )


def test_every_version_but_the_newest_was_released_on_every_database() -> None:
    kept = {path.name for path in released()}
    earlier = range(1, schema.SCHEMA_VERSION)
    assert {f"{v}.{dialect}.json" for v in earlier for dialect in DIALECTS} <= kept


@pytest.fixture(params=DIALECTS)
def where(request: pytest.FixtureRequest) -> Iterator[str]:
    with a_place(request.param) as place:
        yield place


def work_on(store: Store) -> None:
    """Use every table as a process does that knows nothing of a migration."""
    store.add_policy("d2", "{}")
    slug = plain_petition(2, slugs=("oak",), tags=("trees",))
    store.add(revision(slug, notices=(a_notice(50),)))
    store.update(number_id(2), lambda petition, _tally: revision(petition, due_at=LATE))
    delta = Delta(counters=("persons",), amount=1, at=NOON)
    entry = Entry(
        answer=None,
        signature=plain_signature(20),
        attempt=full_attempt(20, 2),
        claims=(a_claim(20),),
        deltas=(delta,),
        notices=(a_notice(51),),
        amendment=an_amendment(20),
        trace=a_trace(20),
    )
    write(store, entry, petition=2)
    everything(store)
    assert isinstance(store, Accountable)
    store.drift(number_id(2))
    leased = store.lease(now=LATE, until=LATE, limit=1)
    store.acknowledge(leased[0].notice.id)
    store.forget_traces(LATE)


def upgraded(made: Dump, where: str) -> object:
    load(made, where)
    migrate(where)
    with closing(open_store(where)) as store:
        found = everything(store)
        assert isinstance(store, Accountable)
        assert [store.drift(one) for one in store.petitions()] == [[]] * len(store.petitions())
        work_on(store)
    return found


def test_what_was_kept_by_the_present_version_comes_back_from_its_dump(where: str) -> None:
    with a_place("postgresql" if is_postgres(where) else "sqlite") as first:
        migrate(first)
        with closing(open_store(first)) as store:
            fill(store)
            before = everything(store)
        made = json.loads(json.dumps(dump(first)))
    empty = [name for name, kept in made["tables"].items() if not kept["rows"]]
    assert empty == ["petitionkit_unfolded"]
    assert upgraded(made, where) == before


def test_every_released_schema_is_led_to_the_newest_with_all_that_it_kept() -> None:
    for path in released():  # none before the first release
        with a_place(path.stem.split(".")[1]) as place:
            upgraded(json.loads(path.read_text("utf-8")), place)


# A version to come


@contextmanager
def the_next_version(
    monkeypatch: pytest.MonkeyPatch, where: str, *, min_reader: int
) -> Iterator[None]:
    """As a process of the next version has it: every table with a column more."""
    with connected(where) as connection:
        names = tables(connection, "postgresql" if is_postgres(where) else "sqlite")
    more = tuple(
        f"ALTER TABLE {name} ADD COLUMN later {{text}} NOT NULL DEFAULT 'later'"
        for name in names
        if name != "petitionkit_schema"
    )
    with monkeypatch.context() as next_one:
        next_one.setattr(schema, "_VERSIONS", (*schema._VERSIONS, more))  # noqa: SLF001 (a version to come)
        next_one.setattr(schema, "MIN_READER", min_reader)
        next_one.setattr(migration, "SCHEMA_VERSION", schema.SCHEMA_VERSION + 1)
        yield


def test_processes_of_the_version_before_work_on_while_the_next_one_is_rolled_out(
    where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrate(where)
    now = schema.SCHEMA_VERSION
    with closing(open_store(where)) as old:
        fill(old)
        with the_next_version(monkeypatch, where, min_reader=now):
            assert [migrate(where), migrate(where)] == [now, now + 1]
            with closing(open_store(where)) as new:
                assert everything(new) == everything(old)
        work_on(old)
        with closing(open_store(where)) as begun_late:
            assert everything(begun_late) == everything(old)
        assert migrate(where) == now + 1


def test_a_version_that_the_one_before_cannot_read_says_so(
    where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrate(where)
    with the_next_version(monkeypatch, where, min_reader=schema.SCHEMA_VERSION + 1):
        migrate(where)
    for refused in (open_store, migrate):
        assert "install a newer" in str(raises(SchemaVersionError, refused, where))
