"""The lifecycle, drawn and listed from its tables."""

from petitionkit.facts import State
from petitionkit.lifecycle import MAY, TAKEN_DOWN, TRANSITIONS

RESTRICTED = TAKEN_DOWN | {State.REMOVED}


def drawn(*, restricted: bool) -> str:
    """Steps between states as a Mermaid diagram: those of restrictions, or all others."""
    arrows = [
        f"    {state} --> {to}: {event}\n"
        for state, row in TRANSITIONS.items()
        for event, to in row.items()
        if isinstance(to, State) and to is not state
        if bool({state, to} & RESTRICTED) is restricted
    ]
    return "```mermaid\nstateDiagram-v2\n" + "".join(arrows) + "```\n"


def diagram() -> str:
    """The way of a petition that nobody takes down."""
    return drawn(restricted=False)


def restrictions() -> str:
    """What takes a petition down, and what lifts that."""
    return drawn(restricted=True)


def capacities() -> str:
    """Who may take which step."""
    rows = [f"| `{event}` | {', '.join(sorted(MAY[event]))} |\n" for event in sorted(MAY)]
    return "| step | may be taken by |\n|---|---|\n" + "".join(rows)
