"""The commands, as the command line itself knows them."""

import re
from collections.abc import Iterator

import click

from petitionkit.cli.app import app
from tables.codes import rows


def plain(text: str) -> str:
    """Help as one paragraph of Markdown."""
    return re.sub(r"\s+", " ", text.replace("\b", "")).replace("|", "\\|").strip()


def walk(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    """A command and all below it that do something, with their whole names."""
    if isinstance(command, click.Group):
        for key in sorted(command.commands):
            yield from walk(command.commands[key], f"{name} {key}")
    else:
        yield name, command


def written(option: click.Option) -> str:
    """An option as it is typed, with the kind of its value."""
    names = ", ".join((*option.opts, *option.secondary_opts))
    if option.is_flag:
        return names
    kind = option.type
    choices = "\\|".join(map(str, kind.choices)) if isinstance(kind, click.Choice) else ""
    return f"{names} {option.metavar or choices or kind.name.upper()}"


def options(command: click.Command) -> str:
    """The options of a command as a table."""
    lines = [
        (f"`{written(option)}`", plain(option.help or ""))
        for option in command.params
        if isinstance(option, click.Option)
    ]
    return rows(("option", "meaning"), *lines) if lines else ""


def usage(name: str, command: click.Command) -> str:
    """How a command is called."""
    context = click.Context(command, info_name=name)
    return " ".join((name, *command.collect_usage_pieces(context)))


def command_list() -> str:
    """Every command with its usage, what it does, and its options."""
    return "\n".join(
        f"## {name}\n\n```console\n{usage(name, command)}\n```\n\n"
        f"{plain(command.help or '')}\n\n{options(command)}"
        for name, command in walk(app, "petitionkit")
    )
