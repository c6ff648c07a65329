"""The finder: which pairs of rows are proposed, in plain Python.

An ``Index`` holds rows in blocks; ``add`` compares what is new with what is there and among
itself, so that each pair comes out once, whenever its second half arrives. Oversized blocks are
told, never compared. It proposes, and decides nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import attrgetter
from types import MappingProxyType

from attrs import field, frozen

from petitionkit.duplicates.rows import Row
from petitionkit.duplicates.rules import (
    OTHER,
    Begins,
    Blank,
    BlockingKey,
    Comparison,
    Every,
    Holds,
    OneSlip,
    Question,
    RuleSet,
    Same,
    Shares,
    Tier,
    TwoLetters,
    fired,
    strongest,
)
from petitionkit.duplicates.slips import one_slip, two_letters

__all__ = ["Index", "Oversized", "Pair", "Proposed", "find", "level_of"]

Asked = Callable[[Row, Row], bool]


@frozen(kw_only=True, order=True)
class Pair:
    """Two rows that a rule proposes; ``left`` is the lesser id.

    ``levels`` are in the order of the rule set's comparisons; ``keys`` name the blocking keys
    that met, ``rules`` those that fired, in the rule set's order.
    """

    left: str
    right: str
    tier: Tier
    rules: tuple[str, ...]
    keys: tuple[str, ...]
    levels: tuple[str, ...]


@frozen(kw_only=True, order=True)
class Oversized:
    """A block that was not compared: its key, its size; whose values they are is in no repr."""

    key: str
    values: tuple[str, ...] = field(repr=False)
    rows: int


@frozen(kw_only=True)
class Proposed:
    """What came out: proposals, in no order that means anything, and blocks left out."""

    pairs: tuple[Pair, ...]
    oversized: tuple[Oversized, ...] = ()


def _asked(question: Question) -> Asked:
    match question:
        case Same():
            get, shortest = attrgetter(question.same), question.shortest
            return lambda one, other: (left := get(one)) == get(other) and len(left) >= shortest
        case OneSlip():
            return _alike(one_slip, question.one_slip, question.shortest)
        case TwoLetters():
            return _alike(two_letters, question.two_letters, question.shortest)
        case Begins():
            return _begins(question)
        case Shares():
            get = attrgetter(question.shares)
            return lambda one, other: not set(get(one)).isdisjoint(get(other))
        case Holds():
            return _holds(question)
        case Blank():
            get = attrgetter(question.blank)
            return lambda one, other: not get(one) or not get(other)
        case Every():
            return _until(answer=False, asks=tuple(map(_asked, question.every)))
    return _until(answer=True, asks=tuple(map(_asked, question.either)))


def _until(*, answer: bool, asks: tuple[Asked, ...]) -> Asked:
    """Ask until one gives this answer, which is then that of all."""

    # A plain loop: this runs some millions of times, and ``any`` over a generator takes twice.
    def ask_all(one: Row, other: Row) -> bool:
        for ask in asks:
            if ask(one, other) is answer:
                return answer
        return not answer

    return ask_all


def _alike(same: Callable[[str, str], bool], column: str, shortest: int) -> Asked:
    get = attrgetter(column)

    def ask(one: Row, other: Row) -> bool:
        left, right = get(one), get(other)
        return (
            len(left) >= shortest
            and len(right) >= shortest
            and left.isascii()
            and right.isascii()
            and same(left, right)
        )

    return ask


def _begins(question: Begins) -> Asked:
    get = attrgetter(question.begins)
    shortest, longest = question.shortest, question.longest

    def ask(one: Row, other: Row) -> bool:
        short, long = sorted((get(one), get(other)), key=len)
        return (
            len(short) >= shortest
            and (not longest or len(short) <= longest)
            and bool(long.startswith(short))
        )

    return ask


def _holds(question: Holds) -> Asked:
    get, at_least = attrgetter(question.holds), question.at_least

    def ask(one: Row, other: Row) -> bool:
        few, many = sorted((get(one), get(other)), key=len)
        return len(few) >= at_least and set(many).issuperset(few)

    return ask


def level_of(comparison: Comparison) -> Callable[[Row, Row], str]:
    """Make the function that tells the level of two rows."""
    levels = tuple((level.name, _asked(level.when)) for level in comparison.levels)

    def tell(one: Row, other: Row) -> str:
        for name, ask in levels:
            if ask(one, other):
                return name
        return OTHER

    return tell


_BETWEEN = "\x1f"  # no row holds it: canonical text has no control characters


def _key_of(key: BlockingKey) -> Callable[[Row], str]:
    """Make the function that names a row's block in one text; empty where a part is blank."""
    parts = tuple((attrgetter(part.column), part.first or None) for part in key.parts)

    def tell(row: Row) -> str:
        values = [get(row)[:first] for get, first in parts]
        return "" if "" in values else _BETWEEN.join(values)

    return tell


