"""Lines are drawn so that anybody can draw them again, go out, and come back with verdicts."""

import hashlib
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitionkit.errors import InvalidValueError, UnreadableFileError
from petitionkit.paper.reasons import LineReason
from petitionkit.sampling.counts import DuplicatePolicy
from petitionkit.sampling.drawing import Drawing, draw, draw_strata, rank
from petitionkit.sampling.verdicts import Verdict, look_up, tabulate, tabulate_strata, worths
from petitionkit.sampling.worksheet import read_worksheet, verify, worksheet_text

LINES = [f"S-{sheet}:{number}" for sheet in range(1, 11) for number in range(1, 11)]
DRAWN = draw(LINES, seed="2026-11-03", size=10)

ids = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9:.-]{0,10}", fullmatch=True)


def refused(make: Callable[[], object]) -> list[str]:
    with pytest.raises(InvalidValueError) as caught:
        make()
    return [f"{one.field} {one.code}" for one in caught.value.problems]


def all_valid(drawing: Drawing = DRAWN) -> list[Verdict]:
    return [Verdict(line=line) for line in drawing.lines]


def test_the_order_is_that_of_sha_256_over_seed_and_id() -> None:
    expected = sorted(LINES, key=lambda line: hashlib.sha256(f"2026-11-03{line}".encode()).digest())
    assert DRAWN.lines == tuple(expected[:10])
    assert rank("a", "b") == hashlib.sha256(b"ab").hexdigest()


@given(st.sets(ids, min_size=2), st.data())
def test_a_samples_prefix_is_a_sample_and_the_order_of_lines_changes_nothing(
    lines: set[str], data: st.DataObject
) -> None:
    larger = data.draw(st.integers(1, len(lines)))
    smaller = data.draw(st.integers(1, larger))
    shuffled = data.draw(st.permutations(sorted(lines)))
    whole = draw(sorted(lines), seed="s", size=larger)
    part = draw(shuffled, seed="s", size=smaller)
    assert part.lines == whole.lines[:smaller]
    assert part.digest == whole.digest
    assert set(whole.lines) <= lines


def test_every_line_is_drawn_about_equally_often() -> None:
    draws = 2000
    times = dict.fromkeys(LINES, 0)
    for seed in range(draws):
        for line in draw(LINES, seed=str(seed), size=10).lines:
            times[line] += 1
    # 200 each on the average, with a deviation of 13.4: five of those in either direction.
    assert all(133 <= n <= 267 for n in times.values())


def test_bad_lines_seeds_and_sizes_are_refused_with_what_and_where() -> None:
    assert refused(lambda: draw(["a", "=b", "a"], seed="", size=4, stratum="\n")) == [
        "seed line_id",
        "stratum line_id",
        "lines.2 line_id",
        "lines.3 repeated",
        "size sample.more_than_all",
    ]
    assert refused(lambda: draw(["a"], seed="s", size=0)) == ["size not_positive"]


def test_strata_are_drawn_apart() -> None:
    strata = {"b": ["b1", "b2", "b3"], "a": ["a1", "a2"]}
    first, second = draw_strata(strata, seed="s", sizes={"a": 1, "b": 2})
    assert (first.stratum, first.universe, len(first.lines)) == ("a", 2, 1)
    assert second == draw(strata["b"], seed="s", size=2, stratum="b")
    assert refused(
        lambda: draw_strata(
            {"a": ["x"], "b": ["x"], "c": ["y"]}, seed="s", sizes={"a": 2, "b": 1, "d": 1}
        )
    ) == [
        "sizes.c required",
        "sizes.d unknown_key",
        "a.size sample.more_than_all",
        "b.lines repeated",
    ]


# Verdicts


def test_totals_add_up_to_the_lines_drawn_and_count_persons() -> None:
    one, two, three, four, *rest = DRAWN.lines
    verdicts = [
        Verdict(line=one, person="p", times=2),
        Verdict(line=two, person="p", reason="duplicate", times=2),
        Verdict(line=three, person="q", times=3),
        Verdict(line=four, reason=LineReason.NOT_REGISTERED, person="p"),
        *(Verdict(line=line, times=1) for line in rest),
    ]
    made = tabulate(DRAWN, verdicts)
    assert made.totals == (("valid", 8), ("duplicate", 1), ("not_registered", 1))
    assert made.count.seen == (7, 1)
    assert made.whole_file is not None
    assert made.whole_file.lines == (6, 2, 1)
    assert tabulate(DRAWN, [Verdict(line=v.line) for v in verdicts]).whole_file is None
    unsure = [*verdicts[:-1], Verdict(line=verdicts[-1].line)]
    assert tabulate(DRAWN, unsure).whole_file is None


