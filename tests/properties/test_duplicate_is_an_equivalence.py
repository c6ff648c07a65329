"""With one claim that nobody shares, signatures fall into classes: the persons who signed.

The oracle knows the persons beforehand and how each of them may write the address.
"""

from hypothesis import given
from hypothesis import strategies as st

from petitionkit.outcomes import Accepted, Duplicate
from petitionkit.signature import SignatureDraft, Submission
from samples import NO_MAIL, Office

WAYS = {
    "ada": ("ada@example.org", "ADA@Example.org", "ada+1@example.org"),
    "a.da": ("a.da@example.org", "a.da+x@EXAMPLE.ORG"),
    "bo": ("b.o@gmail.com", "bo@googlemail.com", "BO+oak@gmail.com"),
    "cy": ("cy@bücher.de", "cy@xn--bcher-kva.de"),
}
_names = st.sampled_from(["Ada", "山田", "Bo"])
_signers = st.sampled_from([(who, way) for who, ways in WAYS.items() for way in ways])
_rows = st.lists(st.tuples(_signers, _names), max_size=12)


def taken_in(rows: list[tuple[tuple[str, str], str]]) -> tuple[Office, list[Accepted | Duplicate]]:
    office = Office(policy=NO_MAIL).publish()
    drafts = [SignatureDraft(name=name, email=way) for (_, way), name in rows]
    outcomes = office.desk.intake(office.id, [Submission(draft=draft) for draft in drafts])
    told = [outcome for outcome in outcomes if isinstance(outcome, Accepted | Duplicate)]
    assert len(told) == len(rows)
    return office, told


@given(_rows)
def test_two_signatures_are_duplicates_exactly_if_they_are_one_persons(
    rows: list[tuple[tuple[str, str], str]],
) -> None:
    _, told = taken_in(rows)
    classes = [one.signature_id if isinstance(one, Accepted) else one.of for one in told]
    for row, mine in zip(rows, classes, strict=True):
        for other, theirs in zip(rows, classes, strict=True):
            assert (mine == theirs) is (row[0][0] == other[0][0])


@given(_rows, st.randoms(use_true_random=False))
def test_the_order_of_arrival_never_changes_how_many_count(
    rows: list[tuple[tuple[str, str], str]], chance: object
) -> None:
    shuffled = list(rows)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    persons = len({who for (who, _), _ in rows})
    assert taken_in(rows)[0].supporters == taken_in(shuffled)[0].supporters == persons
