"""``petitionkit policies`` and ``petitionkit explain``: the rules themselves, to read and try."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from petitionkit.civil import Duration, instant_text
from petitionkit.cli.notice import notice
from petitionkit.cli.petition_file import read_policy
from petitionkit.cli.show import say_due
from petitionkit.cli.workplace import INSTANT, Commands
from petitionkit.codec import from_plain, policy_digest, to_plain, to_toml
from petitionkit.counting import SUPPORTERS
from petitionkit.desk import Desk
from petitionkit.durations import duration_in_words
from petitionkit.errors import InvalidValueError
from petitionkit.facts import Event, Fact
from petitionkit.following import as_fact, opening_of
from petitionkit.json_schema import json_schema
from petitionkit.keys import KeyRing
from petitionkit.petition import CountEffect, DeclaredCount, Petition, PetitionText
from petitionkit.phrases import in_words
from petitionkit.policy import Policy
from petitionkit.presets import load, names
from petitionkit.problems import problem
from petitionkit.standing import Standing
from petitionkit.stores.memory import MemoryStore
from petitionkit.windows import chosen_duration

__all__ = ["explain", "policies"]


def _policy(name: str) -> Policy:
    return read_policy(name, Path())


def _say_window(policy: Policy) -> str:
    """How long a petition runs, in words."""
    window = policy.window
    if window.duration:
        return duration_in_words(window.duration)
    if window.choices:
        return " or ".join(map(duration_in_words, window.choices))
    if window.shortest and window.longest:
        return f"{duration_in_words(window.shortest)} to {duration_in_words(window.longest)}"
    if window.longest:
        return f"up to {duration_in_words(window.longest)}"
    if window.shortest:
        return f"{duration_in_words(window.shortest)} or longer"
    return f"until {window.last_day}" if window.last_day else "until it is ended"


@click.group(cls=Commands)
def policies() -> None:
    """List, show, check and compare the rules."""


@policies.command("list")
def list_presets() -> None:
    """List the presets."""
    table = Table("name", "jurisdiction", "runs", "thresholds", box=None, pad_edge=False)
    for name in names():
        policy = load(name)
        levels = ", ".join(
            f"{t.key} {t.level:,}" if t.level else f"{t.key}: {in_words(t.rule)}"
            for t in policy.thresholds
        )
        table.add_row(name, policy.jurisdiction or "-", _say_window(policy), levels or "-")
    Console().print(table)


@policies.command()
@click.argument("policy")
@click.option("--json", "as_json", is_flag=True, help="As JSON instead of TOML.")
def show(policy: str, *, as_json: bool) -> None:
    """Print a policy whole, as petitionkit reads it."""
    found = _policy(policy)
    plain = to_plain(found)
    click.echo(json.dumps(plain, ensure_ascii=False, indent=2) if as_json else to_toml(found))


@policies.command()
@click.argument("policy")
def check(policy: str) -> None:
    """Read a policy file and list everything that is wrong with it."""
    found = _policy(policy)
    click.echo(f"{found.name} {found.version}: in order, digest {policy_digest(found)}")


@policies.command()
def schema() -> None:
    """Print the JSON Schema of policies."""
    click.echo(json.dumps(json_schema(Policy), indent=2))


policies.add_command(notice)


def _leaves(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list | tuple):
        for place, inner in enumerate(value):
            yield from _leaves(inner, f"{path}.{place}")
    else:
        yield path, value


@policies.command()
@click.argument("old")
@click.argument("new")
def diff(old: str, new: str) -> None:
    """Tell what differs between two policies, key by key."""
    before, after = (dict(_leaves(to_plain(_policy(name)))) for name in (old, new))
    for path in sorted(before.keys() | after.keys()):
        if before.get(path) != after.get(path):
            click.echo(f"{path}: {before.get(path, '-')} -> {after.get(path, '-')}")


def _chosen(text: str | None) -> Duration | None:
    if text is None:
        return None
    number, _, unit = text.partition(" ")
    try:
        return from_plain(Duration, {unit.rstrip("s") + "s": int(number)})
    except ValueError:
        message = problem("unknown_choice", "chosen", choices="'30 days', '6 months' ...")
        raise InvalidValueError([message]) from None


def _sentences(standing: Standing) -> Iterator[str]:
    status = standing.status
    since = f" since {instant_text(status.since)}" if status.since else ""
    yield f"At {instant_text(standing.at)} it is {status.state}{since}, by {status.rule}."
    refusal = standing.signing.problem
    yield f"It takes no signature: {refusal.message()}." if refusal else "It takes signatures."
    for threshold in standing.thresholds:
        if threshold.reached_at:
            yield f"{threshold.key} is reached, with {threshold.count:,}."
        elif threshold.level:
            yield f"{threshold.key} lacks {threshold.missing:,} of {threshold.level:,}."
        else:
            yield f"{threshold.key} is not reached; it needs {threshold.needs}."
    yield f"Next by itself: {say_due(standing.next)}."


@click.command()
@click.option("--policy", "name", required=True, help="A preset, or the path of a policy file.")
@click.option("--opened", type=INSTANT, required=True, help="When the petition opened.")
@click.option("--count", type=click.IntRange(min=0), default=0, help="Its supporters.")
@click.option("--now", type=INSTANT, help="The instant asked about  [default: now]")
@click.option("--chosen", help="The author's duration, where it is theirs: '30 days'.")
@click.option(
    "--parameter",
    "bound",
    multiple=True,
    metavar="NAME=NUMBER",
    help="A number that the policy asks for, such as a population.",
)
def explain(
    name: str,
    opened: datetime,
    count: int,
    now: datetime | None,
    chosen: str | None,
    bound: tuple[str, ...],
) -> None:
    """Say in words what a policy makes of a petition."""
    policy = _policy(name)
    at = now or datetime.now(UTC)
    desk = Desk(MemoryStore(), secrets=KeyRing([bytes(32)]), clock=lambda: at)
    pairs = (pair.partition("=") for pair in bound)
    try:
        parameters = {key: int(number) for key, _, number in pairs}
    except ValueError:
        raise click.BadOptionUsage("parameter", "write --parameter NAME=NUMBER") from None
    taken = _chosen(chosen)
    chosen_duration(policy.window, taken, policy.calendars)
    pinned = Fact(
        event=Event.POLICY_PINNED,
        at=opened,
        recorded_at=opened,
        subject=policy_digest(policy),
        numbers=policy.bind(parameters),
    )
    # What had to be so before the opening was so: it is open.
    petition = Petition(
        id=UUID(int=0),
        texts=(PetitionText(language="en", title=policy.title or name),),
        chosen=taken,
        facts=(pinned, as_fact(opening_of(policy, 0, opened, taken))),
    )
    desk.take_over(petition, policy)
    if count and at >= opened:
        declared = DeclaredCount(
            counter=SUPPORTERS,
            amount=count,
            source="explain",
            as_of=opened,
            recorded_at=at,
            effect=CountEffect.REPLACES,
        )
        desk.declare(petition.id, declared)
    standing = desk.standing(petition.id)
    console = Console()
    for sentence in _sentences(standing):
        console.print(escape(sentence), highlight=False)