@given(st.permutations(range(10)))
def test_the_order_of_keying_never_changes_the_result(order: list[int]) -> None:
    reasons = [None, "duplicate", *[None] * 4, *["not_registered"] * 3, "withdrawn"]
    verdicts = [
        Verdict(line=line, reason=reason, person="p" if place < 2 else "")
        for place, (line, reason) in enumerate(zip(DRAWN.lines, reasons, strict=True))
    ]
    assert tabulate(DRAWN, [verdicts[n] for n in order]) == tabulate(DRAWN, verdicts)


def test_bad_verdicts_are_refused_with_what_and_where() -> None:
    first, second = DRAWN.lines[:2]
    bad = [*all_valid()[1:], Verdict(line=second), Verdict(line="S-9:99"), Verdict(line="x")]
    assert refused(lambda: tabulate(DRAWN, bad)) == [
        "verdicts sample.more_verdicts",
        "verdicts.10 repeated",
        "verdicts.11 sample.not_drawn",
        "verdicts.12 sample.not_drawn",
        f"lines.{first} sample.no_verdict",
    ]
    assert refused(lambda: Verdict(line="x", reason="ugly")) == ["reason unknown_choice"]
    assert refused(lambda: Verdict(line="x", reason="duplicate", times=-1)) == [
        "person required",
        "times negative",
    ]
    many = [
        Verdict(line=line, person="p", times=n)
        for line, n in zip(DRAWN.lines, [9, *[10] * 9], strict=True)
    ]
    assert refused(lambda: tabulate(DRAWN, many)) == [
        "verdicts.1 sample.more_persons",
        "verdicts.1.times out_of_range",
    ]


def test_verdicts_of_strata_go_to_their_own() -> None:
    drawings = draw_strata({"a": ["a1", "a2"], "b": ["b1"]}, seed="s", sizes={"a": 2, "b": 1})
    verdicts = [Verdict(line="b1"), Verdict(line="a1"), Verdict(line="a2", reason="withdrawn")]
    first, second = tabulate_strata(drawings, verdicts)
    assert (first.count.stratum, first.count.seen) == ("a", (1,))
    assert (second.count.stratum, second.count.seen) == ("b", (1,))
    assert refused(lambda: tabulate_strata(drawings, [*verdicts[1:], Verdict(line="c")])) == [
        "verdicts.3 sample.not_drawn",
        "b.lines.b1 sample.no_verdict",
    ]


# The whole keyed file


PERSONS = {line: line for line in LINES}


def test_looking_lines_up_in_the_whole_file_tells_how_often_their_signers_are_there() -> None:
    one, two, three, *rest = DRAWN.lines
    outside = next(line for line in LINES if line not in DRAWN.lines)
    persons = PERSONS | {one: "p", two: "p", outside: "p", three: "q"}
    verdicts = [Verdict(line=line) for line in (one, two)]
    verdicts += [Verdict(line=three, reason="not_registered", person="q")]
    verdicts += [Verdict(line=line) for line in rest]
    made = look_up(verdicts, persons)
    assert [(v.person, v.times) for v in made[:3]] == [("p", 3), ("p", 3), ("q", 0)]
    whole = tabulate(DRAWN, made).whole_file
    assert whole is not None
    assert whole.lines == (7, 0, 2)
    shares = [Fraction(1, 3), Fraction(1, 3), Fraction(0), *[Fraction(1)] * 7]
    assert list(worths(DRAWN, made[::-1])) == shares
    rejected = worths(DRAWN, made, DuplicatePolicy.REJECT_ALL)
    assert [float(one) for one in rejected] == [0, 0, 0, *[1] * 7]


def test_a_line_that_is_not_in_the_file_or_somebody_elses_there_is_refused() -> None:
    one, two, *rest = DRAWN.lines
    verdicts = [Verdict(line=one, person="7"), Verdict(line=two, person="7")]
    verdicts += [Verdict(line=line) for line in rest]
    persons = {line: line for line in LINES if line != rest[0]}
    assert refused(lambda: look_up(verdicts, persons)) == [
        "verdicts.2.person sample.other_person",
        "verdicts.3.person required",
    ]
    assert refused(lambda: worths(DRAWN, verdicts))[:1] == ["verdicts.1.times required"]
    assert refused(lambda: worths(DRAWN, verdicts[1:])) == [f"lines.{one} sample.no_verdict"]


