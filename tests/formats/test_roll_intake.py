from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from attrs import evolve
from roll_samples import Seen, take, write_roll

from petitionkit.claims import ClaimKind, Identity
from petitionkit.desk import Desk
from petitionkit.eligibility import Eligibility
from petitionkit.errors import IllegalStepError
from petitionkit.facts import State
from petitionkit.form import Demand, Form
from petitionkit.formats.roll import Roll, RollLine
from petitionkit.formats.roll_intake import Dating, take_in
from petitionkit.ledger import Revision
from petitionkit.parties import PartyKind
from petitionkit.policy import Policy
from petitionkit.signature import Channel, Signature
from samples import DAY, DEADLINE, HOUR, POLICY, T0, Clock, Office, opened, petition

UNDATED = T0 + DAY


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "roll.csv"


def an_office(policy: Policy = POLICY, *, later: timedelta = 20 * DAY) -> Office:
    office = Office(policy=policy).publish()
    office.clock.go(later)
    return office


def signatures(office: Office) -> list[Signature]:
    return [numbered.signature for numbered in office.store.signatures(office.id, limit=10_000)]


def test_lines_are_accepted_repeated_or_refused_each_on_its_own(path: Path) -> None:
    office = an_office()
    roll = write_roll(
        path,
        [
            ("Ann", "ann@example.org", "2026-03-02T08:00:00Z"),
            ("", "two@at@example.org", "2026-03-02T08:00:00Z"),
            ("ANN", "ANN+news@example.org", "2026-03-03T08:00:00Z"),
            ("Ben", "ben@example.org", "soon"),
            ("Cleo", "cleo@example.org"),
            ("Dora", "dora@example.org", "2026-03-04T08:00:00Z"),
        ],
    )
    report, seen = take(office, roll)
    assert seen == Seen(
        taken=[2, 7],
        repeats=[(4, 2, True)],
        refusals=[
            (3, ("name:required", "email:email.many_at")),
            (5, ("signed_at:not_an_instant",)),
            (6, ("row:row.ragged",)),
        ],
    )
    assert (report.accepted, report.again, report.duplicates, report.refused_lines) == (2, 0, 1, 3)
    assert report.refused == Counter(
        {"required": 1, "email.many_at": 1, "not_an_instant": 1, "row.ragged": 1}
    )
    assert office.supporters == 2


def test_a_line_counts_at_once_under_its_own_date_and_provenance_and_causes_no_mail(
    path: Path,
) -> None:
    office = an_office()
    roll = write_roll(path, [("Ann", "ann@example.org", "2026-03-02T08:00:00Z")])
    take(office, roll)
    [signature] = signatures(office)
    assert signature.signed_at == signature.counted_at == datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert signature.provenance.channel is Channel.IMPORT
    assert (signature.provenance.source, signature.provenance.line) == (roll.source, 2)
    assert signature.attestations == ()
    assert office.desk.notices() == []


def test_a_lines_own_date_decides_whether_it_was_signed_in_time(path: Path) -> None:
    office = an_office(later=60 * DAY)
    last = DEADLINE - timedelta(microseconds=1)
    now = office.clock.now
    dates = [T0 - HOUR, T0, last, DEADLINE, now, now + HOUR]
    rows = [(f"P{n}", f"p{n}@example.org", at.isoformat()) for n, at in enumerate(dates)]
    _, seen = take(office, write_roll(path, rows))
    assert seen.taken == [3, 4]
    assert seen.refusals == [
        (2, ("petition:petition.before_opening",)),
        (5, ("petition:petition.closed",)),
        (6, ("petition:petition.closed",)),
        (7, ("signed_at:date_in_future",)),
    ]


def test_a_lines_own_date_decides_the_age(path: Path) -> None:
    office = an_office(evolve(POLICY, eligibility=Eligibility(minimum_age=16)))
    roll = write_roll(
        path,
        [
            ("Just", "a@example.org", "2026-03-10T12:00:00Z", "2010-03-10"),
            ("Not yet", "b@example.org", "2026-03-09T12:00:00Z", "2010-03-10"),
            ("Unborn", "c@example.org", "2026-03-10T12:00:00Z", "2027-03-10"),
            ("Nothing", "d@example.org", "2026-03-10T12:00:00Z", ""),
            ("Rubbish", "e@example.org", "2026-03-10T12:00:00Z", "10.3.1990"),
        ],
        header=("name", "email", "signed at", "birth date"),
    )
    _, seen = take(office, roll)
    assert seen.taken == [2]
    assert seen.refusals == [
        (3, ("birth_date:too_young",)),
        (4, ("birth_date:date_in_future",)),
        (5, ("birth_date:required",)),
        (6, ("birth_date:not_a_date",)),
    ]


