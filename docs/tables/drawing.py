"""Draws states and the steps between them as SVG that needs no script and no network.

It knows nothing of petitions: it is given where each state stands, which states are framed
together, and how an arrow bends. A step that everything in a frame can take is one arrow from
the frame.
"""

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from math import hypot

from attrs import field, frozen

Point = tuple[float, float]
Step = tuple[str, str, str]
"""From where, by what, whither."""

STEP_HEIGHT = 34
LETTER = 7.4
"""How wide a letter of the pictures is, about."""

STYLE = """\
text { font: 14px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #1b2430; }
.state rect { fill: #eaf1fb; stroke: #2f5fa8; stroke-width: 1.5; }
.state text { text-anchor: middle; font-weight: 600; font-size: 13px; }
.frame rect { fill: #fafbfc; stroke: #9aa5b4; stroke-dasharray: 5 4; }
.frame text { fill: #566172; font-family: system-ui, sans-serif; }
.step path { fill: none; stroke: #566172; stroke-width: 1.5; marker-end: url(#head); }
.step text { text-anchor: middle; font-size: 12px; paint-order: stroke; stroke: #fff;
  stroke-width: 5px; stroke-linejoin: round; }
"""


@frozen
class Rectangle:
    """A part of a picture, by its middle and its size."""

    x: float
    y: float
    width: float
    height: float

    def holds(self, point: Point, gap: float = 0) -> bool:
        """Whether a point is inside, or nearer to the edge than the gap."""
        across, down = abs(point[0] - self.x), abs(point[1] - self.y)
        return across < self.width / 2 + gap and down < self.height / 2 + gap

    def meets(self, other: "Rectangle") -> bool:
        """Whether the two lie over each other."""
        wide, high = (self.width + other.width) / 2, (self.height + other.height) / 2
        return abs(self.x - other.x) < wide and abs(self.y - other.y) < high

    def svg(self, round_by: int) -> str:
        """The rectangle itself."""
        left, top = self.x - self.width / 2, self.y - self.height / 2
        return (
            f'<rect x="{left:g}" y="{top:g}" width="{self.width:g}" height="{self.height:g}"'
            f' rx="{round_by}"/>'
        )


@frozen(kw_only=True)
class Frame:
    """States that are drawn together, with what they can all do."""

    title: str
    members: frozenset[str]
    place: Rectangle


@frozen(kw_only=True)
class Way:
    """How an arrow goes: how far it bends to its right, whence, and where its words stand."""

    bend: float = 0
    start: Point | None = None
    end: Point | None = None
    at: float = 0.5


@frozen(kw_only=True)
class Arrow:
    """Steps from one place to another; ``names`` are the states that may take them."""

    source: str
    to: str
    events: tuple[str, ...]
    names: tuple[str, ...]


@frozen(kw_only=True)
class Picture:
    """States at their places, frames around them, and the ways of arrows."""

    size: tuple[int, int]
    states: Mapping[str, Point]
    frames: tuple[Frame, ...] = ()
    ways: Mapping[tuple[str, str], Way] = field(factory=dict)

    def arrows(self, steps: Iterable[Step]) -> list[Arrow]:
        """The steps, those of a whole frame as one and those of the same way together."""
        left = sorted(steps)
        found: dict[tuple[str, str], tuple[list[str], set[str]]] = {}
        for frame in self.frames:
            leads = {(by, to) for _, by, to in left if to not in frame.members}
            for by, to in sorted(leads):
                shared = {(one, by, to) for one in frame.members}
                if shared <= set(left):
                    left = [step for step in left if step not in shared]
                    events, names = found.setdefault((frame.title, to), ([], set()))
                    events.append(by)
                    names |= frame.members
        for state, by, to in left:
            events, names = found.setdefault((state, to), ([], set()))
            events.append(by)
            names.add(state)
        return [
            Arrow(source=source, to=to, events=tuple(events), names=tuple(sorted(names)))
            for (source, to), (events, names) in found.items()
        ]

    def place(self, name: str) -> Rectangle:
        """Where a state or a frame stands."""
        for frame in self.frames:
            if frame.title == name:
                return frame.place
        x, y = self.states[name]
        return Rectangle(x, y, len(name) * 8 + 22, STEP_HEIGHT)

    def curve(self, arrow: Arrow) -> list[Point]:
        """The points of an arrow, from edge to edge."""
        way = self.ways.get((arrow.source, arrow.to), Way())
        source, to = self.place(arrow.source), self.place(arrow.to)
        begin, end = way.start or (source.x, source.y), way.end or (to.x, to.y)
        length = hypot(end[0] - begin[0], end[1] - begin[1])
        right = ((begin[1] - end[1]) / length, (end[0] - begin[0]) / length)
        middle = tuple(
            (a + b) / 2 + way.bend * r for a, b, r in zip(begin, end, right, strict=True)
        )
        points = [_on(begin, (middle[0], middle[1]), end, step / 100) for step in range(101)]
        return [one for one in points if not (source.holds(one) or to.holds(one, 3))]

    def words(self, arrow: Arrow) -> Rectangle:
        """Where the words of an arrow stand."""
        points = self.curve(arrow)
        way = self.ways.get((arrow.source, arrow.to), Way())
        x, y = points[round(way.at * (len(points) - 1))]
        width = max(map(len, arrow.events)) * LETTER
        return Rectangle(x, y, width, 15.0 * len(arrow.events))

    def svg(self, title: str, steps: Iterable[Step]) -> str:
        """The picture."""
        width, height = self.size
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">\n'
            f"<title>{escape(title)}</title>\n<style>\n{STYLE}</style>\n"
            '<marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8"'
            ' markerHeight="8" orient="auto"><path d="M0 0L10 5L0 10z" fill="#566172"/></marker>\n'
            f'<rect width="{width}" height="{height}" rx="8" fill="#fff"/>\n'
            + "".join(self._parts(self.arrows(steps)))
            + "</svg>\n"
        )

    def _parts(self, arrows: list[Arrow]) -> Iterator[str]:
        for frame in self.frames:
            x, y = frame.place.x - frame.place.width / 2, frame.place.y - frame.place.height / 2
            said = f'<text x="{x + 12:g}" y="{y + 20:g}">{escape(frame.title)}</text>'
            yield f'<g class="frame">{frame.place.svg(10)}{said}</g>\n'
        for name in self.states:
            here = self.place(name)
            said = f'<text x="{here.x:g}" y="{here.y + 5:g}">{escape(name)}</text>'
            yield f'<g class="state">{here.svg(6)}{said}</g>\n'
        for arrow in arrows:
            yield self._arrow(arrow)

    def _arrow(self, arrow: Arrow) -> str:
        points, words = self.curve(arrow), self.words(arrow)
        drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in (*points[:-1:4], points[-1]))
        top = words.y - words.height / 2
        said = "".join(
            f'<text x="{words.x:.1f}" y="{top + 11.5 + 15 * place:.1f}">{escape(event)}</text>'
            for place, event in enumerate(arrow.events)
        )
        tells = f"{', '.join(arrow.names)} → {arrow.to}: {', '.join(arrow.events)}"
        return f'<g class="step"><title>{tells}</title><path d="M{drawn}"/>{said}</g>\n'


def _on(begin: Point, middle: Point, end: Point, part: float) -> Point:
    a, b, c = (1 - part) ** 2, 2 * part * (1 - part), part**2
    return (
        a * begin[0] + b * middle[0] + c * end[0],
        a * begin[1] + b * middle[1] + c * end[1],
    )
