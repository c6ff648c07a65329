"""Statutes as data, and the answers that they give."""

from collections.abc import Callable
from fractions import Fraction

import pytest
from attrs import evolve

from petitionkit.errors import InvalidValueError, NotFoundError
from petitionkit.sampling import statutes
from petitionkit.sampling.counts import SampleCount
from petitionkit.sampling.decision import Sufficiency, say_figure
from petitionkit.sampling.judging import decide, judge, project
from petitionkit.sampling.procedures import (
    ArizonaFiling,
    full_count,
    oregon_second_sample,
    ratio,
    washington,
)
from petitionkit.sampling.statute import Band, DrawSize


def of(valid: int, pairs: int = 0, *, drawn: int = 1000, universe: int = 20_000) -> SampleCount:
    return SampleCount.of_lines(universe=universe, drawn=drawn, valid_lines=valid, pairs=pairs)


@pytest.mark.parametrize("name", statutes.names())
def test_a_statute_says_where_it_was_read_when_and_how_sure_it_is(name: str) -> None:
    statute = statutes.load(name)
    assert statute.name == name
    assert statute.procedure is not None
    assert statute.sources
    assert statute.confidence
    assert statute.read_on.year >= 2026


FORMULAS = [n for n in statutes.names() + statutes.examples() if statutes.load(n).procedure]


@pytest.mark.parametrize("name", FORMULAS)
def test_an_answer_says_when_the_statute_was_read_and_all_that_was_assumed(name: str) -> None:
    statute = statutes.load(name)
    made = decide(statute, of(3200, drawn=4000), required=10_000)
    assert (made.read_on, made.assumed) == (statute.read_on, statute.assumptions)
    said = made.explain()
    assert all(one in said for one in (str(statute.read_on), *statute.assumptions))


def test_what_was_remembered_or_left_open_is_assumed_aloud() -> None:
    silent = {name for name in FORMULAS if not statutes.load(name).assumptions}
    # Read to the end as far as the sample goes, or (Michigan) never answering.
    assert silent == {"california", "south-dakota", "michigan"}


@pytest.mark.parametrize(
    ("name", "counted"), [("south-dakota", 800), ("maryland", 750), ("michigan", 700)]
)
def test_a_statute_counts_duplicates_by_its_own_policy(name: str, counted: int) -> None:
    made = decide(statutes.load(name), of(800, 50), required=16_000)
    assert made.figure("projected") == counted * 20


def test_arizona_takes_the_samples_lines_away_and_a_like_share_of_the_rest() -> None:
    # 1,000 of 20,000 drawn, 190 not valid and 10 further lines: 200 go, and a fifth of the rest.
    made = decide(statutes.load("arizona"), of(810, 10), required=15_840)
    assert made.figure("projected") == (20_000 - 200) * Fraction(4, 5) == 15_840
    assert made.answer is Sufficiency.SUFFICIENT
    assert decide(statutes.load("arizona"), of(810, 10), required=15_841).answer == "insufficient"


def test_a_petition_does_not_fail_where_the_statute_lets_none_fail_on_a_sample() -> None:
    colorado = statutes.load("colorado")
    few = of(400, drawn=4000)
    assert decide(colorado, few, required=16_000).answer is Sufficiency.INSUFFICIENT
    gentle = evolve(colorado, rejects=False)
    assert decide(gentle, few, required=16_000).answer is Sufficiency.FULL_COUNT


@pytest.mark.parametrize("name", statutes.examples())
def test_an_example_says_what_is_not_established(name: str) -> None:
    assert statutes.load(name).not_established


def test_the_statutes_that_were_read_are_there_and_no_others() -> None:
    assert len(statutes.names()) == 13
    assert not set(statutes.names()) & set(statutes.examples())
    with pytest.raises(NotFoundError, match="there are: arizona"):
        statutes.load("mars")


def test_washington_accepts_or_counts_and_never_rejects() -> None:
    statute = statutes.load("washington")
    assert not statute.rejects
    assert decide(statute, of(0), required=19_000).answer is Sufficiency.FULL_COUNT
    assert decide(statute, of(990), required=12_000).answer is Sufficiency.SUFFICIENT


@pytest.mark.parametrize(
    ("name", "required", "answer"),
    [
        ("california", 14_000, Sufficiency.SUFFICIENT),
        ("california", 16_000, Sufficiency.FULL_COUNT),
        ("california", 19_000, Sufficiency.INSUFFICIENT),
        ("california-in-lieu", 16_000, Sufficiency.INCONCLUSIVE),
        ("south-dakota", 16_000, Sufficiency.SUFFICIENT),
        ("south-dakota", 16_001, Sufficiency.INSUFFICIENT),
        ("oregon", 16_001, Sufficiency.LARGER_SAMPLE),
        ("new-zealand", 16_001, Sufficiency.SUFFICIENT),
        ("new-zealand", 17_000, Sufficiency.INSUFFICIENT),
    ],
)
def test_statutes_answer_by_their_own_limits(name: str, required: int, answer: Sufficiency) -> None:
    made = decide(statutes.load(name), of(800), required=required)
    assert made.answer is answer
    assert made.figure("required") == required
    assert made.explain()