def test_the_day_is_that_of_the_window_s_zone(path: Path) -> None:
    # Half past eight in the evening of 9 March in Auckland's calendar is its 10 March.
    policy = evolve(
        POLICY,
        eligibility=Eligibility(minimum_age=16),
        window=evolve(POLICY.window, zone="Pacific/Auckland"),
    )
    office = an_office(policy)
    rows = [("Just", "a@example.org", "2026-03-09T20:30:00Z", "2010-03-10")]
    roll = write_roll(path, rows, header=("name", "email", "signed at", "birth date"))
    _, seen = take(office, roll, zone="Pacific/Auckland")
    assert seen.taken == [2]


def test_dates_without_time_or_offset_are_local(path: Path) -> None:
    office = an_office()
    rows = [
        ("Day", "a@example.org", "2026-03-03"),
        ("Time", "b@example.org", "2026-03-03T10:00"),
        ("Opening day", "c@example.org", "2026-03-01"),
    ]
    take(office, write_roll(path, rows), zone="Europe/Berlin")
    assert [s.signed_at for s in signatures(office)] == [
        datetime(2026, 3, 2, 23, tzinfo=UTC),
        datetime(2026, 3, 3, 9, tzinfo=UTC),
        T0,
    ]


def test_dates_may_come_in_a_pattern(path: Path) -> None:
    office = an_office()
    roll = write_roll(path, [("Ann", "a@example.org", "3/4/26")])
    take(office, roll, pattern="%m/%d/%y")
    assert [s.signed_at for s in signatures(office)] == [datetime(2026, 3, 4, tzinfo=UTC)]


def test_dates_at_the_ends_of_the_calendar_are_refused_like_any_other(path: Path) -> None:
    office = an_office()
    dates = ["0001-01-01", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "1900-01-01"]
    rows = [(f"P{n}", f"p{n}@example.org", date) for n, date in enumerate(dates)]
    _, seen = take(office, write_roll(path, rows), zone="America/Los_Angeles")
    assert seen.taken == []
    assert [codes for _, codes in seen.refusals] == [
        ("signed_at:out_of_range",),
        ("signed_at:out_of_range",),
        ("signed_at:date_in_future",),
        ("petition:petition.before_opening",),
    ]


def test_a_line_without_a_date_is_refused_or_dated_as_the_caller_says(path: Path) -> None:
    rows = [("Ann", "ann@example.org", " "), ("Ben", "ben@example.org", "2026-03-05")]
    roll = write_roll(path, rows)
    office = an_office()
    _, seen = take(office, roll)
    assert seen.refusals == [(2, ("signed_at:required",))]
    office = an_office()
    _, seen = take(office, roll, undated=UNDATED)
    assert [s.signed_at for s in signatures(office)] == [UNDATED, datetime(2026, 3, 5, tzinfo=UTC)]


def test_the_same_roll_twice_adds_nothing(path: Path) -> None:
    office = an_office()
    rows = [
        ("Ann", "ann@example.org", "2026-03-02"),
        ("Ann", "ann@example.org", "2026-03-02"),
        ("Ben", "ben@example.org", "2026-03-03"),
    ]
    roll = write_roll(path, rows)
    first, before = take(office, roll)[0], signatures(office)
    second, seen = take(office, roll)
    assert (first.accepted, first.again, first.duplicates) == (2, 0, 1)
    assert (second.accepted, second.again, second.duplicates) == (2, 2, 1)
    assert seen.repeats == [(3, 2, True)]
    assert signatures(office) == before


def test_another_roll_with_the_same_people_names_the_lines_of_the_first(path: Path) -> None:
    office = an_office()
    take(office, write_roll(path, [("Ann", "ann@example.org", "2026-03-02")]))
    other = path.with_name("other.csv")
    later = write_roll(other, [("X", "x@example.org", "2026-03-04"), ("A", "ann@example.org", "")])
    _, seen = take(office, later, undated=UNDATED)
    assert seen.repeats == [(3, 2, False)]


def test_a_line_that_repeats_a_clerk_s_signature_has_no_line_to_name(path: Path) -> None:
    office = an_office()
    office.taken("ann@example.org")
    _, seen = take(office, write_roll(path, [("Ann", "ann@example.org", "2026-03-02")]))
    assert seen.repeats == [(2, 0, False)]


NO_MAIL_HEADER = ("Name", "City", "Signed on")


def test_lines_without_an_address_are_claimed_by_their_text_and_occurrence(path: Path) -> None:
    office = an_office()
    rows = [
        ("Ann", "Berlin", "2026-03-02"),
        ("Ann", "Berlin", "2026-03-02"),
        ("Ann", "Bonn", "2026-03-02"),
    ]
    roll = write_roll(path, rows, header=NO_MAIL_HEADER)
    report, _ = take(office, roll)
    assert report.accepted == 3
    again, _ = take(office, roll)
    assert (again.accepted, again.again) == (3, 3)
    assert office.supporters == 3


