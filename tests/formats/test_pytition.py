import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from pytition_samples import SCHEMA, pytition_database

from petitionkit.civil import Duration
from petitionkit.clauses import Window
from petitionkit.desk import Desk
from petitionkit.errors import UnreadableFileError
from petitionkit.facts import Event
from petitionkit.formats.moving import Moving, Reconciliation, Unmoved, move_in
from petitionkit.formats.pytition import read_database
from petitionkit.ids import new_id
from petitionkit.parties import PartyKind
from petitionkit.policy import Policy
from petitionkit.signature import SignatureDraft, Submission
from petitionkit.stores.memory import MemoryStore
from samples import KEYS, Clock

NOW = datetime(2024, 6, 1, tzinfo=UTC)
ENDLESS = Policy(name="as-there", version="1", window=Window(duration=None))
PARK = {
    "id": 7,
    "title": "Keep the park",
    "text": "<p>It is the <b>only</b> one.</p>",
    "org_id": 3,
    "creation_date": "2024-01-01 08:00:00",
    "publication_date": "2024-01-02 08:00:00.5",
}
OWNERS: dict[str, Any] = {
    "organization": [{"id": 3, "name": "Friends of the park"}],
    "auth_user": [
        {"id": 11, "username": "ana", "first_name": "Ana", "last_name": "Díaz"},
        {"id": 12, "username": "ben", "first_name": "", "last_name": ""},
    ],
    "pytitionuser": [{"id": 1, "user_id": 11}, {"id": 2, "user_id": 12}],
    "slugmodel": [{"slug": "park", "petition_id": 7}, {"slug": "the-park", "petition_id": 7}],
}


def signature(number: int, email: str = "", **parts: object) -> Mapping[str, object]:
    return {
        "id": number,
        "first_name": "Ana",
        "last_name": f"D{number}",
        "email": email or f"a{number}@example.org",
        "confirmed": 1,
        "petition_id": 7,
        "date": f"2024-02-01 10:00:{number % 60:02}",
        **parts,
    }


def read_all(connection: sqlite3.Connection, **parts: Any) -> list[Moving | Unmoved]:  # noqa: ANN401
    said = {"policy": ENDLESS, "language": "fr", "new_id": new_id, "now": NOW, **parts}
    return list(read_database(connection, **said))


def read(connection: sqlite3.Connection, **parts: Any) -> list[Moving]:  # noqa: ANN401
    found = read_all(connection, **parts)
    moving = [one for one in found if isinstance(one, Moving)]
    assert len(moving) == len(found)
    return moving


def desk() -> Desk:
    return Desk(MemoryStore(), secrets=KEYS, clock=Clock(NOW))


def test_a_petition_comes_with_its_owner_slugs_text_and_moments() -> None:
    connection = pytition_database(
        petition=[PARK, {**PARK, "id": 8, "org_id": None, "user_id": 1}], **OWNERS
    )
    found, mine = read(connection)
    petition = found.petition
    assert (petition.title, petition.text().body) == ("Keep the park", "It is the only one.")
    assert petition.text().language == "fr"
    assert petition.starter is not None
    assert (petition.starter.kind, petition.starter.name) == (
        PartyKind.ORGANISATION,
        "Friends of the park",
    )
    assert petition.slugs == ("park", "the-park")
    assert [(i.system, i.value) for i in petition.identifiers] == [("pytition", "7")]
    assert [(fact.event, fact.at) for fact in petition.facts] == [
        (Event.STARTED, datetime(2024, 1, 1, 8, tzinfo=UTC)),
        (Event.OPENED, datetime(2024, 1, 2, 8, 0, 0, 500_000, tzinfo=UTC)),
    ]
    assert petition.facts[1].until is None
    assert (found.theirs, found.unmapped) == (0, ())
    assert mine.petition.starter is not None
    assert (mine.petition.starter.kind, mine.petition.starter.name) == (
        PartyKind.PERSON,
        "Ana Díaz",
    )


def test_an_owner_without_a_full_name_goes_by_the_account_and_one_who_is_gone_is_nobody() -> None:
    rows = [{**PARK, "org_id": None, "user_id": 2}, {**PARK, "id": 9, "org_id": 99, "user_id": 98}]
    found, lost = read(pytition_database(petition=rows, **OWNERS))
    assert found.petition.starter is not None
    assert found.petition.starter.name == "ben"
    assert lost.petition.starter is None


