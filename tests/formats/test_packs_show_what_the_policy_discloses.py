"""No word of a signer is in a pack that the policy does not disclose, whatever it is."""

from datetime import date, datetime
from pathlib import Path

import pytest
from attrs import evolve, fields
from hypothesis import given
from hypothesis import strategies as st
from pack_samples import SHOWN, SIGNERS, Signed

from petitionkit.disclosure import Disclosed, Disclosure
from petitionkit.form import Demand, Form, FormField, Keeping, Kept
from petitionkit.formats.pack.view import RollView, view
from petitionkit.policy import Policy
from petitionkit.signature import (
    Approval,
    Attestation,
    AttestationKind,
    Particulars,
    Provenance,
    Review,
    Signature,
    Visibility,
)
from samples import DAY, T0

TEXTS = sorted(field.name for field in fields(Particulars) if field.type is str)
SIGNED = Signed(signers=SIGNERS[:1])
EVERYTHING = Form(
    street=Demand.OPTIONAL,
    locality=Demand.OPTIONAL,
    postal_code=Demand.OPTIONAL,
    country=Demand.OPTIONAL,
    citizenship=Demand.OPTIONAL,
    birth_date=Demand.OPTIONAL,
    national_number=Demand.OPTIONAL,
    register_number=Demand.OPTIONAL,
    guardian=Demand.OPTIONAL,
    comment=Demand.OPTIONAL,
    kept=Kept(birth_date=Keeping.KEEP, national_number=Keeping.KEEP),
)


def showing(*disclosed: Disclosed, form: Form = EVERYTHING) -> Policy:
    return evolve(SHOWN, form=form, disclosure=Disclosure(fields=disclosed))


BORN = date(1901, 2, 3)


def mark(name: str) -> str:
    return f"secret-{name}"


def marked() -> Signature:
    """A signature in which every text says what it is."""
    [first] = list(SIGNED.signatures())
    return evolve(
        first,
        particulars=Particulars(
            **{name: mark(name) for name in TEXTS},  # type: ignore[arg-type]  # texts, all of them
            birth_date=BORN,
        ),
        language=mark("language"),
        provenance=Provenance(source=mark("source"), line=777_777),
        attestations=(Attestation(kind=AttestationKind.CLERK, at=T0, by=mark("by")),),
    )


subsets = st.lists(st.sampled_from(Disclosed), min_size=1, unique=True).map(tuple)


@given(disclosed=subsets)
def test_the_roll_and_its_page_hold_what_is_disclosed_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, disclosed: tuple[Disclosed, ...]
) -> None:
    signed = Signed(policy=showing(*disclosed), signers=SIGNERS[:1])
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
    assert ("1901-02-03" in roll) is ("1901-02-03" in page) is ("birth_date" in shown)
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
    shown = view(first, showing(disclosed), 7)
    assert shown == RollView(number=7, cells=(cell,))


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
    assert repr(view(first, SHOWN, 1)) == "RollView(number=1, withheld=False)"


# What signers and moderators want

FIELDS = tuple(Disclosed)
ALWAYS = {"country", "region", "kind", "language", "signed_on", "signed_at", "channel"}


def empty(signature: Signature, policy: Policy) -> set[str]:
    """The fields that are empty in a line of which every field is filled in."""
    shown = view(signature, policy, 1)
    found = {str(name) for name, cell in zip(FIELDS, shown.cells, strict=True) if not cell}
    assert shown.withheld is bool(found)
    return found


@pytest.mark.parametrize(
    ("visibility", "hidden"),
    [
        (Visibility.PUBLIC, set()),
        (Visibility.ADDRESSEE, set()),
        (Visibility.ORGANISER, set(FIELDS) - ALWAYS),
        (Visibility.NOBODY, set(FIELDS) - ALWAYS),
    ],
)
def test_who_does_not_want_to_be_known_is_a_line_without_a_person(
    visibility: Visibility, hidden: set[str]
) -> None:
    given = marked()
    given = evolve(given, particulars=evolve(given.particulars, visibility=visibility))
    assert empty(given, showing(*FIELDS)) == hidden


@pytest.mark.parametrize(
    ("of", "approvals", "reviewed", "hidden"),
    [
        ("name", [], False, set()),
        ("name", [Approval.REFUSED], False, {"name", "given_name", "family_name"}),
        ("name", [Approval.REFUSED, Approval.APPROVED], False, set()),
        ("name", [], True, {"name", "given_name", "family_name"}),
        ("name", [Approval.APPROVED], True, set()),
        ("comment", [Approval.APPROVED, Approval.REFUSED], False, {"comment"}),
        ("comment", [], True, {"comment"}),
        ("comment", [Approval.APPROVED], True, set()),
    ],
)
def test_what_a_moderator_has_not_approved_is_not_handed_on(
    of: str, approvals: list[Approval], *, reviewed: bool, hidden: set[str]
) -> None:
    reviews = tuple(Review(of=of, approval=approval, at=T0) for approval in approvals)
    form = evolve(EVERYTHING, reviewed=(FormField(of),) if reviewed else ())
    given = evolve(marked(), reviews=reviews)
    assert empty(given, showing(*FIELDS, form=form)) == hidden


def test_nothing_is_withheld_where_nothing_would_have_been_shown() -> None:
    given = marked()
    hidden = evolve(given.particulars, visibility=Visibility.NOBODY, comment="")
    policy = showing(Disclosed.REGION, Disclosed.COMMENT)
    assert not view(evolve(given, particulars=hidden), policy, 1).withheld


def test_lines_with_withheld_cells_are_counted(tmp_path: Path) -> None:
    signed = Signed()
    first, *rest = signed.signatures()
    hidden = evolve(first.particulars, visibility=Visibility.NOBODY)
    pack = signed.pack(tmp_path / "pack", signatures=[evolve(first, particulars=hidden), *rest])
    assert (pack.manifest.counts.lines, pack.manifest.counts.withheld) == (4, 1)
    page = (tmp_path / "pack" / "petition.html").read_text("utf-8")
    assert "Anna Berg" not in page
    assert "Lines with cells withheld" in page
