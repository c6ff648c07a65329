"""The commands. Each opens the store, asks the desk, and prints; none decides a rule."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import click
from rich.console import Console

from petitionkit.civil import instant_text
from petitionkit.cli.audit import audit_command
from petitionkit.cli.convert import convert_command
from petitionkit.cli.deliver import deliver, verify
from petitionkit.cli.files import csv_file, keep
from petitionkit.cli.finder import finder
from petitionkit.cli.invalidating import invalidate_command, reinstate_command
from petitionkit.cli.keys import keys
from petitionkit.cli.paper import paper
from petitionkit.cli.petition_file import read_petition_file
from petitionkit.cli.policies import explain, policies
from petitionkit.cli.retention import retention
from petitionkit.cli.sample import sample
from petitionkit.cli.show import print_list, print_standing
from petitionkit.cli.signer import signer
from petitionkit.cli.workplace import (
    EXIT_CODES,
    Commands,
    StoreFiles,
    Workplace,
    store_options,
    with_petition,
    with_store,
)
from petitionkit.codec import to_plain
from petitionkit.errors import InvalidValueError, UnreadableFileError
from petitionkit.facts import Event
from petitionkit.formats.roll import signed_at
from petitionkit.ids import new_id
from petitionkit.moderation import Capacity
from petitionkit.outcomes import Accepted
from petitionkit.parties import Party
from petitionkit.petition import Petition
from petitionkit.signature import Channel, Provenance, Role, SignatureDraft, Submission
from petitionkit.store import every_signature
from petitionkit.stores.schema import SCHEMA_VERSION
from petitionkit.stores.sqlite import migrate as migrate_file
from petitionkit.version import __version__

__all__ = ["app"]

_MEANINGS = {
    code: ", or ".join(meaning for _, same, meaning in EXIT_CODES if same == code)
    for _, code, _ in EXIT_CODES
}
_EPILOG = "\b\nExit codes: 0 done, 2 wrong call, 130 interrupted\n" + "\n".join(
    f"  {code} {meaning}" for code, meaning in sorted(_MEANINGS.items())
)


def _check_pattern(_: click.Context, __: click.Parameter, pattern: str) -> str:
    day = datetime(2001, 2, 3, tzinfo=UTC)
    try:
        datetime.strptime(day.strftime(pattern), pattern)  # noqa: DTZ007 (only tried out)
    except (ValueError, re.error):
        raise click.BadParameter("strptime cannot read that; write it like %d/%m/%Y") from None
    return pattern


def _check_undated(ctx: click.Context, option: click.Parameter, text: str | None) -> str | None:
    if text not in (None, "now"):
        try:
            signed_at(str(text), "UTC", datetime.min.replace(tzinfo=UTC))
        except InvalidValueError:
            raise click.BadParameter(
                "write a day or an instant (2026-03-02, 2026-03-02T10:00:00+01:00), or now",
                ctx,
                option,
            ) from None
    return text


@click.group(cls=Commands, epilog=_EPILOG, context_settings={"max_content_width": 100})
@click.version_option(__version__, package_name="petitionkit")
def app() -> None:
    """Petitions in a SQLite file: publish, import rolls, show, close, export.

    Start with 'petitionkit demo': it lives one petition's life and leaves a store to play with.
    Then 'petitionkit publish --help' shows the least petition. Signing on the web, confirming by
    mail and moderating belong to your app, in Python or Django's admin, and are no commands.
    """


_LEAST_PETITION = """The least that FILE says:

\b
policy = "uk-parliament"
starter = { kind = "person", name = "Ana Díaz" }
[[texts]]
language = "en"
title = "Save the library"
body = "It closes in May."
"""


@app.command()
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default="claremont",
    show_default=True,
    help="Where the petition, its roll and its store are put.",
)
def demo(folder: Path) -> None:
    """Live a petition's life on a real file, from draft to closed."""
    from petitionkit.cli.demo import run

    run(Console(), folder)