def test_what_has_no_place_here_is_told() -> None:
    row = {**PARK, "target": 1000, "twitter_description": "Sign!", "has_newsletter": 1}
    [found] = read(pytition_database(petition=[row], signature=[signature(1, confirmed=0)]))
    assert found.unmapped == (
        "target",
        "twitter_description",
        "has_newsletter",
        "unconfirmed signatures: 1",
    )


def test_it_opened_with_its_first_signature_where_it_was_published_anew() -> None:
    early = signature(1, date="2023-12-01 00:00:00")
    [found] = read(pytition_database(petition=[PARK], signature=[early, signature(2)]))
    assert [fact.at for fact in found.petition.facts] == [datetime(2023, 12, 1, tzinfo=UTC)] * 2
    window = Window(duration=Duration(days=10), zone="UTC")
    [ends] = read(
        pytition_database(petition=[PARK]), policy=Policy(name="p", version="1", window=window)
    )
    assert ends.petition.facts[1].until == datetime(2024, 1, 13, tzinfo=UTC)


def test_an_older_version_lacks_columns_and_is_read() -> None:
    old = SCHEMA
    for column in (
        "paper_signatures integer DEFAULT 0,",
        "paper_signatures_enabled bool DEFAULT 0,",
    ):
        old = old.replace(column, "")
    old = (
        old.replace("creation_date datetime,", "")
        .replace("last_modification_date datetime, publication_date datetime", "salt text")
        .replace("moderated bool DEFAULT 0,", "")
    )
    row = {"id": 7, "title": "Keep the park", "text": "", "published": 1}
    [found] = read(pytition_database(schema=old, petition=[row], signature=[signature(1)]))
    assert found.theirs == 1
    assert [fact.at for fact in found.petition.facts] == [
        datetime(2024, 2, 1, 10, 0, 1, tzinfo=UTC)
    ] * 2
    [empty] = read(pytition_database(schema=old, petition=[row]))
    assert [fact.at for fact in empty.petition.facts] == [NOW, NOW]


@pytest.mark.parametrize("column", ["published", "moderated"])
def test_a_petition_that_is_not_shown_is_none_that_opened(column: str) -> None:
    row = {**PARK, column: int(column == "moderated")}
    [found] = read(pytition_database(petition=[row], signature=[signature(1), signature(2)]))
    assert [fact.event for fact in found.petition.facts] == [Event.STARTED]
    account = move_in(desk(), found, ENDLESS)
    assert (account.theirs, account.ours, account.reasons) == (2, 0, {"never_opened": -2})
    assert account.unexplained == 0


def test_signatures_move_in_and_both_counts_are_accounted_for() -> None:
    rows = [
        signature(1),
        signature(2, "Ana@Example.org"),
        signature(3, "ana@example.org"),  # another person to Pytition, as it compares by letter
        signature(4, "broken"),
        signature(5, confirmed=0),
        signature(6, first_name="", last_name="Plato", phone="+33142278186"),
        signature(7, petition_id=8),
    ]
    paper = {**PARK, "paper_signatures": 40, "paper_signatures_enabled": 1}
    other = {**PARK, "id": 8, "paper_signatures": 9, "title": "Another"}
    office = desk()
    accounts = _moved(office, pytition_database(petition=[paper, other], signature=rows, **OWNERS))
    account = accounts[0]
    assert (account.theirs, account.ours) == (45, 43)
    assert account.reasons == {"duplicate": -1, "refused.email.no_at": -1}
    assert account.unexplained == 0
    assert account.unmapped == ("unconfirmed signatures: 1",)
    assert (accounts[1].theirs, accounts[1].ours, accounts[1].reasons) == (1, 1, {})


def _moved(office: Desk, connection: sqlite3.Connection) -> list[Reconciliation]:
    return [
        move_in(office, moving, ENDLESS)
        for moving in read_database(
            connection, policy=ENDLESS, language="fr", new_id=new_id, now=NOW
        )
        if isinstance(moving, Moving)
    ]


def test_moving_in_twice_adds_nothing_and_says_the_same() -> None:
    rows = [signature(number) for number in range(1, 6)] + [signature(6, "a1@example.org")]
    paper = {**PARK, "paper_signatures": 40, "paper_signatures_enabled": 1}
    connection = pytition_database(petition=[paper], signature=rows)
    office = desk()
    [first], [second] = _moved(office, connection), _moved(office, connection)
    assert (first.theirs, first.ours, dict(first.reasons)) == (46, 45, {"duplicate": -1})
    assert (second.theirs, second.ours, second.reasons) == (46, 45, first.reasons)
    assert first.petition.id == second.petition.id
    assert second.unexplained == 0


