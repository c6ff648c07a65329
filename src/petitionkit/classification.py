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
from petitionkit.ledger import Claim, Notice
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
            language="rms",
            signed_on="proms",
            signed_at="rms",
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
            name="proms!",
            given_name="rms!",
            family_name="rms!",
            email="s!",
            phone="s!",
            street="rs!",
            locality="proms!",
            postal_code="rs!",
            country="proms",
            citizenship="rs!",
            birth_date="rs!",
            of_age="s",
            national_number="rs!",
            register_number="rs!",
            guardian="rs!",
            comment="proms!",
            region="proms",
            kind="proms",
            consents="s",
            visibility="oms",
            originals="s!",
        ),
        Consent: _fields(key="s", version="s", at="s", withdrawn_at="s"),
        Provenance: _fields(channel="rms", source="ms", line="ms"),
        Attestation: _fields(kind="ms", at="ms", by="ms!", level="ms"),
        Review: _fields(of="m", verdict="m", at="m", by="m", ground="m"),
        Amendment: _fields(signature_id="m", kind="m", at="m", actor="m", ground="m", was="m!"),
        Attempt: _fields(
            id="m",
            petition_id="m",
            particulars="",
            received_at="m",
            expires_at="m",
            text_digest="m",
            language="m",
            role="m",
            generation="m",
            signature_id="m",
            mailbox="!",
            mailed_at="m",
            due_at="m",
            bounced_at="m",
            held="m",
        ),
        Notice: _fields(id="m", kind="m", petition_id="m", at="m", attempt_id="m", subject="m"),
        Claim: _fields(kind="", key="", digest="!", slot=""),
        # The petition itself: what is public of it is so for everybody.
        Petition: _fields(
            id="proms",
            office="proms",
            realm="m",
            starter="",
            texts="",
            addressees="",
            authors="",
            identifiers="",
            slugs="proms",
            related="",
            declared="",
            chosen="proms",
            restrictions="",
            reports="",
            updates="",
            transfer="",
            facts="",
            version="om",
        ),
        PetitionText: _fields(
            language="proms",
            title="proms",
            body="proms",
            details="proms",
            note="m",
            version="proms",
            edit="proms",
        ),
        Party: _fields(kind="proms", name="proms!", reference="om!"),
        Author: _fields(name="proms!", role="proms", reference="om!", accepted="om"),
        Addressee: _fields(key="proms", name="proms", place="proms", delivery="", answer=""),
        Delivery: _fields(at="proms", count="proms", receipt="rom"),
        Answer: _fields(at="proms", summary="proms", url="proms"),
        Identifier: _fields(system="proms", value="proms"),
        Relation: _fields(kind="proms", petition_id="proms"),
        DeclaredCount: _fields(
            counter="proms",
            amount="proms",
            source="proms",
            as_of="proms",
            recorded_at="rom",
            effect="proms",
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
        Update: _fields(key="proms", at="proms", subject="proms", body="proms", audience="om"),
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
