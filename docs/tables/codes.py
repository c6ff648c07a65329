"""What programs see: codes of errors, problems and exits, and names of events."""

from collections.abc import Iterator

from petitionkit import errors
from petitionkit.cli.workplace import EXIT_CODES
from petitionkit.errors import PetitionkitError
from petitionkit.facts import Event, State
from petitionkit.lifecycle import TRANSITIONS, Beneath
from petitionkit.problems import ENGLISH


def rows(*cells: tuple[str, ...]) -> str:
    """A table in Markdown; the first row is its head."""
    head, *body = (f"| {' | '.join(row)} |\n" for row in cells)
    return f"{head}|{'---|' * len(cells[0])}\n{''.join(body)}"


def first_sentence(thing: object) -> str:
    """What a docstring says first."""
    return (thing.__doc__ or "").strip().partition("\n\n")[0].replace("\n    ", " ")


def raised() -> Iterator[type[PetitionkitError]]:
    """Every error of ours, in the order of its module."""
    for value in vars(errors).values():
        if isinstance(value, type) and issubclass(value, PetitionkitError):
            yield value


def error_codes() -> str:
    """Errors with their codes, kinds, hints for HTTP and exit codes."""
    exits = {kind: str(code) for kind, code, _ in EXIT_CODES}
    return rows(
        ("error", "code", "also a", "HTTP", "exit", "what it means"),
        *(
            (
                f"`{error.__name__}`",
                f"`{error.code}`",
                f"`{error.__bases__[-1].__name__}`",
                str(error.http_status),
                exits.get(error, "-"),
                first_sentence(error).replace("``", "`"),
            )
            for error in raised()
        ),
    )


def exit_codes() -> str:
    """What a command's exit code means."""
    found = {0: ["done, refused lines of a roll included"], 2: ["the command was called wrongly"]}
    for _, code, meaning in EXIT_CODES:
        found.setdefault(code, []).append(meaning)
    found.setdefault(75, []).insert(0, "the store is locked by another process; try again")
    found[130] = ["interrupted; run the same command again to go on"]
    lines = ((str(code), ", or ".join(found[code])) for code in sorted(found))
    return rows(("code", "meaning"), *lines)


def problem_codes() -> str:
    """Codes of problems and remarks with their English."""
    return rows(
        ("code", "English; what stands in braces is a parameter"),
        *((f"`{code}`", ENGLISH[code]) for code in sorted(ENGLISH)),
    )


def leads_to(event: Event) -> str:
    """The states that a step can lead to, in words."""
    targets = {row[event] for row in TRANSITIONS.values() if event in row}
    changed = [
        f"`{state}`"
        for state in State
        if any(row.get(event) is state is not was for was, row in TRANSITIONS.items())
    ]
    if Beneath.BENEATH in targets:
        changed.append(Beneath.BENEATH.value)
    return ", ".join(changed) or "-"


def event_names() -> str:
    """Every event with the states that it can lead to."""
    return rows(("event", "leads to"), *((f"`{event}`", leads_to(event)) for event in Event))
