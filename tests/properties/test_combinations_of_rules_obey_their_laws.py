"""All, any and k-of as lattice operations over instants, and monotone in what they look at."""

from datetime import datetime, timedelta
from fractions import Fraction
from itertools import combinations

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from petitionkit.conditions import Known, holds_from
from petitionkit.counting import region_counter, within_counter
from petitionkit.facts import Event, Fact
from petitionkit.parties import AuthorRole
from petitionkit.petition import CountEffect, DeclaredCount
from petitionkit.rules import (
    All,
    AnyOf,
    AtLeast,
    Counted,
    Found,
    Regions,
    Rounding,
    Rule,
    Share,
    share_of,
    walk,
)
from petitionkit.tally import LevelReading, Tally
from petitionkit.testing.strategies import PARAMETER, REGIONS, living_rules
from samples import DAY, HOUR, POLICY, T0, fact, opened, petition

hours = st.integers(0, 24 * 9).map(lambda n: T0 + n * HOUR)
_events = st.one_of(
    st.builds(
        lambda at, value: evolve(
            fact(Event.FOUND, at, subject="victory"), numbers=(("value", value),)
        ),
        hours,
        st.integers(0, 3),
    ),
    hours.map(lambda at: fact(Event.ANSWERED, at)),
    hours.map(lambda at: fact(Event.AUTHOR_ACCEPTED, at, subject="ada", rule=AuthorRole.INITIATOR)),
)
PINNED = evolve(fact(Event.POLICY_PINNED, T0), numbers=((PARAMETER, 20),))
BASE = (PINNED, opened())


def _readings(times: list[datetime], rule: Rule) -> Tally:
    """Every level that rules of a life name, reached at the n-th of the times."""
    ordered = sorted(times)
    names = [
        "supporters",
        *(region_counter("supporters", region) for region in REGIONS),
        *(
            within_counter(one.count, one.within)
            for one in walk(rule)
            if isinstance(one, Counted) and one.within
        ),
    ]
    levels = tuple(
        LevelReading(
            counter=name,
            level=level,
            reached_at=ordered[level - 1] if level <= len(ordered) else None,
            since=T0,
        )
        for name in sorted(set(names))
        for level in range(1, 6)
    )
    return Tally(levels=levels, latest=max(times, default=None))


def known(facts: list[Fact], times: list[datetime], rule: Rule) -> Known:
    return Known(petition=petition(*BASE, *facts), policy=POLICY, tally=_readings(times, rule))


FACTS = st.lists(_events, max_size=4)
TIMES = st.lists(hours, max_size=5)
SEVERAL = st.lists(living_rules(), min_size=1, max_size=4).map(tuple)


@given(SEVERAL, FACTS, TIMES)
@settings(max_examples=200)
def test_all_is_n_of_n_and_any_is_one_of_n(
    parts: tuple[Rule, ...], facts: list[Fact], times: list[datetime]
) -> None:
    seen = known(facts, times, All(all=parts))
    every = AtLeast(at_least=len(parts), of=parts)
    assert holds_from(All(all=parts), seen) == holds_from(every, seen)
    one = AtLeast(at_least=1, of=parts)
    assert holds_from(AnyOf(any=parts), seen) == holds_from(one, seen)


@given(SEVERAL, FACTS, TIMES)
@settings(max_examples=200)
def test_all_is_the_last_part_any_the_first_and_k_of_the_best_k(
    parts: tuple[Rule, ...], facts: list[Fact], times: list[datetime]
) -> None:
    seen = known(facts, times, All(all=parts))
    never = datetime.max.replace(tzinfo=T0.tzinfo)
    alone = [holds_from(part, seen) or never for part in parts]
    for k in range(1, len(parts) + 1):
        # Of all ways to pick k parts, the one that is through first.
        best = min(max(picked) for picked in combinations(alone, k))
        assert (holds_from(AtLeast(at_least=k, of=parts), seen) or never) == best


