"""``petitionkit demo``: one petition from draft to closed, on a real file, explained.

Plays an app over the desk at instants of its own (2016 and 2017), says what it did and what
was answered, and leaves the files for the other commands to be tried on.
"""

import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import which

import click
from rich.console import Console
from rich.markup import escape

from petitionkit.civil import instant_text
from petitionkit.cli.claremont import petition_toml, policy_toml, roll_csv
from petitionkit.cli.importing import import_lines
from petitionkit.cli.keyfile import key_ring
from petitionkit.cli.petition_file import read_petition_file
from petitionkit.cli.workplace import Workplace
from petitionkit.desk import Desk
from petitionkit.errors import AlreadyExistsError
from petitionkit.formats.roll import inspect_roll
from petitionkit.headlines import Headline, headline
from petitionkit.ids import new_id
from petitionkit.moderation import Capacity
from petitionkit.outcomes import Received, Refused
from petitionkit.parties import Answer, Delivery
from petitionkit.signature import Role, SignatureDraft, Submission
from petitionkit.stores.sqlite import SQLiteStore, migrate

__all__ = ["run"]

_FILES = ("petition.toml", "policy.toml", "roll.csv", "petitions.db", "petitions.db.keys")
_WEB = (
    ("Maria Lopez", "maria.lopez@gmail.com"),
    ("Maria Lopez", "MariaLopez+council@googlemail.com"),
    ("山田 花子", "hanako@example.jp"),
    ("=cmd|' /C calc'!A0", "calc.example.org"),
    ("Seán Ó Briain", "sean@example.ie"),
    ("Noor al-Hadi", "noor@example.org"),
    ("Grace Kim", "grace.kim@example.org"),
    ("Peter Quist", "peter@example.org"),
)


def _clear(folder: Path) -> None:
    """Remove what an earlier demonstration left, and refuse a folder that holds anything else."""
    if not folder.exists():
        folder.mkdir(parents=True)
        return
    found = {entry.name for entry in folder.iterdir()}
    ours = found <= {*_FILES, "petitions.db-wal", "petitions.db-shm"}
    if found and not (ours and {"policy.toml", "roll.csv"} <= found):
        raise AlreadyExistsError(f"{folder} holds other files; name another with --folder")
    for entry in folder.iterdir():
        entry.unlink()


def _say_headline(found: Headline) -> str:
    """The app's sentence; numbers and plural come from the library."""
    nouns = {"one": "supporter", "other": "supporters"}
    count = f"{found.supporters:,} {nouns[found.category]}"
    if found.over:
        return f"This petition had {count}"
    return f"Join {_say_names(found)}"


def _say_names(found: Headline) -> str:
    others = {"one": "1 other", "other": f"{found.others:,} others"}[found.others_category]
    names = [name for name in (found.named, others if found.others else "") if name]
    return " and ".join(names) or "nobody yet"


def run(console: Console, folder: Path) -> None:
    """Live the petition's life in ``folder`` and print it."""
    _clear(folder)
    for name, text in (
        ("petition.toml", petition_toml()),
        ("policy.toml", policy_toml()),
        ("roll.csv", roll_csv()),
    ):
        (folder / name).write_text(text, "utf-8")
    store_path = folder / "petitions.db"
    migrate(store_path)
    moment = [datetime(2016, 11, 14, 18, 0, tzinfo=UTC)]
    with closing(SQLiteStore(store_path)) as store:
        ring = key_ring(folder / "petitions.db.keys", ())
        desk = Desk(store, secrets=ring, clock=lambda: moment[0])
        place = Workplace(
            store=store,
            file=store,
            desk=desk,
            console=console,
            secrets=ring,
            clock=lambda: moment[0],
        )
        _Life(place, moment).live(folder)
    console.rule("try it yourself")
    for command in ("show", "export -", "import " + str(folder / "roll.csv"), "tick"):
        click.echo(f"{_called()} {command} --store {store_path}")


