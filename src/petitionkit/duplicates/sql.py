"""Rules compiled to SQL: the same questions, asked of tables.

Takes a rule set and a dialect and gives the texts of selects; the engines run them. A table of
rows has the columns of ``rows.Row``, lists as arrays, empty text for what is unknown. What a
question means is said in ``rules``; here it is only spelled. Texts are made from names of columns
and numbers, never from anybody's values.
"""

from collections.abc import Callable, Iterator
from functools import cache

from attrs import frozen

from petitionkit.duplicates.finder import Pair
from petitionkit.duplicates.rows import COLUMNS
from petitionkit.duplicates.rules import (
    OTHER,
    Begins,
    Blank,
    BlockingKey,
    Comparison,
    Condition,
    Every,
    Holds,
    OneSlip,
    PairRule,
    Question,
    RuleSet,
    Same,
    Shares,
    TwoLetters,
    fired,
    strongest,
)

__all__ = [
    "EngineDialect",
    "blocks_query",
    "candidates_query",
    "compared_query",
    "keyed_query",
    "met_query",
    "oversized_query",
    "pair_of",
    "proposals_query",
]


@frozen(kw_only=True)
class EngineDialect:
    """What SQL engines spell differently; templates take the place of ``{0}`` and ``{1}``.

    ``row`` names a row for the time of one run. ``block`` is a number of 64 bits for some values:
    rows of one number are paired only where the values are equal too, and two blocks that share
    a number by chance (one in millions of runs) would have their sizes added up for the cap.
    """

    row: str
    block: str
    plain: str
    one_slip: str
    two_letters: str
    starts_with: str
    shares: str
    has_all: str
    elements: str


def _both(column: str) -> tuple[str, str]:
    return f"l.{column}", f"r.{column}"


def _asked(question: Question, dialect: EngineDialect) -> str:
    def ask(inner: Question) -> str:
        return _asked(inner, dialect)

    match question:
        case Same(same=column, shortest=shortest):
            left, right = _both(column)
            return f"({left} = {right} AND length({left}) >= {shortest})"
        case OneSlip(one_slip=column, shortest=shortest):
            return _alike(dialect, dialect.one_slip, column, shortest, 1)
        case TwoLetters(two_letters=column, shortest=shortest):
            return _alike(dialect, dialect.two_letters, column, shortest, 2)
        case Begins():
            return _begins(question, dialect)
        case Shares(shares=column):
            return dialect.shares.format(*_both(column))
        case Holds(holds=column, at_least=at_least):
            left, right = _both(column)
            size = dialect.elements.format
            either_way = " OR ".join(
                dialect.has_all.format(*way) for way in ((left, right), (right, left))
            )
            return f"(least({size(left)}, {size(right)}) >= {at_least} AND ({either_way}))"
        case Blank(blank=column):
            left, right = _both(column)
            return f"({left} = '' OR {right} = '')"
        case Every(every=questions):
            return f"({' AND '.join(map(ask, questions))})"
    return f"({' OR '.join(map(ask, question.either))})"


def _alike(dialect: EngineDialect, template: str, column: str, shortest: int, letters: int) -> str:
    left, right = _both(column)
    return (
        f"(length({left}) >= {shortest} AND length({right}) >= {shortest}"
        f" AND abs(length({left}) - length({right})) <= {letters}"
        f" AND {dialect.plain.format(left)} AND {dialect.plain.format(right)}"
        f" AND {template.format(left, right)})"
    )


def _begins(question: Begins, dialect: EngineDialect) -> str:
    left, right = _both(question.begins)
    shorter = f"least(length({left}), length({right}))"
    bounds = f"{shorter} >= {question.shortest}"
    if question.longest:
        bounds += f" AND {shorter} <= {question.longest}"
    either_way = " OR ".join(
        dialect.starts_with.format(*way) for way in ((left, right), (right, left))
    )
    return f"({bounds} AND ({either_way}))"


def _level(comparison: Comparison, dialect: EngineDialect) -> str:
    """The number of the first level that holds, from 0; one more than the last for ``other``."""
    whens = " ".join(
        f"WHEN {_asked(level.when, dialect)} THEN {place}"
        for place, level in enumerate(comparison.levels)
    )
    return f"CASE {whens} ELSE {len(comparison.levels)} END" if whens else "0"


def _part(column: str, first: int, row: str) -> str:
    return f"substr({row}.{column}, 1, {first})" if first else f"{row}.{column}"


def _parts(key: BlockingKey, row: str) -> tuple[str, ...]:
    return tuple(_part(part.column, part.first, row) for part in key.parts)


def keyed_query(rule_set: RuleSet, dialect: EngineDialect, rows: str) -> str:
    """Select all columns of the table of rows, with a number for each of their blocks."""
    blocks = []
    for place, key in enumerate(rule_set.keys):
        parts = _parts(key, "t")
        given = " AND ".join(f"{part} <> ''" for part in parts)
        block = dialect.block.format(", ".join(parts))
        blocks.append(f"CASE WHEN {given} THEN {block} END AS block_{place}")
    columns = ", ".join(f"t.{column}" for column in COLUMNS)
    return f"SELECT {dialect.row} AS row_, {columns}, {', '.join(blocks)} FROM {rows} t"


