"""``petitionkit signer``: what an office keeps of one signer; found, given and erased.

What is printed names petitions and signatures, and nobody. Who asks is proved by the token that
``find --proof`` makes, or vouched for by a clerk.
"""

from functools import wraps
from pathlib import Path
from typing import TypeVar

import click

from petitionkit.civil import instant_text
from petitionkit.cli.files import keep, page_file
from petitionkit.cli.retention import records_to, with_purge, with_records
from petitionkit.cli.workplace import Command, Commands, StoreFiles, with_options, with_store
from petitionkit.codec import to_json
from petitionkit.errors import InvalidValueError
from petitionkit.outcomes import Erased, Refused
from petitionkit.rights import KnownBy
from petitionkit.tokens import Purpose

__all__ = ["signer"]

T = TypeVar("T")

_PROOFS = {one.name.lower(): one for one in (Purpose.EXPORT, Purpose.ERASE)}
_KNOWN_BY = (
    click.option("--email", default="", help="The signer's address."),
    click.option("--phone", default="", help="The signer's number, with its country's code."),
    click.option("--number", default="", help="The signer's national number."),
    click.option("--name", default="", help="Only who has this name, where several share one."),
    click.option("--office", default="", help="The office whose petitions are looked through."),
)
_PROVED_BY = (
    click.option("--token", default="", help="What the signer was sent, as proof of who asks."),
    click.option("--actor", default="", help="The clerk who has made sure of it in another way."),
)


def _about_signer(command: Command) -> Command:
    """Give a command the options that name a signer, as ``known_by``."""

    @wraps(command)
    def run(
        *, email: str, phone: str, number: str, name: str, office: str, **rest: object
    ) -> object:
        if sum(map(bool, (email, phone, number))) != 1:
            raise click.UsageError("say who is meant by one of --email, --phone, --number")
        known_by = KnownBy(
            email=email, phone=phone, national_number=number, name=name, office=office
        )
        return command(known_by=known_by, **rest)

    return with_options(_KNOWN_BY, run)


def _proved(command: Command) -> Command:
    """Give a command the options that name a signer and say by what they are known to ask."""

    @wraps(command)
    def run(*, token: str, actor: str, **rest: object) -> object:
        if not (token or actor):
            raise click.UsageError("prove who asks with --token, or vouch for them with --actor")
        return command(token=token, actor=actor, **rest)

    return _about_signer(with_options(_PROVED_BY, run))


def _granted(answer: T | Refused) -> T:
    if isinstance(answer, Refused):
        raise InvalidValueError(answer.problems)
    return answer


@click.group(cls=Commands)
def signer() -> None:
    """Find, give and erase all that an office keeps of one signer."""


@signer.command()
@_about_signer
@click.option("--proof", type=click.Choice(list(_PROOFS)), help="Print a token to send them, too.")
@with_store
def find(
    known_by: KnownBy,
    proof: str | None,
    files: StoreFiles,
) -> None:
    """Tell what is kept of a signer: which petitions, since when; change nothing.

    The token of --proof holds for seven days. Send it to that very address or number, whether
    or not anything was found.
    """
    with files.open() as place:
        found = place.desk.find_signer(known_by)
        for one in found.signatures:
            state = "erased" if one.erased else "counts" if one.live else "counts no longer"
            click.echo(
                f"{one.petition_id} signature {one.id} {instant_text(one.signed_at)} {state}"
            )
        for sent in found.attempts:
            at = instant_text(sent.received_at)
            click.echo(f"{sent.petition_id} attempt {sent.id} {at} not confirmed")
        lines = dict.fromkeys((one.petition_id, one.place) for one in found.elsewhere)
        for petition_id, line in lines:
            click.echo(f"{petition_id} on paper {line}")
        click.echo(f"signatures {len(found.signatures):,}, attempts {len(found.attempts):,}")
        if proof:
            click.echo(f"token {place.desk.signer_token(known_by, _PROOFS[proof])}")


@signer.command()
@click.argument("file", type=click.Path(path_type=Path))
@_proved
@with_store
def export(
    file: Path,
    known_by: KnownBy,
    token: str,
    actor: str,
    files: StoreFiles,
) -> None:
    """Write all that is kept of a signer into FILE, as JSON, to be given to them."""
    keep(files.paths, [file])
    with files.open() as place:
        given = _granted(place.desk.export_signer(known_by, token=token, actor=actor))
        page_file(file, to_json(given) + "\n")
        click.echo(f"signatures {len(given.signatures):,}, attempts {len(given.attempts):,}")


@signer.command()
@with_records
@_proved
@with_purge
@with_store
def erase(
    records_path: Path,
    known_by: KnownBy,
    token: str,
    actor: str,
    files: StoreFiles,
    *,
    purge: bool,
) -> None:
    """Erase a signer wherever they signed, and what they never confirmed.

    Where a petition is over its numbers stay; while it runs the signature is taken back.
    """
    keep(files.paths, [records_path])
    with files.open() as place:
        answers = _granted(place.desk.erase_signer(known_by, token=token, actor=actor))
        erased = [one for one in answers.values() if isinstance(one, Erased)]
        with records_to(records_path) as write:
            for one in erased:
                write(one.record)
        if purge:
            place.file.purge()
        kept = sorted({one.kept for one in erased if one.kept})
        click.echo(f"erased {len(erased):,}")
        for ground in kept:
            click.echo(f"claims are kept: {ground}")
