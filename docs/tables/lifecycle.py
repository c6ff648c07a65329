"""The lifecycle, drawn and listed from its tables."""

from petitionkit.facts import State
from petitionkit.lifecycle import MAY, TRANSITIONS


def diagram() -> str:
    """The steps that lead from one state to another, as a Mermaid diagram."""
    arrows = [
        f"    {state} --> {to}: {event}\n"
        for state, row in TRANSITIONS.items()
        for event, to in row.items()
        if isinstance(to, State) and to is not state
    ]
    return "```mermaid\nstateDiagram-v2\n" + "".join(arrows) + "```\n"


def capacities() -> str:
    """Who may take which step."""
    rows = [f"| `{event}` | {', '.join(sorted(MAY[event]))} |\n" for event in sorted(MAY)]
    return "| step | may be taken by |\n|---|---|\n" + "".join(rows)
