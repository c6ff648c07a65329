"""However a roll is cut into batches, stopped, begun again or shuffled, the end is the same."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from attrs import asdict, evolve
from hypothesis import given
from hypothesis import strategies as st
from roll_samples import Seen, take, write_roll

from petitionkit.civil import instant_text
from petitionkit.clauses import Threshold
from petitionkit.formats.roll import RollLine
from petitionkit.formats.roll_intake import RollReport
from samples import DAY, POLICY, Office

Row = tuple[str, ...]

RULES = evolve(POLICY, thresholds=tuple(Threshold(key=f"at-{n}", level=n) for n in (1, 2, 3, 5, 8)))

names = st.sampled_from(["Anna Berg", "ANNA BERG", "Ben", "", "=cmd", "山田 太郎"])
addresses = st.sampled_from(
    [
        *("a@example.org", "A+x@Example.org", "b@example.org"),
        *("c.d@gmail.com", "cd@googlemail.com", "", "", "no-at.example.org"),
    ]
)
dates = st.sampled_from(
    [
        *("2026-03-01", "2026-03-02", "2026-03-02T08:00Z", "2026-03-09T10:00:00.000001Z"),
        *("2026-03-20", "2026-02-01", "2027-01-01", "", "soon"),
    ]
)
dirty_rows = st.lists(
    st.tuples(names, addresses, dates) | st.just(("ragged",)) | st.just(("", "", "")), max_size=20
)
# One spelling a person, so that it makes no difference which of two lines comes first.
people: list[Row] = [
    (f"Person {n}", f"p{n}@example.org" if n % 3 else "", f"2026-03-{n + 2:02}") for n in range(12)
]


class StopError(Exception):
    """What stops a run under test."""


def stopping_at(line: int) -> Callable[[Iterator[RollLine]], Iterator[RollLine]]:
    def wrap(lines: Iterator[RollLine]) -> Iterator[RollLine]:
        for seen, each in enumerate(lines):
            if seen == line:
                raise StopError
            yield each

    return wrap


def office() -> Office:
    fresh = Office(policy=RULES).publish()
    fresh.clock.go(25 * DAY)
    return fresh


def facts(of: Office) -> list[dict[str, Any]]:
    found = [asdict(fact) for fact in of.desk.petition(of.id).facts]
    return [{key: value for key, value in fact.items() if key != "recorded_at"} for fact in found]


def everything(of: Office) -> object:
    """All that can be read from the store, except when it was written down."""
    notices = [(n.kind, n.petition_id, n.attempt_id, n.at, n.subject) for n in of.desk.notices()]
    signatures = of.store.signatures(of.id, limit=1000)
    return signatures, of.store.tally(of.id), facts(of), notices, of.store.claim_keys()


def same(report: RollReport, other: RollReport) -> bool:
    """Whether two runs report the same, apart from what an earlier run has done."""
    return evolve(report, again=0) == evolve(other, again=0)


def clean_run(path: Path, rows: Sequence[Row]) -> tuple[Office, RollReport, Seen]:
    clean = office()
    report, seen = take(clean, write_roll(path, rows))
    return clean, report, seen


@given(rows=dirty_rows, batch=st.integers(1, 25))
def test_the_size_of_batches_changes_nothing(rows: list[Row], batch: int) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "roll.csv"
        clean, report, seen = clean_run(path, rows)
        other = office()
        assert take(other, write_roll(path, rows), batch=batch) == (report, seen)
        assert everything(other) == everything(clean)


@given(
    rows=dirty_rows,
    batches=st.lists(st.integers(1, 6), min_size=1, max_size=4),
    stops=st.lists(st.integers(0, 20), min_size=1, max_size=4),
)
def test_a_run_that_was_stopped_and_begun_again_ends_like_a_clean_one(
    rows: list[Row], batches: list[int], stops: list[int]
) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "roll.csv"
        clean, report, seen = clean_run(path, rows)
        other = office()
        roll = write_roll(path, rows)
        for batch, stop in zip(batches, stops, strict=False):
            try:
                take(other, roll, batch=batch, wrap=stopping_at(stop))
            except StopError:
                continue
        last, last_seen = take(other, roll)
        assert same(last, report)
        assert last_seen == seen
        assert everything(other) == everything(clean)


@given(
    chosen=st.lists(st.sampled_from(people), max_size=20).flatmap(
        lambda rows: st.tuples(st.just(rows), st.permutations(rows))
    )
)
def test_a_shuffled_roll_ends_with_the_same_signatures_counts_and_thresholds(
    chosen: tuple[list[Row], list[Row]],
) -> None:
    rows, shuffled = chosen

    def content(of: Office) -> object:
        signed = [numbered.signature for numbered in of.store.signatures(of.id, limit=1000)]
        who = sorted(
            (s.particulars.name, s.particulars.email, instant_text(s.signed_at), s.counters)
            for s in signed
        )
        return who, of.store.tally(of.id), facts(of)

    with TemporaryDirectory() as folder:
        path = Path(folder) / "roll.csv"
        clean, report, _ = clean_run(path, rows)
        other, other_report, _ = clean_run(path, shuffled)
        assert same(report, other_report)
        assert content(other) == content(clean)
        take(clean, write_roll(path, shuffled))  # both in one store: nobody is counted twice
        assert content(clean) == content(other)
    assert clean.supporters == sum(
        1 if email else rows.count((name, email, date)) for name, email, date in set(rows)
    )