def test_a_later_and_longer_roll_without_addresses_adds_only_its_new_lines(path: Path) -> None:
    office = an_office()
    rows = [("Ann", "Berlin", "2026-03-02"), ("Ann", "Berlin", "2026-03-02")]
    take(office, write_roll(path, rows, header=NO_MAIL_HEADER))
    longer = [("Zoe", "Kiel", "2026-03-05"), *rows, rows[0]]
    report, seen = take(office, write_roll(path, longer, header=NO_MAIL_HEADER))
    assert report.accepted == 2
    assert seen.taken == [2, 5]
    assert seen.repeats == [(3, 2, False), (4, 3, False)]
    assert office.supporters == 4


@pytest.mark.parametrize(
    ("policy", "header", "row"),
    [
        # The form does not ask for numbers, and the line has nothing else.
        (POLICY, ("Name", "E-mail", "Phone"), ("Ann", "", "+49301234567")),
        # Signers are known by their number, and the line has none.
        (
            evolve(
                POLICY,
                form=Form(phone=Demand.OPTIONAL),
                identity=Identity(any_of=(ClaimKind.PHONE,)),
            ),
            ("Name", "E-mail", "Phone"),
            ("Ann", "ann@example.org", ""),
        ),
    ],
)
def test_a_line_that_gives_nothing_by_which_its_policy_knows_signers_is_claimed_by_its_text(
    path: Path, policy: Policy, header: Sequence[str], row: Sequence[str]
) -> None:
    office = an_office(policy)
    take(office, write_roll(path, [row], header=header), undated=UNDATED)
    take(office, write_roll(path, [row, ("Ben", "", "")], header=header), undated=UNDATED)
    assert office.supporters == 2


@pytest.mark.parametrize("blank", ["\xa0", "'\t"])
def test_an_address_of_white_space_is_none_and_the_text_claims_the_line(
    path: Path, blank: str
) -> None:
    office = an_office()
    rows = [("Ann", blank, "2026-03-02")]
    take(office, write_roll(path, rows))
    report, _ = take(office, write_roll(path, [*rows, ("Ben", "", "2026-03-02")]))
    assert (report.accepted, report.duplicates) == (1, 1)


def test_a_name_in_two_columns_identifies_like_a_whole_one(path: Path) -> None:
    known = Identity(any_of=(), all_of=((ClaimKind.NAME, ClaimKind.POSTAL_CODE),))
    form = Form(postal_code=Demand.OPTIONAL, home_country="DE")
    office = an_office(evolve(POLICY, form=form, identity=known))
    rows = [
        ("Ann", "Lee", "10115"),
        ("ann", "LEE", "10115"),
        ("Ann", "Lee", ""),
        ("Ann", "Lee", ""),
    ]
    roll = write_roll(path, rows, header=("First name", "Last name", "Postcode"))
    _, seen = take(office, roll, undated=UNDATED)
    assert (seen.taken, seen.repeats) == ([2, 4, 5], [(3, 2, True)])


def test_organisations_are_known_by_name_and_counted_apart(path: Path) -> None:
    office = an_office()
    roll = write_roll(
        path,
        [("The Club", "", "org"), ("THE  CLUB", "", "org"), ("The Club", "", "")],
        header=("Name", "E-mail", "Kind"),
    )
    _, seen = take(office, roll, undated=UNDATED)
    assert seen.taken == [2, 4]
    assert seen.repeats == [(3, 2, True)]
    assert [s.particulars.kind for s in signatures(office)] == [
        PartyKind.ORGANISATION,
        PartyKind.PERSON,
    ]


def test_a_withdrawn_line_stays_withdrawn(path: Path) -> None:
    office = an_office()
    roll = write_roll(path, [("Ann", "ann@example.org", "2026-03-02")])
    take(office, roll)
    office.desk.withdraw(signatures(office)[0].id)
    _, seen = take(office, roll)
    assert seen.refusals == [(2, ("signature:signature.withdrawn",))]
    assert office.supporters == 0


def test_every_line_goes_by_whoever_wraps_them(path: Path) -> None:
    office = an_office()
    roll = write_roll(path, [(f"P{n}", "", "") for n in range(5)])
    gone_by: list[int] = []

    def note(lines: Iterator[RollLine]) -> Iterator[RollLine]:
        for line in lines:
            gone_by.append(line.number)
            yield line

    take(office, roll, batch=2, wrap=note)
    assert gone_by == [2, 3, 4, 5, 6]


def a_roll(path: Path) -> Roll:
    return write_roll(path, [("Ann", "ann@example.org", "2026-03-02")])


def test_a_draft_takes_no_roll(path: Path) -> None:
    office = Office()
    with pytest.raises(IllegalStepError, match="publish it first"):
        take(office, a_roll(path))


def test_a_petition_that_opened_without_a_policy_refuses_every_line(path: Path) -> None:
    office = Office()
    bare = petition(opened())
    office.store.add(Revision(petition=bare, state=State.OPEN, as_of=T0))
    desk = Desk(office.store, secrets=office.secrets, clock=Clock(T0 + DAY))
    seen = Seen()
    take_in(desk, bare.id, a_roll(path), dating=Dating(), watcher=seen)
    assert seen.refusals == [(2, ("petition:petition.not_open",))]
