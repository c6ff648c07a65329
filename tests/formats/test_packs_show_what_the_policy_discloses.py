"""No word of a signer is in a pack that the policy does not disclose, whatever it is."""

from datetime import datetime
from pathlib import Path

import pytest
from attrs import evolve, fields
from hypothesis import given
from hypothesis import strategies as st
from pack_samples import SHOWN, SIGNERS, Signed

from petitionkit.disclosure import Disclosed, Disclosure
from petitionkit.formats.pack.view import view
from petitionkit.signature import Attestation, AttestationKind, Particulars, Provenance, Signature
from samples import DAY, T0

TEXTS = sorted(field.name for field in fields(Particulars) if field.type is str)
SIGNED = Signed(signers=SIGNERS[:1])


def mark(name: str) -> str:
    return f"secret-{name}"


def marked() -> Signature:
    """A signature in which every text says what it is."""
    [first] = list(SIGNED.signatures())
    return evolve(
        first,
        particulars=evolve(first.particulars, **{name: mark(name) for name in TEXTS}),
        language=mark("language"),
        provenance=Provenance(source=mark("source"), line=777_777),
        attestations=(Attestation(kind=AttestationKind.CLERK, at=T0, by=mark("by")),),
    )


subsets = st.lists(st.sampled_from(Disclosed), min_size=1, unique=True).map(tuple)


@given(disclosed=subsets)
def test_the_roll_and_its_page_hold_what_is_disclosed_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, disclosed: tuple[Disclosed, ...]
) -> None:
    signed = Signed(
        policy=evolve(SHOWN, disclosure=Disclosure(fields=disclosed)), signers=SIGNERS[:1]
    )
    [own] = list(signed.signatures())
    given = evolve(marked(), id=own.id, petition_id=own.petition_id)
    folder: Path = tmp_path_factory.mktemp("packs") / "pack"
    signed.pack(folder, signatures=[given])
    manifest, roll, page = (
        (folder / name).read_text("utf-8")
        for name in ("manifest.json", "roll.csv", "petition.html")
    )
    shown = {name for name in Disclosed if name in disclosed}
    for name in (*TEXTS, "language", "source", "by"):
        assert (mark(name) in roll) is (name in shown), name
        assert (mark(name) in page) is (name in shown | {"region"}), name  # its table, too
        assert (mark(name) in manifest) is (name == "language"), name  # as a text's
    assert "777777" not in roll + page + manifest
    assert str(own.id) not in roll + page + manifest


@pytest.mark.parametrize(
    ("disclosed", "cell"),
    [
        (Disclosed.NAME, "Anna Berg"),
        (Disclosed.KIND, "person"),
        (Disclosed.REGION, "North"),
        (Disclosed.COMMENT, "For my children."),
        (Disclosed.LANGUAGE, "en"),
        (Disclosed.SIGNED_ON, "2026-03-02"),
        (Disclosed.SIGNED_AT, "2026-03-02T12:00:00Z"),
        (Disclosed.CHANNEL, "clerk"),
    ],
)
def test_each_field_shows_its_own(disclosed: Disclosed, cell: str) -> None:
    [first] = list(SIGNED.signatures())
    policy = evolve(SHOWN, disclosure=Disclosure(fields=(disclosed,)))
    assert view(first, policy, 7).cells == (cell,)
    assert view(first, policy, 7).number == 7


@pytest.mark.parametrize(("zone", "day"), [("UTC", "2026-03-02"), ("Asia/Tokyo", "2026-03-03")])
def test_the_day_is_that_of_the_policys_zone(zone: str, day: str) -> None:
    [first] = list(SIGNED.signatures())
    late: datetime = T0 + DAY * 1.49
    policy = evolve(
        SHOWN,
        window=evolve(SHOWN.window, zone=zone),
        disclosure=Disclosure(fields=(Disclosed.SIGNED_ON,)),
    )
    assert view(evolve(first, signed_at=late), policy, 1).cells == (day,)


def test_a_line_is_shown_in_no_repr() -> None:
    [first] = list(SIGNED.signatures())
    assert repr(view(first, SHOWN, 1)) == "RollView(number=1)"