def test_who_had_signed_here_already_is_told() -> None:
    connection = pytition_database(petition=[PARK], signature=[signature(1)])
    office = desk()
    [first] = _moved(office, connection)
    office.intake(
        first.petition.id, [Submission(draft=SignatureDraft(name="Zoe", email="z@example.org"))]
    )
    [second] = _moved(office, connection)
    assert (second.theirs, second.ours, second.reasons) == (1, 2, {"signed_here": 1})
    assert second.unexplained == 0


def test_what_no_reason_accounts_for_is_told() -> None:
    account = Reconciliation(
        petition=read(pytition_database(petition=[PARK]))[0].petition,
        theirs=5,
        ours=3,
        reasons={"duplicate": -1},
    )
    assert account.unexplained == -1


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("DROP TABLE petition_slugmodel", "line 1, column 1: petition_slugmodel cannot be read"),
        ("DROP TABLE petition_signature", "petition_signature cannot be read"),
        ("UPDATE petition_petition SET title = CAST(x'ff' AS TEXT)", "petition cannot be read"),
        (
            "UPDATE petition_signature SET date = 'soon' WHERE id = 2",
            "line 2, column 1: petition_signature: date",
        ),
        ("UPDATE petition_signature SET petition_id = -1", "petition_id: must be a whole number"),
    ],
)
def test_a_database_that_is_none_or_says_what_cannot_be_is_refused_with_its_place(
    sql: str, message: str
) -> None:
    connection = pytition_database(petition=[PARK], signature=[signature(1), signature(2)])
    connection.execute(sql)
    with pytest.raises(UnreadableFileError) as caught:
        read(connection)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("title = ''", "petition_petition: title: is required"),
        ("title = x'00'", "petition_petition: title: must be text"),
        ("org_id = 'x'", "petition_petition: org_id: must be a whole number"),
        ("creation_date = 'soon'", "petition_petition: creation_date: is not"),
    ],
)
def test_a_petition_that_says_what_cannot_be_stays_there_and_the_others_come(
    change: str, message: str
) -> None:
    rows = [PARK, {**PARK, "id": 8}, {**PARK, "id": 9}]
    signatures = [signature(1), signature(2, petition_id=8), signature(3, petition_id=9)]
    connection = pytition_database(petition=rows, signature=signatures)
    connection.execute(f"UPDATE petition_petition SET {change} WHERE id = 8")
    before, stays, after = read_all(connection)
    assert isinstance(stays, Unmoved)
    assert isinstance(before, Moving)
    assert isinstance(after, Moving)
    assert (stays.identifier.system, stays.identifier.value, stays.theirs) == ("pytition", "8", 1)
    assert stays.error.problem_code == "pytition.wrong_value"
    assert message in str(stays.error)
    assert [len(list(one.submissions)) for one in (before, after)] == [1, 1]


def test_times_of_other_databases_are_read_too() -> None:
    """PostgreSQL hands on aware datetimes, MySQL naive ones; a fake stands for both."""
    aware = datetime(2024, 1, 1, 9, tzinfo=UTC) + timedelta(0)

    class Table:
        def __init__(self) -> None:
            self.description: list[tuple[str]] = []
            self.rows: list[tuple[object, ...]] = []

        def execute(self, sql: str) -> None:
            naive = datetime(2024, 1, 2, 8)  # noqa: DTZ001 (MySQL's)
            row = {**PARK, "creation_date": aware, "publication_date": naive, "published": True}
            self.description = [(name,) for name in row]
            self.rows = [tuple(row.values())] if "petition_petition" in sql else []

        def fetchmany(self, _: int) -> list[tuple[object, ...]]:
            rows, self.rows = self.rows, []
            return rows

        def close(self) -> None: ...

    class Fake:
        Error = sqlite3.Error

        def cursor(self) -> Table:
            return Table()

    found = list(
        read_database(Fake(), policy=ENDLESS, language="fr", new_id=lambda: UUID(int=1), now=NOW)
    )
    opened = datetime(2024, 1, 2, 8, tzinfo=UTC)
    [only] = found
    assert isinstance(only, Moving)
    assert [fact.at for fact in only.petition.facts] == [aware, opened]
