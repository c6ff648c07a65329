import hashlib
import hmac

import pytest
from attrs import evolve

from petitionkit.claims import ClaimKind, Identity
from petitionkit.codec import from_json, to_json
from petitionkit.errors import InvalidValueError
from petitionkit.form import Demand, Form
from petitionkit.identity import claim, claims_for, mail_marks, name_key
from petitionkit.ledger import Claim
from petitionkit.mailboxes import MailboxRule, Recipe, mailbox_recipe
from petitionkit.parties import PartyKind
from petitionkit.policy import Policy
from petitionkit.signature import Particulars
from samples import BOTH_KEYS, KEYS, NO_MAIL

ANNA = Particulars(name="Anna", email="anna.b+x@gmail.com", phone="+442079460000")
BOTH = evolve(
    NO_MAIL,
    form=Form(phone=Demand.OPTIONAL),
    identity=Identity(any_of=(ClaimKind.MAILBOX, ClaimKind.PHONE)),
)


def _digests(claims: tuple[Claim, ...]) -> set[bytes]:
    return {made.digest for made in claims}


def test_a_claim_is_a_keyed_hash_of_realm_kind_recipe_and_value() -> None:
    message = b"5:claim,1:r,7:mailbox,1:2,15:annab@gmail.com,"
    expected = hmac.new(bytes(range(32)), message, hashlib.sha256).digest()
    [made] = claims_for(NO_MAIL, "r", evolve(ANNA, phone=""), KEYS)
    assert made == Claim(kind="mailbox", key=KEYS.live[0], digest=expected)


def test_a_claim_is_made_under_every_live_key_the_newest_first() -> None:
    made = claim(BOTH_KEYS, "r", ClaimKind.PHONE, "+1")
    assert [one.key for one in made] == list(BOTH_KEYS.live)
    assert claim(KEYS, "r", ClaimKind.PHONE, "+1") == made[1:]


def test_while_a_recipe_changes_a_mailbox_is_claimed_under_both() -> None:
    anna = Particulars(name="Anna", email="an-na@pm.me")
    changing = evolve(NO_MAIL, identity=Identity(recipes=(2, 1)))
    both = claims_for(changing, "r", anna, KEYS)
    newest, older = (
        claim(KEYS, "r", ClaimKind.MAILBOX, "anna@proton.me", recipe=2),
        claim(KEYS, "r", ClaimKind.MAILBOX, "an-na@pm.me", recipe=1),
    )
    assert both == (*newest, *older)
    assert claims_for(NO_MAIL, "r", anna, KEYS) == newest


def test_a_signer_is_known_by_all_that_the_policy_names() -> None:
    assert [made.kind for made in claims_for(BOTH, "r", ANNA, KEYS)] == ["mailbox", "phone"]
    assert [made.kind for made in claims_for(NO_MAIL, "r", ANNA, KEYS)] == ["mailbox"]
    unknown = evolve(ANNA, email="")
    assert [made.kind for made in claims_for(BOTH, "r", unknown, KEYS)] == ["phone"]


def test_an_organisation_is_known_by_its_name_however_it_is_spelled() -> None:
    one = Particulars(name="Friends of  the Park", kind=PartyKind.ORGANISATION, email="a@b.org")
    other = Particulars(name="FRIENDS OF THE PARK", kind=PartyKind.ORGANISATION, email="c@d.org")
    made = claims_for(BOTH, "r", one, KEYS, line=("row", "1"))
    assert [claim.kind for claim in made] == ["registered_name"]
    assert made == claims_for(BOTH, "r", other, KEYS)


def test_a_line_identifies_only_who_gave_nothing_else() -> None:
    nobody = Particulars(name="Anna")
    first = claims_for(NO_MAIL, "r", nobody, KEYS, line=("Anna,Bath", "1"))
    assert [made.kind for made in first] == ["line"]
    assert first != claims_for(NO_MAIL, "r", nobody, KEYS, line=("Anna,Bath", "2"))
    known = claims_for(NO_MAIL, "r", ANNA, KEYS, line=("Anna,Bath", "1"))
    assert [made.kind for made in known] == ["mailbox"]
    assert claims_for(NO_MAIL, "r", nobody, KEYS) == ()


@pytest.mark.parametrize("kind", [ClaimKind.MAILBOX, ClaimKind.PHONE, ClaimKind.LINE])
def test_claims_of_two_realms_or_kinds_never_match(kind: ClaimKind) -> None:
    here = _digests(claim(KEYS, "here", kind, "x"))
    assert here.isdisjoint(_digests(claim(KEYS, "there", kind, "x")))
    for other in set(ClaimKind) - {kind}:
        assert here.isdisjoint(_digests(claim(KEYS, "here", other, "x")))


