"""Retention and erasing reach paper: people go from sheets as well, and what was filed stays."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest
from attrs import evolve

from petitionkit.civil import Duration
from petitionkit.codec import from_json, to_json
from petitionkit.desk import Desk
from petitionkit.outcomes import Accepted, Erased
from petitionkit.paper.intake import take_in
from petitionkit.paper.keying import Batch
from petitionkit.paper.memory import MemorySheetStore
from petitionkit.paper.sheets import Circulator, Line, Sheet
from petitionkit.paper.sqlite import SQLiteSheetStore, migrate_sheets
from petitionkit.paper.store import SheetStore
from petitionkit.retention import ErasureRecord, Retention, RetentionRule, Whom
from petitionkit.rights import KnownBy, SignerExport, SignerFile
from petitionkit.rules import Passed
from petitionkit.sampling.verdicts import Verdict
from petitionkit.signature import SignatureDraft
from samples import DAY, KEYS, NO_MAIL, T0, Office

AFTER = Passed(passed=Duration(days=1), since=("closed",))
FORGETS = evolve(
    NO_MAIL,
    retention=Retention(
        rules=(
            RetentionRule(key="signers", when=AFTER),
            RetentionRule(key="starter", when=AFTER, whom=Whom.STARTER),
        )
    ),
)
SHEET = Sheet(serial="S-1", lines=3, circulator="c1")


@pytest.fixture(params=["memory", "file"])
def sheets(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SheetStore]:
    if request.param == "memory":
        yield MemorySheetStore()
        return
    migrate_sheets(tmp_path / "paper.db")
    with closing(SQLiteSheetStore(tmp_path / "paper.db")) as kept:
        yield kept


def line(number: int) -> Line:
    draft = SignatureDraft(name=f"Canary {number}", email=f"canary{number}@example.org")
    return Line(sheet="S-1", number=number, draft=draft, signed_on=T0.date())


def taken_in(sheets: SheetStore) -> tuple[Office, list[UUID]]:
    """Two lines, typed twice, that have become signatures."""
    office = Office(policy=FORGETS)
    ids = iter([UUID(int=n) for n in range(500, 900)])
    office.desk = Desk(
        office.store,
        secrets=KEYS,
        clock=office.clock,
        new_id=lambda: next(ids),
        elsewhere=[sheets],
    )
    office.publish()
    batches = [
        Batch(id=name, keyed_by=name, keyed_at=T0, lines=(line(1), line(2))) for name in ("a", "b")
    ]
    sheets.add_circulators(office.id, [Circulator(reference="c1", name="Canary Carrier")])
    sheets.add_sheets(office.id, [SHEET])
    for batch in batches:
        sheets.add_batch(office.id, batch)
    sheets.add_verdicts(office.id, [Verdict(line="S-1:1")])
    outcomes = take_in(office.desk, office.id, [SHEET], batches[0].lines)
    found = [one.outcome for one in outcomes]
    return office, [one.signature_id for one in found if isinstance(one, Accepted)]


def names(sheets: SheetStore, petition_id: UUID) -> list[str]:
    people = [one.name for one in sheets.circulators(petition_id)]
    return people + [one.draft.name for batch in sheets.batches(petition_id) for one in batch.lines]


def test_retention_reaches_paper_and_what_was_filed_stays(sheets: SheetStore) -> None:
    office, _ = taken_in(sheets)
    office.clock.go(60 * DAY)
    before = office.desk.counts(office.id)
    assert sheets.telling(office.id) == 3
    done = list(office.desk.apply_retention(office.desk.plan_retention()))
    assert [one.signatures for one in done] == [2, 0]
    assert set(names(sheets, office.id)) == {""}
    assert (sheets.telling(office.id), sheets.forget(office.id)) == (0, 0)
    [batch, _] = sheets.batches(office.id)
    assert batch.lines[0] == evolve(line(1), draft=SignatureDraft())
    assert list(sheets.sheets(office.id)) == [SHEET]
    assert list(sheets.verdicts(office.id)) == [Verdict(line="S-1:1")]
    assert office.desk.counts(office.id) == before


def test_paper_alone_is_reason_enough_for_a_plan(sheets: SheetStore) -> None:
    office, _ = taken_in(sheets)
    office.clock.go(60 * DAY)
    list(office.desk.apply_retention(office.desk.plan_retention()))
    assert office.desk.plan_retention().erasures == ()
    sheets.add_circulators(office.id, [Circulator(reference="late", name="Canary Late")])
    [planned] = office.desk.plan_retention().erasures
    assert planned.signatures == 0
    assert len(list(office.desk.apply_retention(office.desk.plan_retention()))) == 1
    assert set(names(sheets, office.id)) == {""}


def test_who_is_erased_is_erased_from_their_line_and_no_other(sheets: SheetStore) -> None:
    office, [first, _] = taken_in(sheets)
    assert isinstance(office.desk.erase(first), Erased)
    assert names(sheets, office.id) == ["Canary Carrier", "", "Canary 2", "", "Canary 2"]
    # Whoever signed on the web stands on no line.
    anna = office.taken("anna@example.org")
    office.desk.erase(anna)
    assert names(sheets, office.id).count("Canary 2") == 2


def test_records_are_replayed_on_paper_that_came_back(sheets: SheetStore) -> None:
    office, [first, _] = taken_in(sheets)
    record = ErasureRecord(at=T0, petition_id=office.id, signature_id=first, counts=False)
    unknown = evolve(record, signature_id=UUID(int=1))
    assert office.desk.replay_erasures([record, record, unknown]) == 1
    assert names(sheets, office.id) == ["Canary Carrier", "", "Canary 2", "", "Canary 2"]


FIRST = KnownBy(email="Canary1@example.org")


def places(office: Office, known_by: KnownBy) -> list[tuple[str, str]]:
    found = office.desk.find_signer(known_by).elsewhere
    return [(one.place, dict(one.says).get("name", "")) for one in found]


def test_a_line_is_given_to_whoever_signed_it_and_to_nobody_else(sheets: SheetStore) -> None:
    office, _ = taken_in(sheets)
    odd = evolve(line(1), draft=evolve(line(1).draft, name="Canary l"))
    sheets.add_batch(office.id, Batch(id="c", keyed_by="c", keyed_at=T0, lines=(odd, line(2))))
    given = office.desk.export_signer(FIRST, actor="clerk-7")
    assert isinstance(given, SignerExport)
    assert [(one.place, dict(one.says)) for one in given.elsewhere] == [
        (
            "S-1:1",
            {"name": name, "email": "canary1@example.org", "signed_on": T0.date().isoformat()},
        )
        for name in ("Canary 1", "Canary l")
    ]
    assert "Canary" not in repr(given.elsewhere)
    assert from_json(SignerExport, to_json(given)) == given
    assert places(office, KnownBy(email="nobody@example.org")) == []
    assert places(office, evolve(FIRST, office="another")) == []


def test_a_line_that_never_counted_is_found_by_what_was_typed_and_erased(
    sheets: SheetStore,
) -> None:
    office, _ = taken_in(sheets)
    drafts = [
        SignatureDraft(given_name="Cem", family_name="Can", phone="020 7946 0001", country="gb"),
        SignatureDraft(
            name="Di", national_number="12 34-x", email="no mailbox", consents=("news",)
        ),
        SignatureDraft(name="Ed", phone="020 7946 0001"),  # of which country, nobody knows
    ]
    lines = tuple(Line(sheet="S-2", number=n, draft=one) for n, one in enumerate(drafts, 1))
    sheets.add_batch(office.id, Batch(id="d", keyed_by="d", keyed_at=T0, lines=lines))
    cem = KnownBy(phone="+442079460001", name="cem CAN")
    di = KnownBy(national_number="1234X")
    assert places(office, evolve(cem, name="Other")) == []
    assert places(office, di) == [("S-2:2", "Di")]
    [found] = office.desk.find_signer(cem).elsewhere
    answers = office.desk.erase_signer(cem, actor="clerk-7")
    assert isinstance(answers, Mapping)
    [(name, outcome)] = answers.items()
    assert isinstance(outcome, Erased)
    record = outcome.record
    assert (name, record.place, record.signatures, record.counts) == (found.id, "S-2:1", 0, False)
    assert office.desk.find_signer(cem) == SignerFile()
    assert office.desk.erase_signer(cem, actor="clerk-7") == {}
    assert places(office, di) == [("S-2:2", "Di")]
    # A backup of the sheets brings it back, and its record takes it away again.
    other, _ = taken_in(again := MemorySheetStore())
    again.add_batch(other.id, Batch(id="d", keyed_by="d", keyed_at=T0, lines=lines))
    lines_of_json = [to_json(evolve(record, petition_id=other.id))]
    assert other.desk.replay_erasures(from_json(ErasureRecord, one) for one in lines_of_json) == 0
    assert places(other, cem) == []
    assert places(other, di) == [("S-2:2", "Di")]


def test_erasing_a_signer_takes_the_line_they_signed_with_the_signature(
    sheets: SheetStore,
) -> None:
    office, [first, _] = taken_in(sheets)
    kept = office.store.signature(first)
    assert kept is not None
    by_signature = sheets.excerpts(office.id, lambda _: False, [kept])
    assert [one.place for one in by_signature] == ["S-1:1"]
    answers = office.desk.erase_signer(FIRST, actor="clerk-7")
    assert isinstance(answers, Mapping)
    assert set(answers) == {first}
    assert names(sheets, office.id) == ["Canary Carrier", "", "Canary 2", "", "Canary 2"]


def test_nothing_is_left_in_the_bytes_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "paper.db"
    migrate_sheets(path)
    with closing(SQLiteSheetStore(path)) as sheets:
        office, _ = taken_in(sheets)
        assert b"Canary" in path.read_bytes()
        sheets.forget(office.id)
    assert b"anary" not in path.read_bytes()
    assert [one.name for one in tmp_path.iterdir()] == ["paper.db"]