@app.command(epilog=_LEAST_PETITION)
@click.argument("file", type=click.Path(path_type=Path))
@with_store
def publish(file: Path, files: StoreFiles) -> None:
    """Publish the petition that a TOML file describes.

    Makes the store, and its keys beside it, where there are none. 'policy' is the name of a
    preset ('petitionkit policies list') or the path of a policy file.
    """
    found, policy = read_petition_file(file)
    draft = found.petition(new_id())
    with files.open(create=True) as place:
        with place.file.together():
            place.desk.add(draft, started_at=found.opened_at)
            place.desk.publish(draft.id, policy, opened_at=found.opened_at)
            if found.starter_signs:
                _sign_as_starter(place, draft.id, found.starter, found.opened_at)
        click.echo(f"published in {files.store}")
        print_standing(place.console, place.desk.petition(draft.id), place.desk.standing(draft.id))


def _sign_as_starter(
    place: Workplace, petition_id: UUID, starter: Party, at: datetime | None
) -> None:
    submission = Submission(
        draft=SignatureDraft(name=starter.name, kind=starter.kind),
        signed_at=at,
        role=Role.STARTER,
        provenance=Provenance(channel=Channel.CLERK),
        row=(starter.name, "starter"),
    )
    (outcome,) = place.desk.intake(petition_id, [submission], actor="publish")
    if not isinstance(outcome, Accepted):
        click.echo("warning: the policy does not count the starter as a supporter", err=True)


@app.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@with_petition
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="FIELD=HEADER",
    help="Which column is which, where the header does not say it.",
)
@click.option("--encoding", help="The file's encoding, where it is not found out.")
@click.option("--delimiter", help="What separates the cells, where it is not found out.")
@click.option(
    "--date-format",
    "pattern",
    default="",
    metavar="PATTERN",
    callback=_check_pattern,
    help="How dates are written, as of strptime, where they are not ISO 8601.",
)
@click.option(
    "--signed-on",
    "undated",
    metavar="INSTANT|now",
    callback=_check_undated,
    help="When lines without a date were signed.",
)
@click.option(
    "--refused",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write refused lines there, with their codes.",
)
@click.option(
    "--duplicates",
    "repeated",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write there which line repeats which.",
)
@click.option("--dry-run", is_flag=True, help="Report, and write nothing.")
@click.option(
    "--jobs",
    type=click.IntRange(min=1, max=64),
    default=1,
    show_default=True,
    help="Processes that validate; with more than one, another writes.",
)
@with_store
def import_file(
    file: Path,
    wanted: str | None,
    columns: tuple[str, ...],
    encoding: str | None,
    delimiter: str | None,
    pattern: str,
    undated: str | None,
    refused: Path | None,
    repeated: Path | None,
    jobs: int,
    files: StoreFiles,
    *,
    dry_run: bool,
) -> None:
    """Take in a roll of signatures, or a petition as JSON.

    A roll (CSV or tab-separated) of any size is read as a stream. Its lines count at once and
    cause no mail; a line's own date decides whether it was signed in time. Killed and started
    again, it goes on; the same roll twice adds nothing. JSON is the UK Parliament's: a total
    and its moments.
    """
    from petitionkit.cli.importing import import_document, import_lines, read_document
    from petitionkit.formats.roll import inspect_roll

    if file.suffix.lower() == ".json":
        if dry_run or any((wanted, columns, encoding, delimiter, pattern, undated)):
            raise click.UsageError("a petition as JSON takes only --store, --keys and --now")
        document = read_document(file, files.now)
        with files.open(create=True) as place:
            import_document(place, document)
        return
    pairs = [pair.partition("=") for pair in columns]
    if not all(mark for _, mark, _ in pairs):
        raise click.BadOptionUsage("column", "write --column FIELD=HEADER")
    keep([file, *files.paths], [refused, repeated])
    with files.open() as place:
        petition = place.find(wanted)
        roll = inspect_roll(
            file,
            encoding=encoding,
            delimiter=delimiter,
            columns={name: header for name, _, header in pairs},
        )
        if "signed_at" not in roll.columns and undated is None:
            raise UnreadableFileError(
                "roll.undated",
                "no column says when a line was signed; say it with --signed-on (or 'now')",
            )
        import_lines(
            place,
            petition,
            roll,
            undated=_undated(undated, place, petition),
            pattern=pattern,
            refused=refused,
            repeated=repeated,
            dry_run=dry_run,
            jobs=jobs,
        )


def _undated(text: str | None, place: Workplace, petition: Petition) -> datetime | None:
    """When lines without a date were signed; a plain day is one in the window's zone."""
    if text is None or text == "now":
        return place.now if text else None
    policy, opened = place.desk.policy(petition.id), petition.last(Event.OPENED)
    return signed_at(
        text, policy.window.zone if policy else "UTC", opened.at if opened else place.now
    )