def blocks_query(rule_set: RuleSet, place: int, keyed: str) -> str:
    """Select the blocks of a key that are to be compared."""
    return (
        f"SELECT block_{place} AS block_ FROM {keyed} WHERE block_{place} IS NOT NULL"
        f" GROUP BY block_{place} HAVING count(*) BETWEEN 2 AND {rule_set.keys[place].cap}"
    )


def oversized_query(rule_set: RuleSet, place: int, keyed: str) -> str:
    """Select values and sizes of a key's blocks above its cap."""
    key = rule_set.keys[place]
    parts = ", ".join(_parts(key, "t"))
    return (
        f"SELECT {parts}, count(*) FROM {keyed} t WHERE block_{place} IN (SELECT block_{place}"
        f" FROM {keyed} WHERE block_{place} IS NOT NULL GROUP BY block_{place}"
        f" HAVING count(*) > {key.cap}) GROUP BY {parts} HAVING count(*) > {key.cap}"
    )


def met_query(rule_set: RuleSet, place: int, keyed: str, blocks: str) -> str:
    """Select the pairs that meet by a key, each with the key's bit."""
    pairs = zip(*(_parts(rule_set.keys[place], row) for row in "lr"), strict=True)
    equal = " AND ".join(f"{left} = {right}" for left, right in pairs)
    columns = {"row_", "id", f"block_{place}", *(p.column for p in rule_set.keys[place].parts)}
    side = (
        f"(SELECT {', '.join(sorted(columns))} FROM {keyed}"
        f" WHERE block_{place} IN (SELECT block_ FROM {blocks}))"
    )
    return (
        f"SELECT l.row_ AS left_, r.row_ AS right_, CAST({1 << place} AS BIGINT) AS key_"
        f" FROM {side} l JOIN {side} r"
        f" ON l.block_{place} = r.block_{place} AND {equal} AND l.id < r.id"
    )


def candidates_query(met: str) -> str:
    """Select each pair once, with the sum of its keys' bits."""
    total = "CAST(sum(key_) AS BIGINT)"
    return f"SELECT left_, right_, {total} AS keys_ FROM {met} GROUP BY left_, right_"


def _holds(rule_set: RuleSet, condition: Condition) -> str:
    comparison = next(c for c in rule_set.comparisons if c.name == condition.of)
    names = (*(level.name for level in comparison.levels), OTHER)
    wanted = sorted(names.index(level) for level in condition.levels)
    return f"level_{rule_set.comparisons.index(comparison)} IN ({', '.join(map(str, wanted))})"


def _fires(rule_set: RuleSet, rule: PairRule) -> str:
    every = [_holds(rule_set, condition) for condition in rule.when]
    if rule.at_least:
        counted = " + ".join(
            f"CASE WHEN {_holds(rule_set, condition)} THEN 1 ELSE 0 END" for condition in rule.among
        )
        every.append(f"({counted}) >= {rule.at_least}")
    return f"({' AND '.join(every)})"


def compared_query(rule_set: RuleSet, dialect: EngineDialect, keyed: str, candidates: str) -> str:
    """Select the candidates: ids, bits of their keys, numbers of their levels."""
    levels = ", ".join(
        f"CAST({_level(comparison, dialect)} AS SMALLINT) AS level_{place}"
        for place, comparison in enumerate(rule_set.comparisons)
    )
    return (
        f"SELECT l.id AS left_id, r.id AS right_id, c.keys_, {levels} FROM {candidates} c"
        f" JOIN {keyed} l ON c.left_ = l.row_ JOIN {keyed} r ON c.right_ = r.row_"
    )


def proposals_query(rule_set: RuleSet, compared: str) -> str:
    """Select of the compared pairs those for which a rule fires."""
    fires = " OR ".join(_fires(rule_set, rule) for rule in rule_set.rules)
    return f"SELECT * FROM {compared} WHERE {fires}"


def pair_of(rule_set: RuleSet) -> Callable[[str, str, int, tuple[int, ...]], Pair]:
    """Make the function that turns a row of ``proposals_query`` into a pair."""

    @cache
    def verdict(keys: int, numbers: tuple[int, ...]) -> Pair:
        return _verdict(rule_set, keys, numbers)

    def pair(left: str, right: str, keys: int, numbers: tuple[int, ...]) -> Pair:
        found = verdict(keys, numbers)
        return Pair(
            left=left,
            right=right,
            tier=found.tier,
            rules=found.rules,
            keys=found.keys,
            levels=found.levels,
        )

    return pair


def _verdict(rule_set: RuleSet, keys: int, numbers: tuple[int, ...]) -> Pair:
    """What is alike for all pairs of these keys and levels, as a pair of nobody."""
    levels = tuple(_level_names(rule_set, numbers))
    rules = fired(rule_set, levels)
    tier = strongest(rules)
    assert tier is not None  # noqa: S101 (the query kept only what a rule proposes)
    return Pair(
        left="",
        right="",
        tier=tier,
        rules=tuple(rule.name for rule in rules),
        keys=tuple(key.name for bit, key in enumerate(rule_set.keys) if keys >> bit & 1),
        levels=levels,
    )


def _level_names(rule_set: RuleSet, numbers: tuple[int, ...]) -> Iterator[str]:
    for comparison, number in zip(rule_set.comparisons, numbers, strict=True):
        yield (*(level.name for level in comparison.levels), OTHER)[number]
