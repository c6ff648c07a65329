"""Invented signers by number, always the same; and the policies that the benchmarks count by.

Nine addresses of ten are at a dozen large providers, as in real rolls; the tenth is at one of
five thousand domains.
"""

import csv
from pathlib import Path

from petitionkit.claims import ClaimKind, Identity
from petitionkit.clauses import Threshold
from petitionkit.desk import Desk
from petitionkit.form import Demand, Form
from petitionkit.keys import KeyRing
from petitionkit.petition import Petition, PetitionText
from petitionkit.policy import Policy
from petitionkit.signature import SignatureDraft, Submission
from petitionkit.store import Store

KEYS = KeyRing([b"k" * 32])
HEADER = ("name", "email", "postal_code", "signed_at")

_GIVEN = "Anna Ben Chloe David Emma Finn Grace Harry Isla Jack Kate Liam Mia Noah Olga".split()
_FAMILY = "Smith Jones O'Neill Brown Wilson Taylor Evans Thomas Roberts Walker Wright".split()
_DOMAINS = (
    *("gmail.com", "gmail.com", "gmail.com", "hotmail.com", "yahoo.com", "outlook.com"),
    *("hotmail.co.uk", "btinternet.com", "icloud.com", "yahoo.co.uk", "live.co.uk", "aol.com"),
)
_THRESHOLDS = tuple(
    Threshold(key=f"level-{level}", level=level) for level in (1_000, 10_000, 100_000)
)

ONE_CLAIM = Policy(
    name="one-claim",
    version="1",
    form=Form(postal_code=Demand.OPTIONAL),
    thresholds=_THRESHOLDS,
)
TWO_CLAIMS = Policy(
    name="two-claims",
    version="1",
    form=Form(postal_code=Demand.OPTIONAL),
    identity=Identity(
        any_of=(ClaimKind.MAILBOX,), all_of=((ClaimKind.NAME, ClaimKind.POSTAL_CODE),)
    ),
    thresholds=_THRESHOLDS,
)


def person(n: int) -> tuple[str, str, str]:
    """Name, address and postal code of the signer of a number; no two share any two of them."""
    given, family = _GIVEN[n % len(_GIVEN)], _FAMILY[n // 7 % len(_FAMILY)]
    domain = f"firm{n // 10 % 5_000}.co.uk" if n % 10 == 0 else _DOMAINS[n % len(_DOMAINS)]
    letters = "ABDEFGHJLN"
    inward = f"{n % 10}{letters[n // 10 % 10]}{letters[n // 100 % 10]}"
    postal_code = f"{letters[n // 1_000 % 10]}{n // 10_000 % 99 + 1} {inward}"
    return f"{given} {family}", f"{given.lower()}.{n}@{domain}", postal_code


def draft(n: int) -> SignatureDraft:
    name, email, postal_code = person(n)
    return SignatureDraft(name=name, email=email, postal_code=postal_code)


def submission(n: int) -> Submission:
    return Submission(draft=draft(n))


def write_roll(path: Path, lines: int, *, day: str = "") -> Path:
    """A roll of so many lines, all of one day where it is named."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(HEADER)
        out.writerows((*person(n), day) for n in range(lines))
    return path


def an_open_petition(store: Store, policy: Policy = ONE_CLAIM) -> tuple[Desk, Petition]:
    """A desk over the store, and a petition there that takes signatures."""
    desk = Desk(store, secrets=KEYS)
    text = PetitionText(language="en", title="Save the oak")
    petition = desk.start(texts=[text])
    return desk, desk.publish(petition.id, policy)
