"""Estimators are unbiased, intervals hold, tests keep their size: by enumeration, by simulation."""

from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from itertools import combinations, permutations, product
from math import comb, exp, factorial, inf, sqrt
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitionkit.errors import InvalidValueError
from petitionkit.sampling.counts import DuplicatePolicy, SampleCount, WholeFileCount, merged
from petitionkit.sampling.decision import Sufficiency
from petitionkit.sampling.estimators import (
    estimate,
    estimated_pairs,
    standard_error,
    variance,
    weight,
    whole_file_estimate,
    whole_file_standard_error,
    whole_file_variance,
)
from petitionkit.sampling.intervals import bonferroni, limits, mover
from petitionkit.sampling.planning import lines_for_decision, lines_for_margin, lines_for_share
from petitionkit.sampling.sequential import Alpha, Sprt
from petitionkit.sampling.significance import exact_test, fixed_looks, interval_test, split_test
from petitionkit.sampling.tails import (
    hypergeometric_limits,
    hypergeometric_tails,
    poisson_limits,
    poisson_tails,
)

Petition = list[str | None]


def refused(make: Callable[[], object]) -> list[str]:
    with pytest.raises(InvalidValueError) as caught:
        make()
    return [f"{one.field} {one.code}" for one in caught.value.problems]


def seen(sample: tuple[str | None, ...], universe: int) -> SampleCount:
    sizes = Counter(Counter(person for person in sample if person).values())
    return SampleCount(
        universe=universe,
        drawn=len(sample),
        seen=tuple(sizes[n] for n in range(1, len(sample) + 1)),
    )


def looked_up(sample: tuple[str | None, ...], petition: Petition) -> WholeFileCount:
    sizes = Counter(petition.count(person) for person in sample if person)
    return WholeFileCount(
        universe=len(petition),
        drawn=len(sample),
        lines=tuple(sizes[n] for n in range(1, len(petition) + 1)),
    )


petitions = st.lists(st.sampled_from(["a", "b", "c", "d", None]), min_size=4, max_size=8)


@given(petitions, st.integers(3, 8), st.sampled_from(DuplicatePolicy))
def test_the_estimator_is_unbiased_up_to_its_depth_over_every_sample(
    petition: Petition, drawn: int, policy: DuplicatePolicy
) -> None:
    drawn = min(drawn, len(petition))
    times = Counter(person for person in petition if person)
    if max(times.values(), default=0) > 3:
        return
    truth = sum(policy.counted(n) for n in times.values())
    samples = list(combinations(petition, drawn))
    whole = [whole_file_estimate(looked_up(s, petition), policy=policy) for s in samples]
    assert sum(whole) == truth * len(samples)
    found = [estimate(seen(s, len(petition)), policy=policy, depth=3) for s in samples]
    assert sum(found) == truth * len(samples)


@given(st.integers(0, 2), st.integers(0, 3), st.integers(0, 2), st.integers(2, 8))
def test_the_pair_estimator_and_its_variance_are_exact_over_every_sample(
    pairs: int, singles: int, invalid: int, drawn: int
) -> None:
    petition: Petition = [f"p{n % pairs}" for n in range(2 * pairs)]
    petition += [*(f"s{n}" for n in range(singles)), *[None] * invalid]
    if len(petition) < 2:
        return
    drawn = min(drawn, len(petition))
    samples = list(combinations(petition, drawn))
    found = [estimate(seen(sample, len(petition))) for sample in samples]
    mean = Fraction(sum(found), len(samples))
    assert mean == pairs + singles
    spread = sum((one - mean) ** 2 for one in found) / Fraction(len(samples))
    made = variance(len(petition), drawn, valid_lines=2 * pairs + singles, pairs=pairs)
    assert made.total == spread
    whole = [whole_file_estimate(looked_up(sample, petition)) for sample in samples]
    assert whole_file_variance(
        len(petition), drawn, valid_lines=2 * pairs + singles, pairs=pairs
    ) == sum((one - mean) ** 2 for one in whole) / Fraction(len(samples))


def test_the_pair_estimator_errs_on_the_low_side_where_somebody_signs_three_times() -> None:
    petition: Petition = ["a", "a", "a", "b", None]
    samples = [seen(s, 5) for s in combinations(petition, 3)]
    assert Fraction(sum(map(estimate, samples)), len(samples)) == 1  # two persons; one less