# Worksheets


def test_a_worksheet_comes_back_as_it_went_out_whatever_a_spreadsheet_does_to_it() -> None:
    verdicts = [
        Verdict(line=DRAWN.lines[0], person="-1", times=2),
        Verdict(line=DRAWN.lines[1], reason="duplicate", person="-1", times=2),
        *(Verdict(line=line, reason="not_registered") for line in DRAWN.lines[2:]),
    ]
    text = worksheet_text([DRAWN], verdicts)
    plain = read_worksheet(text)
    header, *rows = text.replace(",", ";").replace("-1;2", "'-1;2").splitlines()
    rows = [row.replace("not_registered", " Not Registered ") for row in reversed(rows)]
    messy = "\ufeff" + "\r\n".join([header.upper(), *rows, "", ";;;"])
    found = read_worksheet(messy)
    for sheet in (plain, found):
        verify(sheet, [DRAWN])
        assert tabulate(DRAWN, sheet.verdicts) == tabulate(DRAWN, verdicts)
    assert plain.verdicts == tuple(verdicts)


def test_a_larger_worksheet_goes_out_with_the_verdicts_of_the_smaller() -> None:
    larger = draw(LINES, seed=DRAWN.seed, size=12)
    rows = worksheet_text([larger], all_valid()).splitlines()
    assert [row.endswith("valid,,") for row in rows[1:]] == [True] * 10 + [False] * 2


def filled() -> str:
    return worksheet_text([DRAWN], all_valid())


@pytest.mark.parametrize(
    ("change", "problems"),
    [
        (lambda t: t.replace("2026-11-03", "2026-11-04"), ["sample.out_of_order"]),
        (lambda t: t.replace("2026-11-03", "other", 1), ["sample.other_seed"]),
        (lambda t: t.replace(",100,", ",99,", 1), ["sample.other_universe"]),
        (lambda t: t.replace(",100,", ",5,"), ["sample.more_than_all"]),
        (lambda t: t.replace(",100,", ",many,"), ["wrong_type"]),
        (lambda t: t.replace(",100,", ",0,"), ["not_positive"]),
        (lambda t: t + t.splitlines()[1] + "\n", ["sample.out_of_order", "repeated"]),
        (lambda t: t.replace("valid,,", ",,"), ["sample.no_verdict"]),
        (lambda t: t.replace("valid,,", "ugly,,", 1), ["unknown_choice"]),
        (lambda t: t.replace("valid,,", "duplicate,,", 1), ["required"]),
        (lambda t: t.replace("valid,,", f"valid,,{'9' * 13}", 1), ["wrong_type"]),
        (lambda t: t.replace(f",1,{DRAWN.lines[0]},", ",1,S-9:77,"), ["sample.out_of_order"]),
    ],
)
def test_a_worksheet_that_was_changed_is_refused_with_what_and_where(
    change: Callable[[str], str], problems: list[str]
) -> None:
    found = refused(lambda: read_worksheet(change(filled())))
    assert set(problems) <= {one.split()[-1] for one in found}, found
    assert all(one.startswith("line ") for one in found)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "worksheet.header"),
        ("a,b\n1,2\n", "worksheet.header"),
        (filled().splitlines()[0], "worksheet.empty"),
        (filled() + "one,two\n", "worksheet.ragged"),
        (filled() + '"' + "x" * 200_000, "worksheet.quotes"),
    ],
)
def test_what_is_no_worksheet_is_unreadable(text: str, code: str) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        read_worksheet(text)
    assert caught.value.problem_code == code


def test_a_worksheet_is_checked_against_the_lines_it_says_it_was_drawn_from() -> None:
    sheet = read_worksheet(filled())
    stratum = draw(LINES, seed="s", size=1, stratum="a")
    for drawings, codes in (
        ([draw(LINES, seed="other", size=10)], ["sample.other_seed"]),
        ([draw(LINES[1:], seed="2026-11-03", size=10)], ["sample.other_universe"]),
        ([draw(LINES, seed="2026-11-03", size=11)], ["sample.not_drawn"]),
        ([stratum], ["sample.not_drawn", "sample.no_verdict"]),
    ):
        found = refused(lambda given=drawings: verify(sheet, given))  # type: ignore[misc]
        assert [one.split()[-1] for one in found] == codes