def test_a_sample_smaller_than_the_statutes_asks_for_a_larger_one() -> None:
    made = decide(statutes.load("colorado"), of(800), required=16_000)
    assert made.answer is Sufficiency.LARGER_SAMPLE
    assert made.figures == (("drawn", 1000), ("needed", 4000))
    colorado = statutes.load("colorado")
    for drawn, answer in ((3999, Sufficiency.LARGER_SAMPLE), (4000, Sufficiency.SUFFICIENT)):
        assert decide(colorado, of(drawn, drawn=drawn), required=1000).answer is answer


def test_projections_of_strata_add_up_and_a_full_count_decides_itself() -> None:
    statute = statutes.load("illinois")
    counts = (of(800, drawn=2000), of(400, drawn=2000))
    made = decide(statute, *counts, required=10_000)
    assert made.figure("projected") == project(statute, *counts) == 12_000
    assert made.said == "presumed valid"
    whole = SampleCount.of_lines(universe=50, drawn=50, valid_lines=41, pairs=1)
    assert decide(statute, whole, required=40).answer is Sufficiency.SUFFICIENT
    assert decide(statute, whole, required=41).answer is Sufficiency.INSUFFICIENT
    anyone = statutes.load("south-dakota")
    assert decide(anyone, whole, required=41).answer is Sufficiency.SUFFICIENT


def test_new_zealands_petition_lapses_only_below_its_upper_limit() -> None:
    all_valid = of(1000)  # with no error at all the limit is the estimate, all 20,000
    statute = statutes.load("new-zealand")
    assert decide(statute, all_valid, required=20_000).answer is Sufficiency.SUFFICIENT
    assert decide(statute, all_valid, required=20_001).answer is Sufficiency.INSUFFICIENT


def test_both_answers_stand_side_by_side() -> None:
    opinion = judge(statutes.load("maryland"), of(800), required=15_000)
    assert opinion.legal.answer is Sufficiency.SUFFICIENT
    assert opinion.statistical.answer is Sufficiency.INCONCLUSIVE
    assert not opinion.agree
    assert opinion.estimate == 16_000
    assert judge(statutes.load("illinois"), *(of(800, drawn=2000),) * 2, required=100_000).agree


def test_oregon_rejects_only_after_two_samples_the_second_larger() -> None:
    few, more = of(300), of(600, drawn=2000)
    assert oregon_second_sample(None, few, 9000).answer is Sufficiency.LARGER_SAMPLE
    assert oregon_second_sample(few, more, 9000).answer is Sufficiency.INSUFFICIENT
    assert oregon_second_sample(of(900), more, 9000).answer is Sufficiency.LARGER_SAMPLE
    assert oregon_second_sample(few, more, 6000).answer is Sufficiency.SUFFICIENT


def refused(make: Callable[[], object]) -> list[str]:
    with pytest.raises(InvalidValueError) as caught:
        make()
    return [f"{one.field} {one.code}" for one in caught.value.problems]


def filing(**changed: int) -> ArizonaFiling:
    given = {"eligible": 10, "removed_by_secretary": 0, "found_ineligible": 0}
    return ArizonaFiling(**{**given, "sample": 5, "sample_invalid": 1, **changed})


@pytest.mark.parametrize(
    ("make", "problems"),
    [
        (lambda: decide(statutes.load("florida"), of(1), required=1),
         ["procedure sample.no_formula"]),
        (lambda: decide(statutes.load("maryland"), required=1), ["counts required"]),
        (lambda: decide(statutes.load("maryland"), of(1), required=0), ["required not_positive"]),
        (lambda: decide(statutes.load("washington"), of(1), of(1), required=1),
         ["counts sample.one_stratum"]),
        (lambda: statutes.load("maryland").sample_size(0), ["universe not_positive"]),
        (lambda: washington(of(1), 0), ["required not_positive"]),
        (lambda: oregon_second_sample(of(1), of(1), 1), ["combined sample.too_small"]),
        (lambda: Band(fails=">1%", passes=">2%"), ["fails wrong_type"]),
        (lambda: Band(fails="<=2%", passes=">=2%"), ["passes out_of_range"]),
        (lambda: Band(fails="<3%", passes=">2%"), ["passes out_of_range"]),
        (lambda: DrawSize(share="many"), ["share wrong_type"]),
        (lambda: filing(eligible=-1, sample=0, sample_invalid=1),
         ["eligible negative", "sample not_positive", "sample.more_than_all"]),
        (lambda: filing(sample=11), ["sample sample.more_than_all"]),
        (lambda: filing(found_ineligible=11), ["found_ineligible out_of_range"]),
        (lambda: full_count(submitted=0, accepted=-1, required=1),
         ["accepted negative", "submitted not_positive"]),
        (lambda: full_count(submitted=1, accepted=2, required=1),
         ["accepted sample.more_valid"]),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_what_and_where(
    make: Callable[[], object], problems: list[str]
) -> None:
    found = refused(make)
    assert len(found) >= len(problems)
    assert all(any(want in one for one in found) for want in problems)


def test_figures_are_said_as_people_write_them() -> None:
    assert [say_figure(n) for n in (Fraction(4, 2), 1234, 0.5, 1234.56, 2.5e6)] == [
        *("2", "1,234", "0.5000", "1,234.6", "2,500,000"),
    ]
    assert ratio(of(800)).figures == (("valid_in_sample", 800),)
