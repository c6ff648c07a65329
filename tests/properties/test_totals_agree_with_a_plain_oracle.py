from datetime import timedelta

from attrs import evolve
from hypothesis import example, given, settings
from hypothesis import strategies as st

from petitionkit.counting import total
from petitionkit.petition import CountEffect, DeclaredCount
from petitionkit.tally import Count, Tally
from samples import T0, opened, petition

COUNTS = st.builds(
    DeclaredCount,
    counter=st.sampled_from(["supporters", "persons"]),
    amount=st.integers(0, 50),
    source=st.sampled_from(["paper", "stall", "authority"]),
    as_of=st.integers(0, 4).map(lambda n: T0 + timedelta(hours=n)),
    recorded_at=st.just(T0),
    effect=st.sampled_from(CountEffect),
)


def _oracle(signatures: int, counts: list[DeclaredCount], counter: str) -> int:
    """The sentences of the docstrings, one by one."""
    in_force = []
    for place, one in enumerate(counts):
        later = any(
            other.counter == one.counter
            and other.source == one.source
            and (other.as_of, j) > (one.as_of, place)
            for j, other in enumerate(counts)
        )
        if one.counter == counter and not later:
            in_force.append((one.as_of, place, one.effect.value, one.amount))
    base = signatures
    for _, _, effect, amount in sorted(in_force):
        if effect == "replaces":
            base = amount
    for _, _, effect, amount in in_force:
        if effect == "adds":
            base += amount
    for _, _, effect, amount in in_force:
        if effect == "larger_of" and amount > base:
            base = amount
    return base


def _count(amount: int, source: str, hour: int) -> DeclaredCount:
    return DeclaredCount(
        counter="supporters",
        amount=amount,
        source=source,
        as_of=T0 + timedelta(hours=hour),
        recorded_at=T0,
        effect=CountEffect.REPLACES,
    )


@given(st.integers(0, 60), st.lists(COUNTS, max_size=8))
@settings(max_examples=500)
@example(5, [_count(1, "paper", 0), _count(2, "stall", 1), _count(3, "paper", 2)])
def test_a_total_is_what_the_plain_oracle_adds_up(
    signatures: int, counts: list[DeclaredCount]
) -> None:
    known = evolve(petition(opened()), declared=tuple(counts))
    tally = Tally(counts=(Count(counter="supporters", amount=signatures),))
    assert total(known, tally, "supporters") == _oracle(signatures, counts, "supporters")
    assert total(known, tally, "persons") == _oracle(0, counts, "persons")