@given(SEVERAL, st.randoms(use_true_random=False), FACTS, TIMES)
@settings(max_examples=200)
def test_order_and_grouping_do_not_matter(
    parts: tuple[Rule, ...], random: object, facts: list[Fact], times: list[datetime]
) -> None:
    seen = known(facts, times, All(all=parts))
    shuffled = list(parts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    mixed = tuple(shuffled)
    assert holds_from(All(all=mixed), seen) == holds_from(All(all=parts), seen)
    assert holds_from(AnyOf(any=mixed), seen) == holds_from(AnyOf(any=parts), seen)
    for k in range(1, len(parts) + 1):
        one, other = AtLeast(at_least=k, of=mixed), AtLeast(at_least=k, of=parts)
        assert holds_from(one, seen) == holds_from(other, seen)
    if len(parts) > 1:
        nested_all = All(all=(All(all=parts[:1]), All(all=parts[1:])))
        nested_any = AnyOf(any=(AnyOf(any=parts[:1]), AnyOf(any=parts[1:])))
        assert holds_from(nested_all, seen) == holds_from(All(all=parts), seen)
        assert holds_from(nested_any, seen) == holds_from(AnyOf(any=parts), seen)


@given(living_rules(), living_rules(), FACTS, TIMES)
@settings(max_examples=200)
def test_saying_a_rule_twice_adds_nothing_and_each_absorbs_the_other(
    rule: Rule, other: Rule, facts: list[Fact], times: list[datetime]
) -> None:
    seen = known(facts, times, All(all=(rule, other)))
    plain = holds_from(rule, seen)
    assert holds_from(All(all=(rule, rule)), seen) == plain
    assert holds_from(AnyOf(any=(rule, rule)), seen) == plain
    assert holds_from(All(all=(rule, AnyOf(any=(rule, other)))), seen) == plain
    assert holds_from(AnyOf(any=(rule, All(all=(rule, other)))), seen) == plain


def _not_later(after: datetime | None, before: datetime | None) -> bool:
    return before is None or (after is not None and after <= before)


@given(living_rules(), FACTS, TIMES, _events, hours)
@settings(max_examples=300)
def test_more_signatures_and_findings_never_make_a_rule_fail_or_hold_later(
    rule: Rule, facts: list[Fact], times: list[datetime], one_more: Fact, signed: datetime
) -> None:
    before = holds_from(rule, known(facts, times, rule))
    with_fact = holds_from(rule, known([*facts, one_more], times, rule))
    with_signature = holds_from(rule, known(facts, [*times, signed], rule))
    assert _not_later(with_fact, before)
    assert _not_later(with_signature, before)


@given(living_rules(), FACTS, TIMES, st.integers(1, 4), hours)
@settings(max_examples=200)
def test_a_declared_count_of_today_never_makes_a_rule_fail(
    rule: Rule, facts: list[Fact], times: list[datetime], amount: int, as_of: datetime
) -> None:
    seen = known(facts, times, rule)
    declared = DeclaredCount(
        counter="supporters",
        amount=amount,
        source="paper",
        as_of=as_of,
        recorded_at=as_of,
        effect=CountEffect.ADDS,
    )
    # The store reads what the paper leaves over from the same instants.
    moved = evolve(seen, petition=evolve(seen.petition, declared=(declared,)))
    if holds_from(rule, seen) is not None:
        assert holds_from(rule, moved) is not None


@given(
    st.dictionaries(st.sampled_from("abcdefg"), st.integers(1, 3), min_size=1),
    st.integers(0, 10),
    st.integers(1, 3),
    st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 30)), max_size=60),
)
@settings(max_examples=300)
def test_k_of_n_regions_agrees_with_counting_after_each_signature(
    weights: dict[str, int], drawn: int, factor: int, signed: list[tuple[str, int]]
) -> None:
    k = 1 + drawn % len(weights)
    rule = Regions(regions=k, weights=tuple(weights.items()), factor=factor)
    in_order = sorted(signed, key=lambda one: one[1])
    expected = None
    counts = dict.fromkeys("abcdefgh", 0)
    for region, hour in in_order:
        counts[region] += 1
        met = [name for name, weight in weights.items() if counts[name] >= weight * factor]
        if len(met) >= k:
            expected = T0 + hour * HOUR
            break
    levels = []
    for name, weight in weights.items():
        own = [hour for region, hour in in_order if region == name]
        least = weight * factor
        at = T0 + own[least - 1] * HOUR if len(own) >= least else None
        levels.append(
            LevelReading(counter=region_counter("supporters", name), level=least, reached_at=at)
        )
    seen = Known(petition=petition(opened()), policy=POLICY, tally=Tally(levels=tuple(levels)))
    assert holds_from(rule, seen) == expected


@given(
    st.integers(1, 10**4).flatmap(lambda n: st.tuples(st.integers(1, n), st.just(n))),
    st.integers(1, 10**9),
)
@settings(max_examples=300)
def test_a_share_is_rounded_like_whole_numbers_say(part: tuple[int, int], people: int) -> None:
    up, down = part
    whole, rest = divmod(up * people, down)

    def found(rounding: Rounding) -> int:
        return share_of(Share(share=f"{up}/{down}", of="people", rounding=rounding), people)

    assert found(Rounding.DOWN) == whole
    assert found(Rounding.UP) == whole + (1 if rest else 0)
    assert found(Rounding.HALF_UP) == whole + (1 if 2 * rest >= down else 0)


@given(st.integers(1, 10_000), st.integers(1, 10**9), st.sampled_from(Rounding))
@settings(max_examples=200)
def test_a_share_is_the_same_however_it_is_written(
    basis_points: int, people: int, rounding: Rounding
) -> None:
    whole, hundredths = divmod(basis_points, 100)
    ways = [
        f"{basis_points}/10000",
        f"{whole}.{hundredths:02} %",
        f" {whole}.{hundredths:02}% ",
        f"{basis_points // 10000}.{basis_points % 10000:04}",
    ]
    found = {share_of(Share(share=s, of="p", rounding=rounding), people) for s in ways}
    assert len(found) == 1
    exact = Fraction(basis_points * people, 10_000)
    assert abs(found.pop() - exact) < 1


@given(living_rules())
def test_walking_finds_every_rule_within(rule: Rule) -> None:
    def parts(one: Rule) -> list[Rule]:
        match one:
            case All(all=inner) | AnyOf(any=inner) | AtLeast(of=inner):
                return [one, *(found for part in inner for found in parts(part))]
            case _:
                return [one]

    assert list(walk(rule)) == parts(rule)


def test_a_finding_without_a_number_counts_as_one() -> None:
    seen = known([fact(Event.FOUND, T0 + DAY, subject="victory")], [], Found(finding="victory"))
    assert holds_from(Found(finding="victory"), seen) == T0 + DAY
    assert holds_from(Found(finding="victory", value=2), seen) is None
    assert timedelta(days=1) == DAY
