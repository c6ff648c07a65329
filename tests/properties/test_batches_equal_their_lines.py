"""What is prepared for a batch at once equals what each of its lines would be alone."""

from datetime import UTC, date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from petitionkit.codec import to_json
from petitionkit.form import Demand, Form
from petitionkit.lean_pickles import pack, unpack
from petitionkit.parties import PartyKind
from petitionkit.policy import Policy
from petitionkit.rows import SIGNATURE_COLUMNS, signature_row
from petitionkit.signature import (
    Channel,
    Consent,
    Particulars,
    Provenance,
    SignatureDraft,
    Submission,
    Visibility,
)
from petitionkit.stores.dialect import DIALECTS, Dialect
from petitionkit.tally import Tally
from petitionkit.testing.samples import full_signature
from petitionkit.verbs.reception import Reception
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


# Of each field first what is kept as it was typed, then what is not.
_WORDS = {
    "name": (["Ann Oak", "O'Hara-Lee", "Åsa"], [" Ann", "ann  oak", "www.ann", "=1", ""]),
    "email": (["ann@b.org", "Ann+x@gmail.com"], ["a@B.org", "a@local", "a", " a@b.org", "ä@b.org"]),
    "phone": (["+442079460000"], ["020 7946 0000", "1"]),
    "street": (["1 High Street", "2 Low Road"], ["1  High Street", "see www.x", "Ölweg"]),
    "locality": (["Leeds", "York"], [" Leeds", "L" * 300]),
    "area": (["Kent"], ["\x00"]),
    "postal_code": (["N1 1TY", "00100", "AB 12"], ["n1 1ty", "N11TY", " ", "Ä"]),
    "national_number": (["A123"], ["a-123", "--"]),
    "comment": (["Yes.", "Né\ntwo"], ["Yes. ", "\u202e", "c" * 9000]),
}
_words = {name: st.sampled_from([*kept * 4, *changed]) for name, (kept, changed) in _WORDS.items()}
_rest = st.fixed_dictionaries(
    {},
    optional={
        "country": st.sampled_from(["GB", " GB", "FI", "xx"]),
        "citizenship": st.sampled_from(["FI", "xx"]),
        "region": st.sampled_from(["north", "\ud800"]),
        "birth_date": st.sampled_from(["1990-01-02", "2024-01-01", "soon"]),
        "kind": st.sampled_from(PartyKind),
        "register_number": st.just("R1"),
        "given_name": st.just("Ann"),
        "family_name": st.sampled_from(["Oak", "Ann"]),
        "consents": st.sampled_from([(), ("mail",), ("x",), ["mail"]]),
        "visibility": st.sampled_from(["", "nobody", "all"]),
        "guardian": st.just("Bea"),
    },
)


@st.composite
def rolls(draw: st.DrawFn) -> list[Submission]:
    """Lines of few kinds, and many words."""
    kinds = draw(st.lists(_rest, min_size=1, max_size=2))
    columns = draw(st.sets(st.sampled_from(sorted(_WORDS)), max_size=4)) | {"name"}
    words = st.fixed_dictionaries({name: _words[name] for name in sorted(columns)})
    channels = [*[Channel.IMPORT] * 5, draw(st.sampled_from(Channel))]
    days = [draw(st.sampled_from([None, T0])), T0 + DAY]
    lines = []
    for number in range(2, 2 + draw(st.integers(2, 8))):
        came = Provenance(
            channel=draw(st.sampled_from(channels)),
            source="roll",
            line=draw(st.sampled_from([number] * 4 + [0])),
        )
        lines.append(
            Submission(
                draft=SignatureDraft(**{**draw(st.sampled_from(kinds)), **draw(words)}),
                provenance=came,
                signed_at=draw(st.sampled_from(days)),
                row=draw(st.sampled_from([None, ("text", "1")])),
            )
        )
    return lines


_asked: dict[str, Any] = {
    name: Demand.OPTIONAL
    for name in (*_WORDS, "country", "region", "birth_date")
    if name not in ("name", "email")
}
_plain = evolve(POLICY, form=Form(**_asked))


@given(rolls())
def test_what_goes_to_another_process_comes_there_as_it_is(lines: list[Submission]) -> None:
    desk = reception(_plain)
    made = [desk.prepare(one, "") for one in lines]
    parts = [one if isinstance(one, tuple) else (one.signature, one.claims) for one in made]
    assert unpack(pack(lines)) == lines
    assert unpack(pack(parts)) == parts
