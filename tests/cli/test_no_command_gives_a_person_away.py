"""No command names a person in what it prints, warns of, logs or stumbles over.

Every command is found by walking the command line itself and run on a town whose signers are
canaries, with files that are as they should be and with files that are not; a new command fails
until it is said what to run it with. What somebody asks to be printed, or written into a file, is
theirs to read.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import click
import pytest
from cli_samples import PETITION, POLICY, Town

from petitionkit.cli.app import app
from petitionkit.cli.workplace import StoreFiles
from petitionkit.paper.keying import Batch
from petitionkit.paper.sheets import Circulator, Line, Sheet
from petitionkit.paper.sqlite import SQLiteSheetStore, migrate_sheets
from petitionkit.signature import SignatureDraft

CANARIES = ("Quetzalcoatl", "canary", "442079460", "sings-in-the-mine")
HEADER = "Name,E-mail,Phone,Signed at,Comment\n"
GOOD = (
    HEADER
    + """\
Quetzalcoatl Berg,canary@example.org,+442079460199,2026-03-02T08:00:00Z,sings-in-the-mine
Quetzalcoatl Berg,CANARY@Example.org,+442079460199,2026-03-03T08:00:00Z,sings-in-the-mine
Quetzalcoatl Cole,canary2@example.org,,2026-03-03T08:00:00Z,sings-in-the-mine
=Quetzalcoatl,canary@@Quetzalcoatl,+442079460,2026-03-03T08:00:00Z,sings-in-the-mine
Quetzalcoatl Dahl,canary3@example.org,,2026-03-04T08:00:00Z
Quetzalcoatl Engel,canary4@example.org,,Quetzalcoatl's day,
"""
)
OPEN = HEADER + 'Quetzalcoatl Fry,canary5@example.org,,2026-03-04T08:00:00Z,"sings-in-the-mine\n'
RULE = 'key = "mine"\nsummary = "One."\n[means]\nfield = "email"\nlike = "canary2@%"\n'
LINES = "line\nquetzal-1\nquetzal-2\nquetzal-3\n"
ASKS = POLICY.replace("[form]\n", '[form]\nphone = "optional"\n')
WRONG_RULE = 'key = "mine"\n[means]\nfield = "Quetzalcoatl canary@example.org"\n'
WHO = ("--email", "canary@example.org", "--name", "Quetzalcoatl Berg")
NOBODY = ("--email", "canary@@Quetzalcoatl", "--phone", "+442079460")

# What each command is run with; {} is the town's folder, what begins with ! is refused, and what
# begins with + is run on an encrypted store with a finder index and with sheets of paper.
RUNS: Mapping[str, tuple[str, ...]] = {
    "audit": (
        "",
        "{}/roll.csv --html {}/a.html --csv {}/a.csv",
        "{}/roll.csv --engine duckdb",
        "! {}/open.csv",
    ),
    "close": ("--by office --reason done", "! --by moderator"),
    "convert": ("{}/roll.csv {}/roll.jsonl --to jsonl", "! {}/open.csv {}/o.jsonl --to jsonl"),
    "deliver": ("{}/pack", "! {}/pack --to nobody"),
    "demo": ("--folder {}/demo",),
    "explain": ("--policy {}/policy.toml --opened 2026-03-01T00:00:00Z",),
    "export": ("{}/out.csv --with-contact", "! {}/nowhere/out.csv"),
    "finder find": ("! Quetzalcoatl", "+ Quetzalcoatl", "+ canary@example.org"),
    "finder index": ("", "--anew", "+"),
    "import": (
        "{}/roll.csv",
        "{}/more.csv --refused {}/r.csv --duplicates {}/d.csv",
        "{}/more.csv --dry-run",
        "! {}/open.csv",
    ),
    "invalidate": ("{}/rule.toml --actor clerk-7", "! {}/wrong-rule.toml --dry-run"),
    "keys destroy": (
        "! --petition park --records {}/records.jsonl --actor clerk-7",
        "! --petition Quetzal --records {}/records.jsonl",
        "+ --petition park --records {}/records.jsonl --now 2027-03-01T12:00:00Z",
    ),
    "keys encrypt": ("", "+"),
    "keys renew": ("+", "!"),
    "keys retire": ("+", "!"),
    "keys rewrap": ("+", "!"),
    "keys status": ("", "+"),
    "migrate": ("", "! --store {}/roll.csv"),
    "paper account": ("!", "+"),
    "policies check": ("{}/policy.toml", "! {}/roll.csv"),
    "policies diff": ("{}/policy.toml uk-parliament", "! {}/policy.toml {}/roll.csv"),
    "policies list": ("",),
    "policies notice": (
        "{}/policy.toml --controller {}/controller.toml",
        "! {}/policy.toml --controller {}/roll.csv",
    ),
    "policies schema": ("",),
    "policies show": ("{}/policy.toml", "! {}/roll.csv"),
    "publish": ("{}/other.toml", "! {}/petition.toml", "! {}/roll.csv"),
    "reinstate": ("mine --actor clerk-7",),
    "retention apply": (
        "+ --records {}/records.jsonl --now 2028-03-01T12:00:00Z",
        "--records {}/records.jsonl --actor clerk-7 --purge",
    ),
    "retention plan": ("", "--json"),
    "retention replay": ("{}/empty.jsonl", "! {}/none.jsonl", "! {}/roll.csv"),
    "sample decide": ("! {}/lines.csv --required 2", "! {}/roll.csv --required 2"),
    "sample draw": (
        "{}/lines.csv {}/sheet.csv --seed 7 --size 2",
        "! {}/roll.csv {}/s.csv --seed 7",
    ),
    "sample plan": ("3 --margin 1",),
    "show": ("", "--json"),
    "signer erase": (
        "--records {}/records.jsonl --actor clerk-7 WHO",
        "+ --records {}/records.jsonl --actor clerk-7 WHO",
        "! --records {}/r.jsonl WHO",
    ),
    "signer export": ("{}/signer.json --actor clerk-7 WHO", "! {}/signer.json --token canary WHO"),
    "signer find": ("--proof export WHO", "+ WHO", "! NOBODY"),
    "tick": ("",),
    "timeline": ("", "--json"),
    "verify": ("! {}/pack --key {}/roll.csv", "! {} --key {}/none.pem"),
}
CASES = [(name, run) for name, runs in RUNS.items() for run in runs]


def leaves(command: click.Command, *names: str) -> Iterator[str]:
    """Every command that is no group, by its words."""
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from leaves(inner, *names, name)
    else:
        yield " ".join(names)


@pytest.fixture
def town(tmp_path: Path) -> Town:
    town = Town(tmp_path)
    for name, text in {
        "roll.csv": GOOD,
        "more.csv": GOOD + "Quetzalcoatl Gold,canary9@example.org,,2026-03-05T08:00:00Z,\n",
        "open.csv": OPEN,
        "policy.toml": ASKS,
        "rule.toml": RULE,
        "wrong-rule.toml": WRONG_RULE,
        "lines.csv": LINES,
        "empty.jsonl": "",
        "other.toml": PETITION.replace('"park"', '"other"'),
        "controller.toml": 'name = "Town"\ncontact = "Hall"\nbasis = "public task"\n',
    }.items():
        town.write(name, text)
    town.published()
    town.done("import", town.folder / "roll.csv")
    return town


def words(run: str, folder: Path) -> Iterator[str]:
    for word in run.lstrip("!+").split():
        match word:
            case "WHO":
                yield from WHO
            case "NOBODY":
                yield from NOBODY
            case _:
                yield word.replace("{}", str(folder))


def enlarge(town: Town) -> None:
    """Encrypt the store, index it, and key a sheet of which two people read a line differently."""
    town.done("keys", "encrypt")
    town.done("finder", "index")
    migrate_sheets(town.store)
    with (
        closing(SQLiteSheetStore(town.store)) as sheets,
        StoreFiles.beside(town.store).open() as at,
    ):
        petition = at.find(None)
        sheets.add_circulators(petition.id, [Circulator(reference="c1", name="Quetzalcoatl Hay")])
        sheets.add_sheets(petition.id, [Sheet(serial="S-1", lines=2, circulator="c1")])
        for by in ("a", "b"):
            draft = SignatureDraft(
                name="Quetzalcoatl Berg", email="canary@example.org", comment=f"canary {by}"
            )
            line = Line(sheet="S-1", number=1, draft=draft)
            batch = Batch(id=by, keyed_by=by, keyed_at=petition.facts[0].at, lines=(line,))
            sheets.add_batch(petition.id, batch)


@pytest.mark.parametrize(("command", "run"), CASES)
def test_a_command_gives_nobody_away(
    command: str, run: str, town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(1)  # whatever anybody below has to say
    if run.startswith("+"):
        enlarge(town)
    result = town.run(*command.split(), *words(run, town.folder))
    assert (result.exit_code != 0) is run.startswith("!"), result.output
    logging.getLogger("petitionkit").debug("the net holds")
    shown = [result.stdout, result.stderr, caplog.text, repr(result.exception)]
    assert [text for text in shown if any(canary in text for canary in CANARIES)] == []
    assert "the net holds" in caplog.text


def test_every_command_is_run() -> None:
    assert sorted(RUNS) == sorted(leaves(app))


def test_a_canary_would_be_found_where_it_was_asked_for(town: Town) -> None:
    printed = town.done("export", "-", "--with-contact")
    assert [canary for canary in CANARIES if canary not in printed] == []
