"""Paper from the box to the count: sheets, keying, the account, intake, and both stores."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from petitionkit.counters import Counter
from petitionkit.errors import (
    AlreadyExistsError,
    IllegalStepError,
    InvalidValueError,
    NotFoundError,
    StoreUnavailableError,
)
from petitionkit.form import Counting
from petitionkit.outcomes import Accepted, Duplicate, Refused
from petitionkit.paper.accounting import account
from petitionkit.paper.intake import declare_paper, take_in
from petitionkit.paper.keying import Batch, keyed_by, reconcile
from petitionkit.paper.memory import MemorySheetStore
from petitionkit.paper.reasons import LineReason, SheetReason
from petitionkit.paper.sheets import (
    Circulator,
    Line,
    LineMark,
    Sheet,
    split_line_id,
    universe,
)
from petitionkit.paper.sqlite import SQLiteSheetStore, migrate_sheets
from petitionkit.paper.store import SheetStore
from petitionkit.petition import CountEffect
from petitionkit.sampling.verdicts import Verdict
from petitionkit.signature import Channel, SignatureDraft, Submission
from samples import NO_MAIL, T0, Office

ONE, TWO = UUID(int=1), UUID(int=2)
SHEETS = (
    Sheet(serial="S-1", lines=4, circulator="c1", stratum="north"),
    Sheet(serial="S-2", lines=3, stratum="south", void=SheetReason.NOTARY_DEFECT),
    Sheet(serial="S-3", lines=3, stratum="south"),
)


def line(number: int, sheet: str = "S-1", *, name: str = "", email: str = "") -> Line:
    draft = SignatureDraft(name=name or f"Signer {number}", email=email)
    return Line(sheet=sheet, number=number, draft=draft, signed_on=T0.date())


def refused(make: Callable[[], object]) -> list[str]:
    with pytest.raises(InvalidValueError) as caught:
        make()
    return [f"{one.field} {one.code}" for one in caught.value.problems]


# Values


def test_what_no_sheet_can_be_is_refused() -> None:
    assert refused(lambda: Sheet(serial="=1", lines=0, circulator="a:b")) == [
        "serial line_id",
        "circulator line_id",
        "lines not_positive",
    ]
    assert refused(lambda: Line(sheet="", number=0)) == ["sheet line_id", "number not_positive"]
    assert refused(lambda: Circulator(reference="")) == ["reference line_id"]
    assert split_line_id(line(4).id) == ("S-1", 4)
    assert refused(lambda: split_line_id("S-1:0")) == ["line line_id"]


def test_the_universe_is_what_is_left_of_sheets_that_stand() -> None:
    marks = [evolve(line(2), mark="blank"), evolve(line(3), mark="crossed_out"), line(4)]
    assert universe(SHEETS, marks) == {
        "north": ("S-1:1", "S-1:4"),
        "south": ("S-3:1", "S-3:2", "S-3:3"),
    }
    blank = [evolve(line(n), mark="blank") for n in range(1, 5)]
    assert set(universe(SHEETS, blank)) == {"south"}


# The account


def test_an_account_goes_from_sheets_to_verdicts() -> None:
    lines = [evolve(line(2), mark="blank"), evolve(line(3), mark="crossed_out"), line(1, "S-2")]
    verdicts = [Verdict(line="S-1:1"), Verdict(line="S-3:2", reason="not_registered")]
    made = account(SHEETS, lines, verdicts)
    assert (made.sheets, made.lines, made.void_sheets, made.void_lines) == (3, 10, 1, 3)
    assert (made.blank, made.crossed_out, made.universe) == (1, 1, 5)
    assert made.verdicts == (("not_registered", 1), ("valid", 1))
    assert (made.checked, made.unchecked) == (2, 3)
    assert made.explain()[1] == "1 sheets with 3 lines are void: notary_defect"


reasons = st.sampled_from([None, *LineReason])


@given(st.lists(st.tuples(st.integers(1, 6), st.sampled_from([None, *SheetReason]))), st.data())
def test_verdict_totals_always_add_up_to_the_universe(
    given_sheets: list[tuple[int, SheetReason | None]], data: st.DataObject
) -> None:
    sheets = [
        Sheet(serial=f"S-{n}", lines=lines, void=void)
        for n, (lines, void) in enumerate(given_sheets)
    ]
    lines = [
        Line(sheet=sheet.serial, number=n, mark=data.draw(st.sampled_from(LineMark)))
        for sheet in sheets
        for n in range(1, sheet.lines + 1)
    ]
    left = [name for names in universe(sheets, lines).values() for name in names]
    verdicts = [
        Verdict(line=name, reason=data.draw(reasons), person="p")
        for name in left
        if data.draw(st.booleans())
    ]
    made = account(sheets, lines, verdicts)
    assert made.universe == len(left) == made.checked + made.unchecked
    assert made.lines == made.void_lines + made.blank + made.crossed_out + made.universe
    orders = (data.draw(st.permutations(part)) for part in (sheets, lines, verdicts))
    assert account(*orders) == made  # type: ignore[arg-type]


def test_an_account_refuses_what_does_not_fit() -> None:
    verdicts = [Verdict(line="S-2:1"), Verdict(line="S-1:1"), Verdict(line="S-1:1")]
    assert refused(
        lambda: account([*SHEETS, SHEETS[0]], [line(1), line(1), line(9), line(1, "X")], verdicts)
    ) == [
        "sheets.S-1 repeated",
        "lines.S-1:1 repeated",
        "lines.S-1:9 misplaced",
        "lines.X:1 misplaced",
        "verdicts.S-2:1 misplaced",
        "verdicts.S-1:1 repeated",
    ]


# Keying


def batch(number: int, keyed_by: str, *lines: Line) -> Batch:
    return Batch(
        id=f"b{number}", keyed_by=keyed_by, keyed_at=T0 + timedelta(hours=number), lines=lines
    )


BATCHES = (
    batch(1, "ann", line(1), line(2), line(3)),
    batch(2, "bob", line(1, name=" Signer  1"), line(2, name="Singer 2")),
    batch(3, "bob", line(4)),
    batch(4, "ann", line(4)),
    batch(5, "ann", line(3, name="Signer three")),
)
DECIDED = evolve(batch(6, "chief", line(2)), decides=True)


def test_lines_read_alike_twice_are_settled_and_others_wait_or_differ() -> None:
    made = reconcile(BATCHES)
    assert [one.id for one in made.lines] == ["S-1:1", "S-1:4"]
    [difference] = made.differences
    assert (difference.line, difference.fields) == ("S-1:2", ("name",))
    assert difference.keyed_by == ("ann", "bob")
    assert made.waiting == ("S-1:3",)
    assert "Sig" not in repr(made)
    decided = reconcile([*BATCHES, DECIDED], readings=1)
    assert (decided.differences, decided.waiting) == ((), ())
    assert [one.draft.name for one in decided.lines][1:3] == ["Signer 2", "Signer three"]
    assert keyed_by([*BATCHES, DECIDED][::-1], "S-1:2") == ("ann", "bob", "chief")
    assert keyed_by(BATCHES, "S-1:9") == ()


def test_the_later_of_two_decisions_stands() -> None:
    later = evolve(DECIDED, id="b7", keyed_at=T0 + timedelta(hours=7), lines=(line(2, name="X"),))
    [settled] = reconcile([later, DECIDED]).lines
    assert settled.draft.name == "X"


@given(st.permutations([*BATCHES, DECIDED]))
def test_the_order_of_keying_never_changes_what_was_keyed(order: list[Batch]) -> None:
    for readings in (1, 2):
        expected = reconcile([*BATCHES, DECIDED], readings=readings)
        assert reconcile(order, readings=readings) == expected
    assert keyed_by(order, "S-1:3") == ("ann",)


def test_keying_that_cannot_be_is_refused() -> None:
    assert refused(lambda: batch(1, "", line(1), line(1))) == [
        "keyed_by required",
        "lines.2 repeated",
    ]
    twice = [BATCHES[0], BATCHES[0]]
    assert refused(lambda: reconcile(twice, readings=0)) == [
        "readings not_positive",
        "batches.b1 repeated",
    ]


# Intake


def test_paper_lines_enter_the_petition_like_any_signature() -> None:
    office = Office(policy=NO_MAIL).publish()
    desk = office.desk
    web = Submission(draft=SignatureDraft(name="Anna", email="anna@example.org"))
    [first] = desk.intake(office.id, [web])
    lines = [
        line(1, name="Anna", email="anna@example.org"),
        line(2, email="ben@example.org"),
        line(3, email="cleo@example.org"),
        evolve(line(4), mark="blank"),
        line(1, "S-2"),
        line(1, "S-9"),
        evolve(line(1, "S-3", email="dora@example.org"), signed_on=None),
    ]
    verdicts = [Verdict(line="S-1:3", reason="not_registered"), Verdict(line="S-1:2")]
    office.clock.now = T0 + timedelta(days=1)
    made = take_in(desk, office.id, SHEETS, lines, verdicts=verdicts)
    found = {one.line: one.outcome for one in made}
    assert list(found) == ["S-1:1", "S-1:2", "S-1:3", "S-2:1", "S-3:1", "S-9:1"]
    assert isinstance(first, Accepted)
    assert found["S-1:1"] == Duplicate(of=first.signature_id)
    assert isinstance(found["S-1:2"], Accepted)
    refusals = {k: o.problems[0].code for k, o in found.items() if isinstance(o, Refused)}
    assert refusals == {
        "S-1:3": "paper.not_valid",
        "S-2:1": "paper.void_sheet",
        "S-3:1": "required",
        "S-9:1": "misplaced",
    }
    [numbered] = list(office.store.signatures(office.id, after=1))
    assert numbered.signature.provenance.channel is Channel.PAPER
    assert (numbered.signature.provenance.source, numbered.signature.provenance.line) == (
        "sheet S-1",
        2,
    )
    again = take_in(desk, office.id, SHEETS, lines, verdicts=verdicts, undated=T0)
    assert [one.outcome.again for one in again if isinstance(one.outcome, Accepted)] == [
        True,
        False,
    ]
    assert desk.standing(office.id).supporters == 3
    # Both lines of one person, and the signature on the web, have one name; refused ones none.
    names = {one.line: one.person for one in again}
    assert names["S-1:1"] == str(first.signature_id) != names["S-1:2"]
    assert names["S-1:3"] == ""


def test_a_policy_may_count_what_came_on_paper_by_itself() -> None:
    on_paper = Counter(key="on_paper", of="supporters", channels=(Channel.PAPER,))
    policy = evolve(NO_MAIL, counting=Counting(counters=(on_paper,)))
    office = Office(policy=policy).publish()
    office.desk.intake(office.id, [Submission(draft=SignatureDraft(name="A", email="a@b.org"))])
    office.clock.now = T0 + timedelta(days=1)
    take_in(office.desk, office.id, SHEETS, [line(1, email="b@b.org"), line(2, email="c@b.org")])
    tally = office.store.tally(office.id)
    assert (tally.count("on_paper"), tally.count("supporters")) == (2, 3)


@pytest.mark.parametrize(
    ("effect", "total"),
    [(CountEffect.ADDS, 11), (CountEffect.REPLACES, 10), (CountEffect.LARGER_OF, 10)],
)
def test_the_policy_says_what_a_total_of_paper_does(effect: CountEffect, total: int) -> None:
    office = Office(policy=evolve(NO_MAIL, counting=Counting(paper=effect))).publish()
    office.desk.intake(office.id, [Submission(draft=SignatureDraft(name="A", email="a@b.org"))])
    declare_paper(office.desk, office.id, 10, as_of=T0, recorded_at=T0)
    assert office.desk.standing(office.id).supporters == total


@pytest.mark.parametrize(
    ("effect", "totals"),
    # One on the web, then two on paper, one of them the same; then ten on paper in all.
    [
        (CountEffect.ADDS, (2, 10)),
        (CountEffect.REPLACES, (2, 10)),
        (CountEffect.LARGER_OF, (2, 10)),
    ],
)
def test_lines_that_are_here_already_are_not_added_twice_by_a_total(
    effect: CountEffect, totals: tuple[int, int]
) -> None:
    office = Office(policy=evolve(NO_MAIL, counting=Counting(paper=effect))).publish()
    office.desk.intake(office.id, [Submission(draft=SignatureDraft(name="A", email="a@b.org"))])
    office.clock.now = T0 + timedelta(days=1)
    lines = [line(1, email="a@b.org"), line(2, email="b@b.org")]
    made = take_in(office.desk, office.id, SHEETS, lines)
    assert office.desk.standing(office.id).supporters == totals[0]
    keyed = len({one.person for one in made})
    now = office.clock.now
    declare_paper(office.desk, office.id, 10, keyed=keyed, as_of=now, recorded_at=now)
    assert office.desk.standing(office.id).supporters == totals[1]
    for wrong in (-1, 11):
        assert refused(
            lambda keyed=wrong: declare_paper(  # type: ignore[misc]
                office.desk, office.id, 10, keyed=keyed, as_of=now, recorded_at=now
            )
        ) == ["keyed out_of_range"]


def test_a_draft_takes_no_paper() -> None:
    office = Office(policy=NO_MAIL)
    with pytest.raises(IllegalStepError):
        take_in(office.desk, office.id, SHEETS, [])
    with pytest.raises(IllegalStepError):
        declare_paper(office.desk, office.id, 1, as_of=T0, recorded_at=T0)


# Stores: what every one of them promises


@pytest.fixture(params=["memory", "owning", "joining"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SheetStore]:
    if request.param == "memory":
        yield MemorySheetStore()
        return
    target = tmp_path / "a paper?.db"
    migrate_sheets(target)
    migrate_sheets(target)
    if request.param == "owning":
        kept = SQLiteSheetStore(target)
        yield kept
        kept.close()
        return
    with closing(sqlite3.connect(target)) as connection:
        connection.row_factory = lambda *_: {}
        kept = SQLiteSheetStore.joining(connection)
        yield kept
        kept.close()
        connection.rollback()  # the caller's, and open


def test_what_was_kept_comes_back_equal_in_order_and_only_to_its_petition(
    store: SheetStore,
) -> None:
    people = (Circulator(reference="c2", name="Zoë"), Circulator(reference="c1"))
    verdicts = (
        Verdict(line="S-3:1", reason="duplicate", person="p", times=2),
        Verdict(line="S-1:1"),
    )
    store.add_circulators(ONE, people)
    store.add_sheets(ONE, SHEETS[::-1])
    store.add_batch(ONE, BATCHES[1])
    store.add_batch(ONE, BATCHES[0])
    store.add_verdicts(ONE, verdicts)
    assert list(store.circulators(ONE)) == [*people[::-1]]
    assert list(store.sheets(ONE)) == [*SHEETS]
    assert list(store.batches(ONE)) == [*BATCHES[:2]]
    assert list(store.verdicts(ONE)) == [*verdicts[::-1]]
    assert list(store.sheets(TWO)) == []
    store.add_sheets(TWO, SHEETS[:1])
    store.erase(ONE)
    store.erase(ONE)
    for kept in (store.circulators, store.sheets, store.batches, store.verdicts):
        assert list(kept(ONE)) == []
    assert list(store.sheets(TWO)) == [SHEETS[0]]


def test_what_is_there_already_is_refused_and_nothing_of_it_kept(store: SheetStore) -> None:
    store.add_sheets(ONE, SHEETS[:1])
    for twice in ([SHEETS[1], SHEETS[0]], [SHEETS[1], SHEETS[1]]):
        with pytest.raises(AlreadyExistsError):
            store.add_sheets(ONE, twice)
    assert list(store.sheets(ONE)) == [SHEETS[0]]


def test_a_sheet_is_voided_and_stands_again(store: SheetStore) -> None:
    store.add_sheets(ONE, SHEETS[:1])
    voided = evolve(SHEETS[0], void=SheetReason.NOT_ORIGINAL)
    assert store.void_sheet(ONE, "S-1", SheetReason.NOT_ORIGINAL) == voided
    assert list(store.sheets(ONE)) == [voided]
    assert store.void_sheet(ONE, "S-1", None) == SHEETS[0]
    with pytest.raises(NotFoundError):
        store.void_sheet(TWO, "S-1", None)


def test_stores_say_what_they_are_and_no_more(store: SheetStore) -> None:
    store.add_sheets(ONE, SHEETS[:1])
    assert repr(store) in (
        "<MemorySheetStore of 1 sheets>",
        "<SQLiteSheetStore owning>",
        "<SQLiteSheetStore joining>",
    )


def test_a_store_that_owns_its_file_commits_each_call_or_none_of_it(tmp_path: Path) -> None:
    target = tmp_path / "paper.db"
    with pytest.raises(StoreUnavailableError):
        SQLiteSheetStore(target)
    assert not target.exists()
    migrate_sheets(target)
    first = SQLiteSheetStore(target)
    first.add_sheets(ONE, SHEETS[:1])
    with pytest.raises(AlreadyExistsError):
        first.add_sheets(ONE, SHEETS[::-1])
    second = SQLiteSheetStore(target)
    assert list(second.sheets(ONE)) == [SHEETS[0]]
    first.close()
    with pytest.raises(StoreUnavailableError):
        first.sheets(ONE)
    second.close()


def test_where_the_database_has_rolled_back_by_itself_the_first_failure_is_told() -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        migrate_sheets(connection)
        connection.execute(
            "CREATE TRIGGER full BEFORE INSERT ON petitionkit_paper_sheet"
            " BEGIN SELECT RAISE(ROLLBACK, 'no'); END"
        )
        store = SQLiteSheetStore.joining(connection)
        with pytest.raises(AlreadyExistsError):  # what RAISE is to the driver
            store.add_sheets(ONE, SHEETS)
        assert not connection.in_transaction


def test_a_store_on_sqlite_joins_its_callers_transaction() -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    store = SQLiteSheetStore.joining(connection)
    with pytest.raises(StoreUnavailableError):
        store.sheets(ONE)
    with pytest.raises(StoreUnavailableError):
        store.add_sheets(ONE, SHEETS)
    assert not connection.in_transaction
    migrate_sheets(connection)
    store.add_sheets(ONE, SHEETS[:1])
    assert connection.in_transaction
    with pytest.raises(AlreadyExistsError):
        store.add_sheets(ONE, SHEETS)
    assert list(store.sheets(ONE)) == [SHEETS[0]]
    connection.execute("ROLLBACK")
    assert list(store.sheets(ONE)) == []
    connection.close()


def test_a_line_shows_no_person() -> None:
    for value in (line(1, name="Quetzalcoatl"), BATCHES[0], Circulator(reference="c", name="Que")):
        assert "Que" not in repr(value)
        assert "Signer" not in repr(value)
    assert date(2026, 1, 1) != T0