class Index:
    """Rows in their blocks, to which new ones are added as they come.

    Not for several threads at once. A row whose id is there already is left alone: signatures
    do not change under their id.
    """

    def __init__(self, rule_set: RuleSet) -> None:
        """Begin with no rows."""
        self.rule_set = rule_set
        self._rows: dict[str, Row] = {}
        self._keyed: dict[str, tuple[str, ...]] = {}
        # Most blocks have one row for ever; only those with a second one get a list.
        self._alone: tuple[dict[str, Row], ...] = tuple({} for _ in rule_set.keys)
        self._blocks: tuple[dict[str, list[Row]], ...] = tuple({} for _ in rule_set.keys)
        self._key_of = tuple(map(_key_of, rule_set.keys))
        self._level_of = tuple(map(level_of, rule_set.comparisons))
        self._verdicts: dict[tuple[str, ...], tuple[Tier | None, tuple[str, ...]]] = {}

    @property
    def rows(self) -> Mapping[str, Row]:
        """All rows by id."""
        return MappingProxyType(self._rows)

    def add(self, rows: Iterable[Row]) -> Proposed:
        """Take rows in and tell the proposals that have one of them in it.

        A block counts as oversized by the rows that it has after all of these came in.
        """
        fresh = {row.id: row for row in rows if row.id not in self._rows}
        self._rows |= fresh
        touched: tuple[dict[str, None], ...] = tuple({} for _ in self._blocks)
        for row in fresh.values():
            values = tuple([key(row) for key in self._key_of])
            self._keyed[row.id] = values
            for place, value in enumerate(values):
                first = self._alone[place].setdefault(value, row) if value else row
                if first is not row:
                    self._blocks[place].setdefault(value, [first]).append(row)
                    touched[place][value] = None
        return Proposed(
            pairs=tuple(self._proposed(touched, fresh)), oversized=tuple(self._oversized(touched))
        )

    def _oversized(self, touched: tuple[dict[str, None], ...]) -> Iterator[Oversized]:
        for key, block, seen in zip(self.rule_set.keys, self._blocks, touched, strict=True):
            for value in seen:
                if len(block[value]) > key.cap:
                    values = tuple(value.split(_BETWEEN))
                    yield Oversized(key=key.name, values=values, rows=len(block[value]))

    def _proposed(
        self, touched: tuple[dict[str, None], ...], fresh: Mapping[str, Row]
    ) -> Iterator[Pair]:
        for place, seen in enumerate(touched):
            block, cap = self._blocks[place], self.rule_set.keys[place].cap
            for value in seen:
                members = block[value]
                if len(members) > cap:
                    continue
                # Rows are in a block in the order in which they came: those from before first.
                for position, one in enumerate(members):
                    if one.id in fresh:
                        for other in members[:position]:
                            if not self._met_before(one, other, place):
                                yield from self._compared(one, other)

    def _met_before(self, one: Row, other: Row, place: int) -> bool:
        left, right = self._keyed[one.id], self._keyed[other.id]
        for i in range(place):  # noqa: SIM110 (a plain loop: see _until)
            if left[i] == right[i] and self._meets(i, left[i]):
                return True
        return False

    def _meets(self, place: int, value: str) -> bool:
        """Whether a key's value, had by both rows, made them meet."""
        return value != "" and len(self._blocks[place][value]) <= self.rule_set.keys[place].cap

    def _compared(self, one: Row, other: Row) -> Iterator[Pair]:
        levels = tuple([tell(one, other) for tell in self._level_of])
        verdict = self._verdicts.get(levels)
        if verdict is None:
            rules = fired(self.rule_set, levels)
            verdict = strongest(rules), tuple(rule.name for rule in rules)
            self._verdicts[levels] = verdict
        tier, names = verdict
        if tier is not None:
            left, right = sorted((one.id, other.id))
            values = zip(self.rule_set.keys, self._keyed[left], self._keyed[right], strict=True)
            keys = tuple(
                key.name
                for place, (key, mine, yours) in enumerate(values)
                if mine == yours and self._meets(place, mine)
            )
            yield Pair(left=left, right=right, tier=tier, rules=names, keys=keys, levels=levels)


def find(rule_set: RuleSet, rows: Iterable[Row]) -> Proposed:
    """Compare all rows with each other, as far as a blocking key lets them meet."""
    return Index(rule_set).add(rows)
