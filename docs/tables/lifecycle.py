"""The lifecycle, drawn and listed from its tables."""

from collections.abc import Iterator

from petitionkit.facts import State
from petitionkit.lifecycle import DRAFTED, MAY, TAKEN_DOWN, TRANSITIONS
from tables.drawing import Frame, Picture, Rectangle, Step, Way

RESTRICTED = TAKEN_DOWN | {State.REMOVED}
RUNNING = frozenset({State.OPEN, State.SUSPENDED, State.PAUSED})


def steps(*, restricted: bool) -> Iterator[Step]:
    """Steps between states: those of restrictions, or all others."""
    for state, row in TRANSITIONS.items():
        for event, to in row.items():
            if not isinstance(to, State) or to is state:
                continue
            if bool({state, to} & RESTRICTED) is restricted:
                yield state.value, event.value, to.value


def _named(states: frozenset[State]) -> frozenset[str]:
    return frozenset(state.value for state in states)


THE_WAY = Picture(
    size=(960, 540),
    states={
        "draft": (72, 215),
        "gathering": (370, 75),
        "awaiting_moderation": (370, 215),
        "held": (370, 355),
        "open": (690, 215),
        "suspended": (690, 75),
        "paused": (690, 355),
        "closed": (890, 215),
        "lapsed": (230, 490),
        "withdrawn": (690, 490),
    },
    frames=(
        Frame(
            title="before it opens", members=_named(DRAFTED), place=Rectangle(270, 215, 510, 400)
        ),
        Frame(title="running", members=_named(RUNNING), place=Rectangle(690, 215, 180, 400)),
    ),
    ways={
        ("draft", "gathering"): Way(bend=-50, at=0.55),
        ("gathering", "draft"): Way(bend=-30),
        ("draft", "awaiting_moderation"): Way(bend=-20),
        ("awaiting_moderation", "draft"): Way(bend=-20),
        ("held", "draft"): Way(bend=30),
        ("gathering", "awaiting_moderation"): Way(start=(335, 75), end=(335, 215), at=0.4),
        ("awaiting_moderation", "gathering"): Way(start=(402, 215), end=(402, 75), at=0.4),
        ("gathering", "held"): Way(bend=-235, start=(400, 75), end=(380, 360)),
        ("awaiting_moderation", "held"): Way(start=(388, 215), end=(388, 355), at=0.4),
        ("held", "awaiting_moderation"): Way(start=(352, 355), end=(352, 215), at=0.4),
        ("open", "suspended"): Way(start=(670, 215), end=(670, 75), at=0.35),
        ("suspended", "open"): Way(start=(712, 75), end=(712, 215), at=0.35),
        ("open", "paused"): Way(start=(670, 215), end=(670, 355), at=0.4),
        ("paused", "open"): Way(start=(712, 355), end=(712, 215), at=0.4),
        ("running", "closed"): Way(start=(690, 200), end=(890, 200)),
        ("closed", "open"): Way(start=(890, 228), end=(690, 228)),
        ("before it opens", "open"): Way(start=(270, 215), end=(690, 215)),
        ("before it opens", "lapsed"): Way(start=(230, 215)),
        ("before it opens", "withdrawn"): Way(start=(430, 350), bend=60),
    },
)

TAKING_DOWN = Picture(
    size=(960, 540),
    states={
        **{
            name: (150, 65 + 42 * row)
            for row, name in enumerate(
                ("draft", "gathering", "held", "awaiting_moderation", "open", "suspended", "paused")
            )
        },
        **{
            name: (150, 425 + 42 * row)
            for row, name in enumerate(("closed", "lapsed", "withdrawn"))
        },
        "rejected": (530, 120),
        "hidden": (530, 262),
        "removed": (850, 191),
    },
    frames=(
        Frame(
            title="before it is over",
            members=_named(DRAFTED | RUNNING),
            place=Rectangle(150, 185, 260, 340),
        ),
        Frame(
            title="over",
            members=_named(frozenset({State.CLOSED, State.LAPSED, State.WITHDRAWN})),
            place=Rectangle(150, 455, 260, 160),
        ),
        Frame(
            title="taken down",
            members=_named(TAKEN_DOWN - {State.REMOVED}),
            place=Rectangle(530, 185, 190, 240),
        ),
    ),
    ways={
        ("before it is over", "rejected"): Way(start=(150, 120), at=0.35),
        ("before it is over", "hidden"): Way(start=(150, 262), at=0.35),
        ("before it is over", "removed"): Way(start=(200, 60), bend=-175),
        ("over", "hidden"): Way(start=(240, 440), bend=30),
        ("over", "removed"): Way(start=(150, 480), bend=150, at=0.6),
        ("taken down", "awaiting_moderation"): Way(start=(530, 191), at=0.35),
        ("taken down", "removed"): Way(start=(530, 191)),
        ("rejected", "hidden"): Way(start=(508, 120), end=(508, 262), at=0.35),
        ("hidden", "rejected"): Way(start=(552, 262), end=(552, 120), at=0.35),
    },
)


def diagram() -> str:
    """The way of a petition that nobody takes down."""
    return THE_WAY.svg(
        "The states of a petition, and the steps between them", steps(restricted=False)
    )


def restrictions() -> str:
    """What takes a petition down, and what lifts that."""
    return TAKING_DOWN.svg(
        "What takes a petition down, and what lifts that", steps(restricted=True)
    )


def capacities() -> str:
    """Who may take which step."""
    rows = [f"| `{event}` | {', '.join(sorted(MAY[event]))} |\n" for event in sorted(MAY)]
    return "| step | may be taken by |\n|---|---|\n" + "".join(rows)
