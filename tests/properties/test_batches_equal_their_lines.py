"""What is prepared for a batch at once equals what each of its lines would be alone."""

from datetime import UTC, date, datetime
from functools import partial
from operator import attrgetter
from typing import Any
from uuid import UUID

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from petitionkit.codec import to_json
from petitionkit.form import Demand, Form
from petitionkit.lean_pickles import pack, unpack
from petitionkit.policy import Policy
from petitionkit.rows import SIGNATURE_COLUMNS, signature_row
from petitionkit.signature import (
    Channel,
    Consent,
    Particulars,
    Provenance,
    Submission,
    Visibility,
)
from petitionkit.stores.dialect import DIALECTS, Dialect
from petitionkit.tally import Tally
from petitionkit.testing.samples import full_signature
from petitionkit.testing.strategies import broken_drafts, drafts
from petitionkit.verbs.reception import Reception, Unfit
from samples import DAY, KEYS, POLICY, T0, opened, petition

_texts = st.just("") | st.text(st.characters(codec="utf-8"), max_size=8)
_consents = st.builds(Consent, key=_texts, version=_texts, at=st.datetimes(timezones=st.just(UTC)))
_people = st.builds(
    Particulars,
    name=_texts,
    street=_texts,
    postal_code=_texts,
    country=_texts,
    birth_date=st.none() | st.dates(),
    of_age=st.none() | st.booleans(),
    consents=st.lists(_consents, max_size=2).map(tuple),
    visibility=st.sampled_from(Visibility),
    originals=st.lists(st.tuples(_texts, _texts), max_size=2).map(tuple),
    network=_texts,
)
_columns = frozenset({"name", "email", "phone", "comment", "region", "kind"})


@given(_people)
def test_details_in_a_row_are_what_the_codec_writes(who: Particulars) -> None:
    row = signature_row(evolve(full_signature(), particulars=who))
    details = row[SIGNATURE_COLUMNS.index("details")]
    blank: dict[str, Any] = {name: "x" if name == "name" else "" for name in _columns - {"kind"}}
    beside = evolve(who, **blank)
    written = to_json(beside).replace(',"name":"x"', "").replace('"name":"x",', "")
    assert details == ("" if written == '{"name":"x"}' else written)


_cells = st.one_of(
    st.none(), st.integers(), _texts, st.uuids(), st.binary(), st.datetimes(timezones=st.just(UTC))
)


@given(
    st.integers(0, 4).flatmap(lambda n: st.lists(st.tuples(*[_cells] * n), max_size=5)),
    st.sampled_from([*DIALECTS.values()]),
)
def test_rows_taken_by_columns_are_those_taken_one_by_one(
    rows: list[tuple[object, ...]], dialect: Dialect
) -> None:
    if all(rows):  # no statement has no parameters
        assert [*dialect.rows(rows)] == [dialect.columns(row) for row in rows]


def test_an_instant_and_a_day_are_written_in_details_alike() -> None:
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    who = Particulars(
        name="Ann",
        birth_date=date(1990, 1, 2),
        consents=(Consent(key="news", version="1", at=at),),
    )
    details = signature_row(evolve(full_signature(), particulars=who))
    assert details[SIGNATURE_COLUMNS.index("details")] == (
        '{"birth_date":"1990-01-02",'
        '"consents":[{"at":"2026-03-01T12:00:00Z","key":"news","version":"1"}]}'
    )


def reception(policy: Policy) -> Reception:
    return Reception(
        petition=petition(opened()),
        policy=policy,
        read_tally=Tally,
        secrets=KEYS,
        now=T0 + 9 * DAY,
        new_id=partial(UUID, int=7),
    )


_asked: dict[str, Any] = dict.fromkeys(
    ("phone", "street", "postal_code", "country", "birth_date", "comment"), Demand.OPTIONAL
)
_plain = evolve(POLICY, form=Form(**_asked))
_lines = st.lists(
    st.builds(
        Submission,
        draft=drafts(_plain) | broken_drafts(_plain).map(attrgetter("draft")),
        provenance=st.builds(
            Provenance,
            channel=st.sampled_from(Channel),
            source=st.just("roll"),
            line=st.integers(0, 99),
        ),
        signed_at=st.sampled_from([None, T0, T0 + DAY]),
        row=st.sampled_from([None, ("text", "1")]),
    ),
    min_size=1,
    max_size=6,
)


@given(_lines)
def test_what_goes_to_another_process_comes_there_as_it_is(lines: list[Submission]) -> None:
    desk = reception(_plain)
    made = [desk.prepare(one, "") for one in lines]
    parts = [one if isinstance(one, Unfit) else (one.signature, one.claims) for one in made]
    assert unpack(pack(lines)) == lines
    assert unpack(pack(parts)) == parts
