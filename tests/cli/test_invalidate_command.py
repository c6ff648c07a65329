"""``petitionkit invalidate`` and ``reinstate``."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cli_samples import PETITION, POLICY, Town, store_rows

from petitionkit.cli.workplace import StoreFiles
from petitionkit.outcomes import Received
from petitionkit.signature import SignatureDraft
from petitionkit.stores.sqlite import SQLiteStore

RULE = """
key = "example"
summary = "One farm, one evening."
[means]
all_of = [
  { field = "email", like = "%@example.org" },
  { before = "2026-03-06T00:00:00Z" },
]
"""
MARCH = datetime(2026, 3, 9, tzinfo=UTC)
NETWORK_OF_0 = 'key = "block"\nmeans = { in_network = "192.0.0.0/24" }\n'
NETWORK = 'key = "block"\nmeans = { none_of = [{ in_network = "192.0.2.0/24" }] }\n'


@pytest.fixture
def town(tmp_path: Path) -> Town:
    town = Town(tmp_path).published()
    town.done("import", town.folder / "roll.csv")
    town.write("rule.toml", RULE)
    return town


def test_a_dry_run_tells_and_writes_nothing(town: Town) -> None:
    before = store_rows(town.store)
    text = town.done("invalidate", town.folder / "rule.toml", "--dry-run")
    assert "signatures 2, attempts 0, the starter's, left alone 0" in text
    assert "supporters 5 -> 3" in text
    assert "lost: none" in text
    assert "nothing was written" in text
    assert store_rows(town.store) == before


def test_what_is_invalidated_can_be_taken_back_by_its_mark(town: Town) -> None:
    text = town.done("invalidate", town.folder / "rule.toml", "--actor", "clerk-7", "--batch", 1)
    assert "done 2, left as they are 0" in text
    assert town.standing()["supporters"] == 3
    command = text.splitlines()[-1].partition("petitionkit ")[2]
    assert "done 2" in town.done(*command.split())
    assert town.standing()["supporters"] == 5


def test_who_signed_from_where_comes_from_a_file(town: Town) -> None:
    rule = town.write("network.toml", NETWORK.replace("none_of", "any_of"))
    with closing(SQLiteStore(town.store)) as store:
        (petition_id,) = store.petitions()
        starter, first, *_ = store.signatures(petition_id)
        assert starter.signature.role == "starter"
    log = town.write("log.csv", f"id,ip\n{first.signature.id},192.0.2.7\n{petition_id},\n")
    text = town.done("invalidate", rule, "--addresses", log, "--dry-run")
    assert "signatures 1," in text


def test_a_rule_is_carried_out_on_every_petition_and_taken_back_everywhere(town: Town) -> None:
    town.write("other.toml", PETITION.replace('"park"', '"pool"'))
    town.done("publish", town.folder / "other.toml")
    town.done("import", town.folder / "roll.csv", "--petition", "pool")
    town.write("third.toml", PETITION.replace('"park"', '"pond"'))
    town.done("publish", town.folder / "third.toml")  # which nobody has signed
    before = store_rows(town.store)
    text = town.done("invalidate", town.folder / "rule.toml", "--all", "--dry-run")
    assert text.count("signatures 2, attempts 0") == text.count("petition ") == 2
    assert store_rows(town.store) == before
    text = town.done("invalidate", town.folder / "rule.toml", "--all", "--actor", "clerk-7")
    assert "done 4, left as they are 0" in text
    supporters = [
        town.standing("--petition", one)["supporters"] for one in ("park", "pool", "pond")
    ]
    assert supporters == [3, 3, 1]
    command = text.splitlines()[-1].partition("petitionkit ")[2]
    assert "done 4" in town.done(*command.split())
    assert town.standing("--petition", "pool")["supporters"] == 5


def test_ranges_that_a_policy_keeps_need_no_file(town: Town) -> None:
    town.write("policy.toml", POLICY + "[vigilance]\nnetwork = { v4 = 24 }\n")
    town.write("kept.toml", PETITION.replace('"park"', '"pool"'))
    town.done("publish", town.folder / "kept.toml")
    with StoreFiles(store=town.store, keys=town.keys, now=MARCH).open() as place:
        for n in range(3):
            draft = SignatureDraft(name=f"N{n}", email=f"n{n}@example.org")
            pool = place.find("pool").id
            assert place.desk.sign(pool, draft, source=f"192.0.{n % 2}.7") == Received()
    rule = town.write("network.toml", NETWORK_OF_0)
    assert "attempts 2," in town.done("invalidate", rule, "--petition", "pool", "--dry-run")
    assert "attempts 2," in town.done("invalidate", rule, "--all", "--dry-run")


@pytest.mark.parametrize(
    ("name", "content", "arguments", "expected"),
    [
        ("rule.toml", RULE, (), (2, "--actor")),
        ("rule.toml", NETWORK, ("--dry-run",), (2, "--addresses")),
        ("rule.toml", NETWORK, ("--dry-run", "--all"), (2, "--addresses")),
        ("rule.toml", RULE, ("--dry-run", "--all", "--petition", "park"), (2, "--all")),
        ("rule.toml", 'key = "all"\nmeans = { all_of = [] }', ("--dry-run",), (65, "means")),
        ("rule.toml", 'key = "\udcff"', ("--dry-run",), (65, "UTF-8")),
        ("log.csv", "id,address\n", ("--addresses", "log.csv", "--dry-run"), (2, "id and ip")),
        ("log.csv", "id,ip\n\udcff,\n", ("--addresses", "log.csv", "--dry-run"), (65, "UTF-8")),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(
    town: Town, name: str, content: str, arguments: tuple[str, ...], expected: tuple[int, str]
) -> None:
    (town.folder / name).write_bytes(content.encode("utf-8", "surrogateescape"))
    given = [town.folder / one if one == "log.csv" else one for one in arguments]
    code, message = town.refused("invalidate", town.folder / "rule.toml", *given)
    assert code == expected[0]
    assert expected[1] in message
