"""``petitionkit policies notice``: the privacy notice and the record of processing, kept true."""

import difflib
import json
from pathlib import Path

import click

from petitionkit.cli.petition_file import read_policy
from petitionkit.codec import from_toml, to_plain
from petitionkit.errors import UnreadableFileError
from petitionkit.privacy import Controller, privacy_of
from petitionkit.privacy_words import privacy_notice, processing_record

__all__ = ["notice"]


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeError:
        raise UnreadableFileError("file.encoding", f"{path} is not UTF-8") from None


@click.command()
@click.argument("policy")
@click.option(
    "--controller",
    "controller_path",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    required=True,
    metavar="FILE",
    help="A TOML file of who answers for the data: name, contact, basis, authority ...",
)
@click.option("--record", is_flag=True, help="The record of processing instead.")
@click.option("--language", default="en", help="The language of the form's labels.")
@click.option("--json", "as_json", is_flag=True, help="What it rests on, as JSON.")
@click.option(
    "--check",
    "published",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="Compare it with the one in FILE; fails where they differ.",
)
def notice(
    policy: str,
    controller_path: Path,
    language: str,
    published: Path | None,
    *,
    record: bool,
    as_json: bool,
) -> None:
    """Print the privacy notice that a policy makes true (GDPR, articles 13 and 14).

    With --record, the record of processing (article 30).
    """
    controller = from_toml(Controller, _text(controller_path))
    found = privacy_of(read_policy(policy, Path()), controller, language=language)
    document = processing_record(found) if record else privacy_notice(found)
    if as_json:
        click.echo(json.dumps(to_plain(found), ensure_ascii=False, indent=2))
    elif published is None:
        click.echo(document.text(), nl=False)
    else:
        _compare(published, document.text())


def _compare(path: Path, text: str) -> None:
    published = _text(path).splitlines()
    lines = difflib.unified_diff(
        published, text.splitlines(), path.name, "policy", lineterm="", n=0
    )
    said = list(lines)
    for line in said:
        click.echo(line)
    if said:
        raise click.exceptions.Exit(1)
    click.echo("as the policy has it")