@app.command()
@with_petition
@click.option("--json", "as_json", is_flag=True, help="Print the standing as JSON.")
@with_store
def show(
    wanted: str | None,
    files: StoreFiles,
    *,
    as_json: bool,
) -> None:
    """Show a petition: status, counts, thresholds, what is next.

    Where the store holds several and none is named, the first hundred are listed.
    """
    with files.open() as place:
        ids = place.store.petitions()
        if wanted is None and not as_json and len(ids) > 1:
            found = [place.desk.petition(each) for each in ids]
            print_list(place.console, [(each, place.desk.standing(each.id)) for each in found])
            return
        petition = place.find(wanted)
        standing = place.desk.standing(petition.id)
        if as_json:
            click.echo(json.dumps(to_plain(standing), ensure_ascii=False, indent=2))
        else:
            print_standing(place.console, petition, standing)


@app.command()
@with_petition
@click.option(
    "--by",
    type=click.Choice([e.value for e in Capacity]),
    default="office",
    show_default=True,
    help="Who ends it.",
)
@click.option("--reason", default="", help="A code for the reason, such as 'delivered'.")
@with_store
def close(
    wanted: str | None,
    by: str,
    reason: str,
    files: StoreFiles,
) -> None:
    """End a petition early, where its policy allows it."""
    with files.open() as place:
        petition = place.find(wanted)
        closed = place.desk.acting(Capacity(by)).close(petition.id, reason=reason)
        print_standing(place.console, closed, place.desk.standing(petition.id))


@app.command()
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=1000,
    show_default=True,
    help="At most so many petitions.",
)
@with_store
def tick(limit: int, files: StoreFiles) -> None:
    """Record what has followed by itself, such as a deadline."""
    with files.open() as place:
        done = place.desk.tick(limit=limit)
        following = instant_text(done.next_at) if done.next_at else "nothing"
        place.console.print(f"petitions brought up to date: {done.settled}; next due: {following}")


@app.command()
@with_petition
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@with_store
def timeline(wanted: str | None, files: StoreFiles, *, as_json: bool) -> None:
    """Print what everybody may know of a petition's course, and of what comes by itself.

    Nobody is named in it; of a petition that nobody may see it is empty.
    """
    with files.open() as place:
        found = place.desk.timeline(place.find(wanted).id)
        if as_json:
            click.echo(json.dumps(to_plain(found), ensure_ascii=False, indent=2))
        else:
            click.echo(found.text(), nl=False)


_EXPORTED = ("number", "name", "kind", "signed_at", "channel")
_CONTACT = ("email", "phone", "comment")


@app.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@with_petition
@click.option("--with-contact", is_flag=True, help="Addresses, numbers and comments too.")
@with_store
def export(
    file: Path,
    wanted: str | None,
    files: StoreFiles,
    *,
    with_contact: bool,
) -> None:
    """Write the signatures that count as CSV ('-': to the screen).

    Cells that a spreadsheet would run as a formula get an apostrophe in front.
    """
    keep(files.paths, [file])
    with files.open() as place:
        petition = place.find(wanted)
        with csv_file(file) as write:
            write((*_EXPORTED, *(_CONTACT if with_contact else ())))
            for numbered in every_signature(place.store, petition.id):
                signature = numbered.signature
                who = signature.particulars
                if signature.live:
                    cells = (
                        numbered.number,
                        who.name,
                        who.kind,
                        instant_text(signature.signed_at),
                        signature.provenance.channel,
                    )
                    contact = (who.email, who.phone, who.comment) if with_contact else ()
                    write((*cells, *contact))


app.add_command(audit_command)
app.add_command(invalidate_command)
app.add_command(reinstate_command)
app.add_command(convert_command)
app.add_command(deliver)
app.add_command(verify)
app.add_command(finder)
app.add_command(keys)
app.add_command(paper)
app.add_command(policies)
app.add_command(explain)
app.add_command(retention)
app.add_command(sample)
app.add_command(signer)


@app.command()
@store_options[0]
def migrate(store_path: Path) -> None:
    """Bring a store to the newest schema, or make one."""
    before = migrate_file(store_path)
    click.echo(f"{store_path}: schema {before} -> {SCHEMA_VERSION}")
