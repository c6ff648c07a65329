"""Write the diagram and the table of lifecycle.md: ``python docs/lifecycle_tables.py``."""

from pathlib import Path

from petitionkit.facts import State
from petitionkit.lifecycle import MAY, TRANSITIONS

PAGE = Path(__file__).with_name("lifecycle.md")
BEGIN = "<!-- {}: begin -->\n"
END = "<!-- {}: end -->"


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


def filled(page: str) -> str:
    """The page with both written anew."""
    for mark, made in (("diagram", diagram()), ("capacities", capacities())):
        begin, end = BEGIN.format(mark), END.format(mark)
        head, _, rest = page.partition(begin)
        _, _, tail = rest.partition(end)
        page = f"{head}{begin}{made}{end}{tail}"
    return page


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text("utf-8")), "utf-8")