def test_values_of_a_claim_never_run_together() -> None:
    one = claim(KEYS, "r", ClaimKind.LINE, "a1", "1")
    assert one != claim(KEYS, "r", ClaimKind.LINE, "a", "11")


REGISTERED = evolve(
    NO_MAIL,
    form=Form(register_number=Demand.OPTIONAL, street=Demand.OPTIONAL),
    identity=Identity(any_of=(ClaimKind.MAILBOX,), all_of=((ClaimKind.NAME, ClaimKind.STREET),)),
)


def test_an_organisation_is_known_by_its_register_number() -> None:
    society = Particulars(name="Society", kind=PartyKind.ORGANISATION, register_number="12")
    both = claims_for(REGISTERED, "r", society, KEYS)
    assert [made.kind for made in both] == ["register_number", "registered_name"]
    required = evolve(
        REGISTERED, form=Form(register_number=Demand.REQUIRED, street=Demand.OPTIONAL)
    )
    assert claims_for(required, "r", society, KEYS) == both[:1]


def test_a_combination_needs_all_of_its_parts() -> None:
    lives = Particulars(name="Anna", street="High  Street 1")
    made = claims_for(REGISTERED, "r", lives, KEYS)
    assert [one.kind for one in made] == ["name+street"]
    same = evolve(lives, name="ANNA", street="high street 1")
    assert claims_for(REGISTERED, "r", same, KEYS) == made
    assert claims_for(REGISTERED, "r", evolve(lives, street=""), KEYS) == ()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Zoë Müller", "ZOE  MULLER", True),
        ("Anne-Marie", "anne marie", True),
        ("O'Brien", "OBrien", False),
        ("山田太郎", "山田花子", False),
        ("山田", "山田", True),
        ("मीना", "मोना", False),
        ("Анна", "анна", True),
        ("\u0391\u039d\u039d\u0391", "Anna", False),
        ("!", "?", False),
    ],
)
def test_names_are_compared_by_what_tells_people_apart(one: str, other: str, *, same: bool) -> None:
    assert (name_key(one) == name_key(other)) is same
    assert name_key(one)
    assert name_key(name_key(one)) == name_key(one)


def test_whoever_signed_under_the_older_recipe_meets_whoever_signs_under_both() -> None:
    def claims(address: str, *recipes: int) -> set[bytes]:
        policy = evolve(NO_MAIL, identity=Identity(recipes=recipes))
        who = Particulars(name="Anna", email=address)
        return {one.digest for one in claims_for(policy, "r", who, KEYS)}

    before = claims("an-na@pm.me", 1)
    assert before.isdisjoint(claims("an-na@pm.me", 2))
    assert before & claims("an-na@pm.me", 2, 1)
    assert claims("anna@proton.me", 2) & claims("an-na@pm.me", 2, 1)


def test_an_office_may_have_a_recipe_of_its_own() -> None:
    own = Recipe(version=1000, identity=[MailboxRule(name="example.org", ignored=".")])
    identity = Identity(recipes=(1000, 2), own_recipes=(own,))
    assert identity.live_recipes == (own, mailbox_recipe(2))
    policy = evolve(NO_MAIL, identity=identity)
    assert from_json(Policy, to_json(policy)) == policy
    one, other = (Particulars(name="A", email=f"{who}@example.org") for who in ("a.b", "ab"))
    made = [claims_for(policy, "r", who, KEYS) for who in (one, other)]
    assert made[0][0] == made[1][0]
    assert made[0][1] != made[1][1]


@pytest.mark.parametrize(
    ("recipes", "own", "names"),
    [
        ((), (), ["recipes"]),
        ((3,), (), ["recipes"]),
        ((2, 2), (), ["recipes"]),
        ((1000,), (), ["recipes"]),
        ((2,), (999,), ["own_recipes"]),
        ((2,), (1000, 1000), ["own_recipes"]),
    ],
)
def test_recipes_are_known_and_named_once(
    recipes: tuple[int, ...], own: tuple[int, ...], names: list[str]
) -> None:
    written = tuple(Recipe(version=version, identity=()) for version in own)
    with pytest.raises(InvalidValueError) as refused:
        Identity(recipes=recipes, own_recipes=written)
    assert [found.field for found in refused.value.problems] == names


def test_mails_to_a_mailbox_are_counted_under_every_live_recipe_and_key() -> None:
    def marks(address: str, *recipes: int) -> tuple[str, ...]:
        return mail_marks(Identity(recipes=recipes), "r", address, BOTH_KEYS)

    assert len(set(marks("an-na@pm.me", 2, 1))) == 4
    assert marks("an-na@pm.me", 1)[0] in marks("an-na@pm.me", 2, 1)
    assert marks("an-na@pm.me", 2, 1)[0] == marks("anna@proton.me", 2)[0]
