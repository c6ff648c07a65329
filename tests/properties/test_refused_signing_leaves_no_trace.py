"""A refused signing leaves the store equal in every row that can be read."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from bad_input import BAD_ADDRESSES, BAD_NAMES
from petitionkit.assessment import Rate, Vigilance
from petitionkit.claims import Identity, Sharing
from petitionkit.desk import Desk
from petitionkit.form import AskedConsent, Demand, Form
from petitionkit.outcomes import (
    Accepted,
    AlreadySigned,
    Confirmed,
    ConfirmOutcome,
    Duplicate,
    IntakeOutcome,
    Received,
    Refused,
)
from petitionkit.parties import PartyKind
from petitionkit.problems import ENGLISH
from petitionkit.signature import SignatureDraft, Submission
from petitionkit.store import Store
from petitionkit.stores.sqlite import SQLiteStore, migrate
from samples import ENGLISH as TEXT
from samples import KEYS, POLICY, Clock, Office, counting_ids

POLICY_ASKING = evolve(
    POLICY,
    form=Form(
        phone=Demand.OPTIONAL,
        postal_code=Demand.OPTIONAL,
        country=Demand.OPTIONAL,
        birth_date=Demand.OPTIONAL,
        comment=Demand.OPTIONAL,
        national_number=Demand.OPTIONAL,
        consents=(AskedConsent(key="mail", version="1"),),
    ),
    identity=Identity(sharing=Sharing()),
    vigilance=Vigilance(rates=(Rate(role="signer", most=1, seconds=60),)),
)
_hostile = st.one_of(
    st.text(max_size=40),
    st.sampled_from([name for name, _ in BAD_NAMES] + [email for email, _ in BAD_ADDRESSES]),
    st.sampled_from(
        ["'; DROP TABLE petitionkit_signature; --", "\ud800", "٣", "ﷺ" * 300, "\u0345"]
    ),
    st.text(st.characters(categories=["Cs", "Cc", "Cf", "Mn", "So"]), max_size=10),
)
_emails = st.one_of(
    _hostile,
    st.from_regex(r"[a-c]{1,2}(\+x)?@(gmail\.com|b\.org|exämple\.de)", fullmatch=True),
    st.from_regex(r"[a-z]{2,3}@b\.org", fullmatch=True),  # few of whom are there already
)
_hostile_drafts = st.builds(
    SignatureDraft,
    name=_hostile | st.sampled_from(["Anna", "山田", "Zoë"]),
    email=_emails,
    phone=st.just("") | _hostile,
    postal_code=st.just("") | _hostile,
    country=st.sampled_from(["", "FI", "ß", "\ud800"]),
    birth_date=st.sampled_from(["", "1990-01-01", "0000-00-00", "\x00", "\u0662000-01-01"]),
    comment=st.just("") | _hostile,
    national_number=st.just("") | _hostile,
    region=st.just("") | _hostile,
    kind=st.sampled_from(PartyKind),
    consents=st.sampled_from([(), ("mail",), ("x",)]),
    visibility=st.sampled_from(["", "public", "all"]),
)
# Where every field may be wrong hardly anybody is taken; of these some are.
drafts = _hostile_drafts | st.builds(
    SignatureDraft, name=st.sampled_from(["Anna", "山田", "Zoë"]), email=_emails
)


def everything(store: Store) -> object:
    ids = store.petitions(limit=10)
    notices = store.notices(limit=100_000)
    return (
        [store.petition(one) for one in ids],
        [store.tally(one) for one in ids],
        [store.signatures(one, limit=100_000) for one in ids],
        notices,
        [store.attempt(notice.attempt_id) for notice in notices if notice.attempt_id],
        store.due(limit=10),
        store.due_attempts(limit=100_000),
        store.claim_keys(),
        [store.minutes(one, "supporters") for one in ids],
    )


@given(drafts, drafts)
def test_a_refused_signing_leaves_every_readable_row_equal(
    first: SignatureDraft, second: SignatureDraft
) -> None:
    office = Office(policy=POLICY_ASKING).publish()
    office.desk.sign(office.id, first)
    before = everything(office.store)
    match office.desk.sign(office.id, second):
        case Refused(problems=problems):
            assert problems
            assert {one.code for one in problems} <= set(ENGLISH)
            assert everything(office.store) == before
        case Received():  # pragma: no branch (an answer is one of these two)
            assert len(office.store.notices()) >= 1


def hostile_rows(count: int, folder: Path) -> int:
    """Take rows in, half of them as lines and half by the web; none is lost or half written.

    Tells how many were taken and do not count, since too many came from one source.
    """
    migrate(folder / "p.db")
    store = SQLiteStore(folder / "p.db")
    ids = counting_ids()
    desk = Desk(store, secrets=KEYS, clock=Clock(), new_id=lambda: next(ids))
    petition = desk.publish(desk.start(texts=[TEXT]).id, POLICY_ASKING)
    outcomes: list[IntakeOutcome | ConfirmOutcome] = []
    batches = count // 100

    @settings(max_examples=batches, database=None)
    @given(st.lists(drafts, min_size=100, max_size=100))
    def take_in(rows: list[SignatureDraft]) -> None:
        told = desk.intake(petition.id, [Submission(draft=row) for row in rows[::2]])
        assert len(told) == len(rows) // 2
        outcomes.extend(told)
        outcomes.extend(by_the_web(row) for row in rows[1::2])

    def by_the_web(row: SignatureDraft) -> ConfirmOutcome:
        answer = desk.sign(petition.id, row, source="192.0.2.7")
        if isinstance(answer, Refused):
            assert desk.notices() == []
            return answer
        [notice] = desk.notices()
        desk.acknowledge(notice)
        letter = desk.letter(notice)
        if letter is None or not letter.token:  # known, or the mailbox has had its share
            return AlreadySigned()
        return desk.confirm(letter.token)

    take_in()
    accepted = [one for one in outcomes if isinstance(one, Accepted | Confirmed)]
    refused = [one for one in outcomes if isinstance(one, Refused)]
    known = [one for one in outcomes if isinstance(one, Duplicate | AlreadySigned)]
    assert len(accepted) + len(refused) + len(known) == len(outcomes) >= count
    assert all(one.problems and {p.code for p in one.problems} <= set(ENGLISH) for one in refused)
    rows = store.signatures(petition.id, limit=1_000_000)
    assert {row.signature.id for row in rows} == {one.signature_id for one in accepted}
    counts = store.tally(petition.id)
    live = sum(row.signature.live for row in rows)
    assert counts.count("persons") + counts.count("organisations") == live
    store.close()
    return len(rows) - live


def test_hostile_rows_are_accepted_or_refused_and_none_is_lost() -> None:
    with TemporaryDirectory() as folder:
        hostile_rows(500, Path(folder))


@pytest.mark.long
def test_ten_thousand_hostile_rows_are_accepted_or_refused_and_none_is_lost() -> None:
    with TemporaryDirectory() as folder:
        assert hostile_rows(10_000, Path(folder)) > 0