def test_strata_add_up() -> None:
    one = SampleCount.of_lines(universe=100, drawn=50, valid_lines=40, pairs=2)
    two = SampleCount.of_lines(universe=40, drawn=40, valid_lines=30, pairs=1)
    assert estimate(one, two) == estimate(one) + estimate(two)
    assert estimate(two) == 29
    assert standard_error(one, two) == standard_error(one)
    assert mover(one, two).lower == pytest.approx(mover(one).lower + 29)
    assert refused(lambda: merged([one, two])) == ["counts sample.one_stratum"]
    assert merged([one]) is one


def test_a_whole_file_standard_error_is_that_of_a_mean() -> None:
    count = WholeFileCount(universe=100, drawn=4, lines=(2, 1))
    values = [Fraction(1), Fraction(1), Fraction(1, 2), Fraction(0)]
    mean = Fraction(sum(values), 4)
    spread = sum((v - mean) ** 2 for v in values) / 3
    assert whole_file_standard_error(count) == pytest.approx(sqrt(100**2 / 4 * spread * 0.96))
    census = WholeFileCount(universe=4, drawn=4, lines=(2, 2))
    assert whole_file_standard_error(census) == 0
    assert whole_file_estimate(census) == 3
    alone = WholeFileCount(universe=4, drawn=1, lines=(1,))
    assert refused(lambda: whole_file_standard_error(alone)) == ["drawn sample.too_small"]


# What no sample can be


