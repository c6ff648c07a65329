"""Moving in: another system's petitions taken into a store, and the account of their counts."""

import click

from petitionkit.cli.workplace import Workplace
from petitionkit.formats.moving import Reconciliation, Unmoved, move_in
from petitionkit.formats.moving_sources import MovingSource
from petitionkit.policy import Policy

__all__ = ["move_all"]


def move_all(place: Workplace, source: MovingSource, policy: Policy) -> None:
    """Take in every petition that can be, and print both counts of each and why they differ."""
    moved = theirs = ours = 0
    for moving in source.movings:
        if isinstance(moving, Unmoved):
            name = f"{moving.identifier.system}:{moving.identifier.value}"
            click.echo(f"{name}: {moving.theirs:,} there, stays there: {moving.error}")
            theirs += moving.theirs
            continue
        account = move_in(place.desk, moving, policy)
        _print_account(account)
        moved, theirs, ours = moved + 1, theirs + account.theirs, ours + account.ours
    for line in source.unread:
        click.echo(f"not read: {line}")
    click.echo(f"{moved:,} petitions moved in: {theirs:,} there, {ours:,} here")


def _print_account(account: Reconciliation) -> None:
    first = account.petition.identifiers[0]
    reasons = {**account.reasons, **({"unexplained": n} if (n := account.unexplained) else {})}
    why = ", ".join(f"{code} {count:+,}" for code, count in sorted(reasons.items()))
    told = f" ({why})" if why else ""
    click.echo(
        f"{first.system}:{first.value}: {account.theirs:,} there, {account.ours:,} here{told}"
    )
    if account.unmapped:
        click.echo(f"  no place here: {'; '.join(account.unmapped)}")
