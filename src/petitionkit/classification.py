"""Every field that a store keeps: who may ever see it, and whether it says who somebody is.

One table, which tests hold against the types by reflection: a field that is not in it yet stops
them. Views may have no field of another reader, and erasing leaves no field that is personal.
What of this a policy and a signer let a reader see is decided in ``views``.
"""

from collections.abc import Mapping
from types import MappingProxyType

from attrs import frozen

from petitionkit.disclosure import Reader
from petitionkit.facts import Fact
from petitionkit.ledger import Claim, Notice, Trace
from petitionkit.moderation import Reasons, Report, Restriction, Transfer, Update
from petitionkit.parties import Addressee, Answer, Author, Delivery, Party
from petitionkit.petition import DeclaredCount, Identifier, Petition, PetitionText, Relation
from petitionkit.signature import (
    Amendment,
    Attempt,
    Attestation,
    Consent,
    Particulars,
    Provenance,
    Review,
    Signature,
)

__all__ = ["CLASSIFIED", "Classified"]


@frozen(kw_only=True)
class Classified:
    """Who may ever see a field, and whether it is personal: about one person who signed."""

    readers: frozenset[Reader]
    personal: bool = False


_LETTERS = {reader.value[0]: reader for reader in Reader}


def _fields(**said: str) -> Mapping[str, Classified]:
    """Read a line of letters: the readers' initials, ``!`` where the field is personal."""
    return MappingProxyType(
        {
            name: Classified(
                readers=frozenset(_LETTERS[letter] for letter in letters if letter != "!"),
                personal="!" in letters,
            )
            for name, letters in said.items()
        }
    )


CLASSIFIED: Mapping[type, Mapping[str, Classified]] = MappingProxyType(
    {
        Signature: _fields(
            id="oms",
            petition_id="ms",
            particulars="",
            role="oms",
            provenance="",
            text_digest="s",
            language="ams",
            signed_on="paoms",
            signed_at="ams",
            counted_at="ms",
            withdrawn_at="ms",
            counters="m",
            attestations="ms",
            invalidated_at="m",
            ground="m",
            bounced_at="s",
            reviews="m",
        ),
        Particulars: _fields(
            name="paoms!",
            given_name="ams!",
            family_name="ams!",
            email="s!",
            phone="s!",
            street="as!",
            locality="paoms!",
            postal_code="as!",
            country="paoms",
            citizenship="as!",
            birth_date="as!",
            of_age="s",
            national_number="as!",
            register_number="as!",
            guardian="as!",
            comment="paoms!",
            region="paoms",
            area="ms!",
            kind="paoms",
            consents="s",
            visibility="oms",
            originals="s!",
            network="ms!",
        ),
        Consent: _fields(key="s", version="s", at="s", withdrawn_at="s"),
        Provenance: _fields(channel="ams", source="ms", line="ms"),
        Attestation: _fields(kind="ms", at="ms", by="ms!", level="ms"),
        Review: _fields(of="m", approval="m", at="m", by="m", ground="m"),
        Amendment: _fields(signature_id="m", kind="m", at="m", actor="m", ground="m", was="ms!"),
        Attempt: _fields(
            id="ms",
            petition_id="ms",
            particulars="",
            received_at="ms",
            expires_at="ms",
            text_digest="ms",
            language="ms",
            role="ms",
            generation="m",
            signature_id="m",
            mailbox="!",
            mailed_at="m",
            due_at="m",
            bounced_at="m",
            held="m",
            held_by="m",
        ),
        Notice: _fields(id="m", kind="m", petition_id="m", at="m", attempt_id="m", subject="m"),
        Trace: _fields(source="!", role="", at="", until=""),
        Claim: _fields(kind="", key="", digest="!", slot=""),
        # The petition itself: what is public of it is so for everybody.
        Petition: _fields(
            id="paoms",
            office="paoms",
            realm="m",
            starter="",
            texts="",
            addressees="",
            authors="",
            identifiers="",
            slugs="paoms",
            tags="paoms",
            related="",
            declared="",
            chosen="paoms",
            restrictions="",
            reports="",
            updates="",
            transfer="",
            facts="",
            version="om",
        ),
        PetitionText: _fields(
            language="paoms",
            title="paoms",
            body="paoms",
            details="paoms",
            note="m",
            version="paoms",
            edit="paoms",
        ),
        Party: _fields(kind="paoms", name="paoms!", reference="om!"),
        Author: _fields(name="paoms!", role="paoms", reference="om!", accepted="om"),
        Addressee: _fields(key="paoms", name="paoms", place="paoms", delivery="", answer=""),
        Delivery: _fields(at="paoms", count="paoms", receipt="aom"),
        Answer: _fields(at="paoms", summary="paoms", url="paoms"),
        Identifier: _fields(system="paoms", value="paoms"),
        Relation: _fields(kind="paoms", petition_id="paoms"),
        DeclaredCount: _fields(
            counter="paoms",
            amount="paoms",
            source="paoms",
            as_of="paoms",
            recorded_at="aom",
            effect="paoms",
        ),
        Restriction: _fields(event="om", at="om", reasons=""),
        Reasons: _fields(
            ground="om",
            clause="om",
            found_by_machine="om",
            decided_by_machine="om",
            redress="om",
            explanation="om",
        ),
        Report: _fields(by="m!", ground="m", at="m", text="m!", settled_at="m"),
        Update: _fields(key="paoms", at="paoms", subject="paoms", body="paoms", audience="om"),
        Transfer: _fields(to="", offered_at="om"),
        Fact: _fields(
            event="om",
            at="om",
            recorded_at="om",
            actor="m",
            rule="om",
            subject="om",
            until="om",
            numbers="om",
            reason="om",
            engine="om",
        ),
    }
)
"""Every kept type with its fields, those that it only holds together with no reader of their
own. ``signed_on`` is no field: it is the day of ``signed_at``."""