@pytest.mark.parametrize(
    ("make", "problems"),
    [
        (lambda: SampleCount(universe=-1, drawn=0, seen=()),
         ["universe negative", "drawn not_positive"]),
        (lambda: SampleCount(universe=5, drawn=6, seen=()), ["drawn sample.more_than_all"]),
        (lambda: SampleCount(universe=5, drawn=5, seen=(1, -1)), ["seen.2 negative"]),
        (lambda: SampleCount(universe=5, drawn=3, seen=(2, 1)), ["seen sample.more_valid"]),
        (lambda: SampleCount.of_lines(universe=5, drawn=3, valid_lines=1, pairs=1),
         ["pairs sample.more_pairs"]),
        (lambda: SampleCount.of_lines(universe=5, drawn=3, valid_lines=1, pairs=-1),
         ["pairs negative"]),
        (lambda: SampleCount.of_lines(universe=5, drawn=3, valid_lines=-1), ["seen.1 negative"]),
        (lambda: WholeFileCount(universe=5, drawn=3, lines=(4,)), ["seen sample.more_valid"]),
        (lambda: weight(5, 1), ["drawn sample.too_small"]),
        (lambda: mover(SampleCount(universe=5, drawn=3, seen=()), confidence=1),
         ["confidence out_of_range"]),
        (lambda: limits(SampleCount(universe=5, drawn=3, seen=()), 0), ["tail out_of_range"]),
        (lambda: split_test(SampleCount(universe=5, drawn=3, seen=()), 0),
         ["required not_positive"]),
        (lambda: fixed_looks(SampleCount(universe=5, drawn=3, seen=()), 1, looks=0),
         ["looks not_positive"]),
        (lambda: lines_for_share(1, margin=0.1), ["universe sample.too_small"]),
        (lambda: lines_for_margin(10, validity=2, margin=1), ["validity out_of_range"]),
        (lambda: lines_for_margin(10, validity=0.5, margin=0), ["margin not_positive"]),
        (lambda: lines_for_decision(10, required=5, expected=5), ["expected out_of_range"]),
        (lambda: Sprt(bad=0.8, good=0.7), ["good out_of_range"]),
        (lambda: Sprt(bad=0.7, good=0.8, alpha=0.5, beta=0.5), ["beta out_of_range"]),
        (lambda: Sprt(bad=0.7, good=0.8).mean_lines(0.75), ["share out_of_range"]),
        (lambda: Alpha(universe=5, null_total=5, guess=0.5), ["null_total out_of_range"]),
        (lambda: Alpha(universe=5, null_total=2, guess=0.5, trust=0), ["trust not_positive"]),
        (lambda: Alpha(universe=2, null_total=1, guess=0.5).path([False] * 3),
         ["lines sample.more_than_all"]),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_what_and_where(
    make: Callable[[], object], problems: list[str]
) -> None:
    assert refused(make) == problems


def test_counts_tell_lines_persons_duplicates_and_pairs_apart() -> None:
    count = SampleCount(universe=100, drawn=20, seen=(5, 2, 1, 0))
    assert count.seen == (5, 2, 1)
    assert (count.valid_lines, count.valid_persons, count.duplicates) == (12, 8, 4)
    assert (count.pairs, count.invalid) == (5, 8)
    assert [count.counted(p) for p in DuplicatePolicy] == [8, 5, 12]
    assert SampleCount.of_persons(universe=9, drawn=6, valid=4, duplicates=1).seen == (3, 1)


# Tails against exact sums


@given(st.integers(2, 40), st.data())
def test_hypergeometric_tails_are_those_of_exact_fractions(
    universe: int, data: st.DataObject
) -> None:
    valid = data.draw(st.integers(0, universe))
    drawn = data.draw(st.integers(1, universe))
    hits = data.draw(st.integers(0, drawn))
    ways = [comb(valid, k) * comb(universe - valid, drawn - k) for k in range(drawn + 1)]
    below, above = hypergeometric_tails(universe=universe, valid=valid, drawn=drawn, seen=hits)
    assert below == pytest.approx(sum(ways[: hits + 1]) / sum(ways), abs=1e-12)
    assert above == pytest.approx(sum(ways[hits:]) / sum(ways), abs=1e-12)


@given(st.integers(2, 25), st.data())
def test_hypergeometric_limits_are_the_first_and_last_that_are_not_excluded(
    universe: int, data: st.DataObject
) -> None:
    drawn = data.draw(st.integers(1, universe))
    hits = data.draw(st.integers(0, drawn))

    def share(valid: int, low: int, high: int) -> float:
        ways = [comb(valid, k) * comb(universe - valid, drawn - k) for k in range(drawn + 1)]
        return sum(ways[low:high]) / sum(ways)

    fit = range(hits, universe - drawn + hits + 1)
    lower = min(v for v in fit if share(v, hits, drawn + 1) > 0.05)
    upper = max(v for v in fit if share(v, 0, hits + 1) > 0.05)
    assert hypergeometric_limits(universe=universe, drawn=drawn, seen=hits, tail=0.05) == (
        lower,
        upper,
    )


@given(st.integers(0, 30), st.floats(0.01, 30))
def test_poisson_tails_are_those_of_the_series(hits: int, mean: float) -> None:
    below = sum(exp(-mean) * mean**k / factorial(k) for k in range(hits + 1))
    last = exp(-mean) * mean**hits / factorial(hits)
    found = poisson_tails(mean=mean, seen=hits)
    assert found == pytest.approx((below, 1 - below + last), abs=1e-9)


@given(st.integers(0, 200), st.floats(0.001, 0.4))
def test_poisson_limits_are_where_the_tails_cross(hits: int, tail: float) -> None:
    lower, upper = poisson_limits(hits, tail)
    assert lower <= hits < upper
    assert poisson_tails(mean=upper, seen=hits)[0] == pytest.approx(tail)
    if hits:
        assert poisson_tails(mean=lower, seen=hits)[1] == pytest.approx(tail)


# Size and coverage, exact on small petitions and by simulation on larger ones


@pytest.mark.parametrize("short", [0, 3])
def test_of_petitions_just_short_at_most_alpha_is_certified_over_every_sample(short: int) -> None:
    universe, drawn, required = 60, 20, 30
    wrongly = Fraction(0)
    valid = required - 1 - short
    for hits in range(drawn + 1):
        count = SampleCount.of_lines(universe=universe, drawn=drawn, valid_lines=hits)
        ways = comb(valid, hits) * comb(universe - valid, drawn - hits)
        if exact_test(count, required, 0.1).answer is Sufficiency.SUFFICIENT:
            wrongly += Fraction(ways, comb(universe, drawn))
    assert wrongly <= Fraction(1, 10)


def test_the_exact_tests_chances_are_those_of_one_short_and_of_just_enough() -> None:
    universe, drawn, required, hits = 60, 20, 30, 12
    count = SampleCount.of_lines(universe=universe, drawn=drawn, valid_lines=hits)
    made = exact_test(count, required)

    def chance(valid: int, values: range) -> Fraction:
        ways = sum(comb(valid, k) * comb(universe - valid, drawn - k) for k in values)
        return Fraction(ways, comb(universe, drawn))

    short, enough = (made.figure(f"chance_if_{name}") for name in ("one_short", "just_enough"))
    assert short == pytest.approx(float(chance(required - 1, range(hits, drawn + 1))))
    assert enough == pytest.approx(float(chance(required, range(hits + 1))))


def poisson_mean(hits: int, level: float) -> float:
    """The mean under which at most so many have just that chance, by halving the series."""
    low, high = 0.0, 100.0
    for _ in range(60):
        mean = (low + high) / 2
        below = sum(exp(-mean) * mean**k / factorial(k) for k in range(hits + 1))
        low, high = (mean, high) if below > level else (low, mean)
    return high


@given(st.integers(20, 120), st.sampled_from([0.05, 0.4]), st.data())
def test_the_split_test_is_berger_and_booss_by_exact_fractions(
    universe: int, alpha: float, data: st.DataObject
) -> None:
    drawn = data.draw(st.integers(10, universe - 1))
    hits = data.draw(st.integers(0, drawn))
    pairs = data.draw(st.integers(0, min(hits // 2, 4)))
    required = data.draw(st.integers(1, universe))
    each = universe * (universe - 1) / (drawn * (drawn - 1))
    most = int(each * poisson_mean(pairs, alpha / 2))
    fewest = int(each * poisson_mean(pairs - 1, 1 - alpha / 2)) if pairs else 0

    def chance(valid: int, values: range) -> Fraction:
        valid = min(valid, universe)
        ways = sum(comb(valid, k) * comb(universe - valid, drawn - k) for k in values)
        return Fraction(ways, comb(universe, drawn))

    certifies = chance(required - 1 + most, range(hits, drawn + 1)) <= alpha / 2
    rejects = required + fewest > universe or (
        chance(required + fewest, range(hits + 1)) <= alpha / 2
    )
    # Where the bound on pairs leaves more lines than there are, none can be certified.
    certifies = certifies and required + most <= universe
    count = SampleCount.of_lines(universe=universe, drawn=drawn, valid_lines=hits, pairs=pairs)
    expected = {(True, False): "sufficient", (False, True): "insufficient"}
    answer = split_test(count, required, alpha).answer
    assert answer == expected.get((certifies, rejects), "inconclusive")


def test_bonferroni_gives_each_of_its_four_limits_a_quarter() -> None:
    count = SampleCount.of_lines(universe=4000, drawn=400, valid_lines=300, pairs=5)
    made, found = bonferroni(count, 0.9), limits(count, 0.025)
    assert made.lower == found.lines_lower - found.pairs_upper
    assert made.upper == found.lines_upper - found.pairs_lower


def test_over_one_stratum_the_interval_test_reads_alpha_on_either_side() -> None:
    count = SampleCount.of_lines(universe=4000, drawn=400, valid_lines=300, pairs=5)
    made, found = interval_test(count, required=1, alpha=0.05), mover(count, confidence=0.9)
    assert made.figure("lower_limit") == pytest.approx(found.lower)
    assert made.figure("upper_limit") == pytest.approx(found.upper)


def draws(petition: Petition, drawn: int, times: int, seed: int) -> list[SampleCount]:
    random = Random(seed)
    return [seen(tuple(random.sample(petition, drawn)), len(petition)) for _ in range(times)]


def petition_of(valid_lines: int, pairs: int, universe: int) -> Petition:
    made: Petition = [f"p{n % pairs}" for n in range(2 * pairs)]
    made += [f"s{n}" for n in range(valid_lines - 2 * pairs)]
    return made + [None] * (universe - valid_lines)


@pytest.mark.parametrize(("pairs", "drawn"), [(0, 200), (60, 200), (200, 2000)])
def test_intervals_hold_and_tests_keep_their_size_by_simulation(
    pairs: int, drawn: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # How many lines would decide takes longest and changes no answer.
    monkeypatch.setattr("petitionkit.sampling.significance._needed", lambda *_: 0)
    # 100 draws: at a true 95 % fewer than 87 hold with a chance below 1 in 1,000.
    universe, valid_lines = 4000, 3000
    truth = valid_lines - pairs
    counts = draws(petition_of(valid_lines, pairs, universe), drawn, 100, seed=pairs + drawn)
    made = list(map(cache(mover), counts))
    assert sum(one.lower <= truth <= one.upper for one in made) >= 87
    wide = list(map(cache(bonferroni), counts))
    assert sum(one.lower <= truth <= one.upper for one in wide) >= 87
    # At 5 % more than 13 of 100 are wrong with a chance below 1 in 1,000.
    judged = cache(split_test)
    answers = [judged(one, truth + 1).answer for one in counts]
    assert answers.count(Sufficiency.SUFFICIENT) <= 13
    answers = [judged(one, truth).answer for one in counts]
    assert answers.count(Sufficiency.INSUFFICIENT) <= 13
    found = [float(estimate(one)) for one in counts]
    spread = sqrt(variance(universe, drawn, valid_lines=valid_lines, pairs=pairs).total)
    assert abs(sum(found) / len(found) - truth) < 4 * spread / sqrt(len(found))


def test_a_statistical_answer_says_enough_too_few_or_how_many_lines_more() -> None:
    def of(valid: int, pairs: int = 0, drawn: int = 1000, universe: int = 20_000) -> SampleCount:
        return SampleCount.of_lines(universe=universe, drawn=drawn, valid_lines=valid, pairs=pairs)

    assert exact_test(of(900), 17_000).answer is Sufficiency.SUFFICIENT
    assert exact_test(of(800), 17_000).answer is Sufficiency.INSUFFICIENT
    assert exact_test(of(850), 17_000).answer is Sufficiency.INCONCLUSIVE
    assert exact_test(of(1000), 20_001).answer is Sufficiency.INSUFFICIENT
    assert split_test(of(900), 12_000).answer is Sufficiency.SUFFICIENT
    assert split_test(of(800), 17_000).answer is Sufficiency.INSUFFICIENT
    unsure = split_test(of(900, 2), 16_500)
    assert unsure.answer is Sufficiency.INCONCLUSIVE
    needed = int(unsure.figure("drawn_needed"))
    assert 1000 < needed < 20_000
    share = round(estimated_pairs(of(900, 2)) / weight(20_000, needed))
    larger = of(round(Fraction(9 * needed, 10)), share, drawn=needed)
    assert split_test(larger, 16_500).answer is Sufficiency.SUFFICIENT
    assert split_test(of(4, universe=9, drawn=8), 5).figure("drawn_needed") == 9
    assert fixed_looks(of(900), 12_000, looks=2).rule == "the split test at 0.025"
    strata = (of(900), of(800))
    assert interval_test(*strata, required=24_000).answer is Sufficiency.SUFFICIENT
    assert interval_test(*strata, required=36_000).answer is Sufficiency.INSUFFICIENT
    assert interval_test(*strata, required=34_000).answer is Sufficiency.INCONCLUSIVE


def test_one_pair_in_a_few_lines_asks_for_a_larger_sample_and_does_not_fail() -> None:
    count = SampleCount.of_lines(universe=14, drawn=7, valid_lines=4, pairs=2)
    unsure = split_test(count, 5)
    assert unsure.answer is Sufficiency.INCONCLUSIVE
    assert 7 < unsure.figure("drawn_needed") <= 14


def test_where_all_lines_were_drawn_nothing_is_left_to_chance() -> None:
    count = SampleCount.of_lines(universe=50, drawn=50, valid_lines=40, pairs=3)
    made = mover(count)
    assert (made.lower, made.upper) == (37, 37)
    assert split_test(count, 37).answer is Sufficiency.SUFFICIENT
    assert split_test(count, 38).answer is Sufficiency.INSUFFICIENT


def test_a_planned_sample_is_the_smallest_that_does_it() -> None:
    def error(drawn: int, lines: int) -> float:
        return sqrt(variance(10_000, drawn, valid_lines=lines, pairs=100).total)

    drawn = lines_for_margin(10_000, validity=0.8, duplicate_share=0.01, margin=300)
    assert 1.959964 * error(drawn, 8000) <= 300 < 1.959964 * error(drawn - 1, 8000)
    drawn = lines_for_decision(10_000, required=7000, expected=7500, duplicate_share=0.01)

    def gap(drawn: int) -> float:
        return 1.644854 * (error(drawn, 7100) + error(drawn, 7600))

    assert gap(drawn) <= 500 < gap(drawn - 1)


# Sequential


def test_wrong_certificates_of_alpha_are_rare_over_every_order_of_lines() -> None:
    universe, valid = 12, 6
    for test in (
        Alpha(universe=universe, null_total=valid, guess=0.8, alpha=0.1),
        Alpha(universe=universe, null_total=valid, guess=0.8, alpha=0.1, trust=5),
    ):
        wrong = sum(
            test.decide(n in chosen for n in range(universe)) is Sufficiency.SUFFICIENT
            for chosen in combinations(range(universe), valid)
        )
        assert wrong <= 0.1 * comb(universe, valid)


@given(st.integers(2, 12), st.data())
def test_alphas_evidence_is_a_fair_bet_if_the_petition_has_just_the_nulls_total(
    universe: int, data: st.DataObject
) -> None:
    valid = data.draw(st.integers(0, universe - 1))
    trust = data.draw(st.sampled_from([None, 3.0]))
    guess = data.draw(st.floats(0.01, 0.99))
    test = Alpha(universe=universe, null_total=valid, guess=guess, trust=trust)
    looks = data.draw(st.integers(1, universe))
    orders = list(combinations(range(universe), valid))
    total = sum(test.path([n in one for n in range(universe)])[looks - 1] for one in orders)
    assert total / len(orders) == pytest.approx(1)


@given(st.lists(st.integers(0, 4), min_size=1, max_size=3), st.data())
def test_alphas_evidence_is_a_fair_bet_too_where_lines_count_for_shares(
    quarters: list[int], data: st.DataObject
) -> None:
    # One line makes the total whole, and one that counts for nothing keeps it below all lines.
    worths = [Fraction(one, 4) for one in (*quarters, -sum(quarters) % 4, 0)]
    trust = data.draw(st.sampled_from([None, 3.0]))
    guess = data.draw(st.floats(0.01, 0.99))
    test = Alpha(universe=len(worths), null_total=int(sum(worths)), guess=guess, trust=trust)
    looks = data.draw(st.integers(0, len(worths) - 1))
    orders = list(permutations(worths))
    assert sum(test.path(one)[looks] for one in orders) / len(orders) == pytest.approx(1)


def test_who_expects_less_than_the_null_bets_nothing() -> None:
    assert Alpha(universe=10, null_total=8, guess=0.3).path([True, False]) == (1.0, 1.0)


def test_lines_that_count_for_shares_certify_as_whole_ones_do() -> None:
    test = Alpha(universe=1000, null_total=500, guess=0.7)
    assert test.path([1, 0, True]) == test.path([Fraction(1), Fraction(0), Fraction(1)])
    assert test.decide([Fraction(1), Fraction(1, 2)] * 60) is Sufficiency.SUFFICIENT
    assert test.decide([Fraction(1, 2)] * 300) is Sufficiency.INCONCLUSIVE
    assert refused(lambda: test.path([0.5, 2])) == ["lines.2 out_of_range"]


def test_alpha_is_certain_once_more_lines_are_valid_than_the_null_has() -> None:
    test = Alpha(universe=4, null_total=1, guess=0.9)
    assert test.path([True, False, True, True])[1:] == (test.path([True, False])[1], inf, inf)
    assert test.decide([False]) is Sufficiency.INCONCLUSIVE
    whole = Alpha(universe=3, null_total=2, guess=0.9)
    assert whole.path([False, True, True]) == (whole.path([False])[0],) * 1 + (
        whole.path([False])[0],
        whole.path([False])[0],
    )
    assert whole.path([False, False])[1] == 0


def test_wald_errs_about_as_rarely_as_it_says_by_simulation() -> None:
    test, random = Sprt(bad=0.6, good=0.8), Random(11)
    for share, wrong in ((0.6, Sufficiency.SUFFICIENT), (0.8, Sufficiency.INSUFFICIENT)):
        answers = [test.decide(random.random() < share for _ in range(2000)) for _ in range(400)]
        assert answers.count(wrong) <= 36  # 5 % of 400, and 3.7 deviations
        assert answers.count(Sufficiency.INCONCLUSIVE) == 0
    assert test.decide([]) is Sufficiency.INCONCLUSIVE


def test_wald_stops_at_the_soonest_line_that_decides_and_not_before() -> None:
    test = Sprt(bad=0.7, good=0.75, alpha=0.01, beta=0.2)
    for valid, soonest, answer in (
        (True, test.soonest_certified, Sufficiency.SUFFICIENT),
        (False, test.soonest_rejected, Sufficiency.INSUFFICIENT),
    ):
        assert test.decide([valid] * soonest) is answer
        assert test.decide([valid] * (soonest - 1)) is Sufficiency.INCONCLUSIVE


def test_every_pattern_of_three_verdicts_moves_wald_by_its_steps() -> None:
    test = Sprt(bad=0.1, good=0.9, alpha=0.01, beta=0.01)
    for lines in product([True, False], repeat=3):
        total = sum(test.step_valid if one else test.step_invalid for one in lines)
        if abs(total) > test.upper:
            assert test.decide(lines) is (
                Sufficiency.SUFFICIENT if total > 0 else Sufficiency.INSUFFICIENT
            )
