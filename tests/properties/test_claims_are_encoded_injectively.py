"""Two different values never make one claim, however their parts run into each other."""

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from petitionkit.claims import ClaimKind, Identity
from petitionkit.form import Demand, Form
from petitionkit.identity import claim, claims_for
from petitionkit.signature import Particulars
from samples import KEYS, NO_MAIL

_parts = st.lists(st.text("ab:,1é", max_size=4), max_size=4).map(tuple)
_kinds = st.sampled_from(ClaimKind)
_values = st.text("a1", min_size=1, max_size=3)

TOGETHER = evolve(
    NO_MAIL,
    form=Form(postal_code=Demand.OPTIONAL, country=Demand.OPTIONAL),
    identity=Identity(
        any_of=(),
        all_of=((ClaimKind.POSTAL_CODE, ClaimKind.COUNTRY, ClaimKind.NAME),),
    ),
)


_claims = st.tuples(st.text("ab", max_size=2), _kinds, _parts)
# The same text cut elsewhere: at a comma, or anywhere.
_cuts = st.tuples(st.text("ab,:1", max_size=6), st.integers(0, 6)).map(
    lambda made: ((made[0],), tuple(made[0].split(",")), (made[0][: made[1]], made[0][made[1] :]))
)
_people = st.builds(Particulars, name=_values, postal_code=_values, country=_values)


@given(_claims, _claims)
def test_claims_are_equal_only_where_realm_kind_and_parts_are(
    one: tuple[str, ClaimKind, tuple[str, ...]], other: tuple[str, ClaimKind, tuple[str, ...]]
) -> None:
    made = [claim(KEYS, realm, kind, *parts)[0] for realm, kind, parts in (one, other)]
    assert (made[0].digest == made[1].digest) is (one == other)


@given(_people, _people)
def test_combinations_are_equal_only_where_every_part_is(
    one: Particulars, other: Particulars
) -> None:
    made = [claims_for(TOGETHER, "r", who, KEYS)[0].digest for who in (one, other)]
    assert (made[0] == made[1]) is (one == other)


@given(_cuts, st.sampled_from(ClaimKind))
def test_a_text_that_is_cut_elsewhere_makes_another_claim(
    cuts: tuple[tuple[str, ...], ...], kind: ClaimKind
) -> None:
    made = {parts: claim(KEYS, "r", kind, *parts)[0].digest for parts in cuts}
    assert len(set(made.values())) == len(made)