def _called() -> str:
    """How the shell reaches this program: by its name, or by the path it was called by."""
    return "petitionkit" if which("petitionkit") else sys.argv[0]


class _Life:
    """The story, one chapter a method."""

    def __init__(self, place: Workplace, moment: list[datetime]) -> None:
        self._place = place
        self._desk = place.desk
        self._say = place.console.print
        self._moment = moment

    def live(self, folder: Path) -> None:
        """From draft to closed."""
        self._draft(folder)
        self._web()
        self._roll(folder)
        self._close()

    def _chapter(self, title: str, *, days: int = 0) -> None:
        self._moment[0] += timedelta(days=days)
        self._place.console.rule(f"{instant_text(self._moment[0])}: {title}")

    def _draft(self, folder: Path) -> None:
        self._chapter("a draft is published")
        found, policy = read_petition_file(folder / "petition.toml")
        draft = self._desk.add(found.petition(new_id()))
        self._id = draft.id
        early = SignatureDraft(name="Too Early", email="early@example.org")
        self._answer("signing the draft", self._desk.sign(draft.id, early))
        self._desk.publish(draft.id, policy)
        starter = SignatureDraft(name=found.starter.name, kind=found.starter.kind)
        self._desk.intake(draft.id, [Submission(draft=starter, role=Role.STARTER)])
        self._headline()

    def _answer(self, what: str, outcome: Received | Refused) -> None:
        match outcome:
            case Received():
                self._say(f"{escape(what)}: [green]received[/green]")
            case Refused():  # pragma: no branch (an outcome is one of these two)
                self._say(f"{escape(what)}: [red]refused[/red]")
                for problem in outcome.problems:
                    self._say(f"    {escape(str(problem))}")

    def _web(self) -> None:
        self._chapter("people sign on the web", days=1)
        for name, email in _WEB:
            draft = SignatureDraft(name=name, email=email)
            self._answer(f"{name} <{email}>", self._desk.sign(self._id, draft))
        self._say("the form has said the same to everybody; the mails know more:")
        notices = self._desk.notices()
        for letter in filter(None, map(self._desk.letter, notices)):
            self._say(f"mail to {escape(letter.to)}: {letter.notice.kind}")
            if letter.token and not letter.to.startswith("peter"):
                self._desk.confirm(letter.token)
                # A mail scanner opens the link a second time; nothing more happens.
                again = self._desk.confirm(letter.token)
                self._say(f"    link opened twice: {type(again).__name__}")
            self._desk.acknowledge(letter.notice)
        self._headline()

    def _roll(self, folder: Path) -> None:
        self._chapter("a roll with dirt in it is handed in", days=200)
        petition = self._desk.petition(self._id)
        import_lines(
            self._place,
            petition,
            inspect_roll(folder / "roll.csv"),
            undated=None,
            pattern="",
            refused=None,
            repeated=None,
            dry_run=False,
        )
        self._headline()

    def _close(self) -> None:
        self._chapter("the starter ends it and hands it over", days=20)
        self._desk.acting(Capacity.STARTER).close(self._id, reason="delivered")
        count = self._desk.standing(self._id).supporters
        delivery = Delivery(at=self._moment[0], count=count, receipt="city clerk")
        self._desk.acting(Capacity.OFFICE).deliver(self._id, "city-council", delivery)
        late = SignatureDraft(name="Late Comer", email="late.comer@example.org")
        self._answer("signing afterwards", self._desk.sign(self._id, late))
        self._chapter("the council answers", days=30)
        given = Answer(at=self._moment[0], summary="Taken up in the next session.")
        self._desk.acting(Capacity.OFFICE).answer(self._id, "city-council", given)
        self._headline()

    def _headline(self) -> None:
        standing = self._desk.standing(self._id)
        found = headline(self._desk.petition(self._id), standing)
        self._say(f"[bold]{escape(_say_headline(found))}[/bold]")
        if found.over:
            self._say(f"[bold]{escape(_say_names(found))}[/bold]")
