"""What may happen to a signature after it was confirmed, besides being withdrawn.

Each function takes a case (the signature as it stands with all that the change hangs on) and
answers with the changed row, what moves in the counts, and the amendment that is kept beside
it. A change that is there already writes nothing.
"""

from datetime import datetime

from attrs import evolve, field, frozen

from petitionkit.civil import instant, instant_text
from petitionkit.claims import FIELD_OF, ClaimKind
from petitionkit.counting import agrees, counters_of
from petitionkit.disclosure import Reader
from petitionkit.form import Keeping
from petitionkit.identity import placed, rivals
from petitionkit.ledger import Claim, Entry, Situation
from petitionkit.outcomes import Amended, AmendOutcome, Duplicate, Refused
from petitionkit.policy import Policy
from petitionkit.problems import problem
from petitionkit.signature import (
    Amendment,
    AmendmentKind,
    Approval,
    Attestation,
    Particulars,
    Review,
    Signature,
    Visibility,
)
from petitionkit.status import may_sign
from petitionkit.verbs.moves import deltas, watched_anew

__all__ = [
    "Case",
    "agree",
    "assign_region",
    "attest",
    "change_visibility",
    "correct_name",
    "invalidate",
    "note_bounce",
    "reinstate",
    "review",
    "unsubscribe",
]


@frozen(kw_only=True)
class Case:
    """What a change of a signature is decided on.

    ``particulars`` are those that it will have, where the name is corrected, and ``claims``
    those that the signer then has. ``actor`` is the office's opaque reference, empty where
    the signer asks.
    """

    signature: Signature
    particulars: Particulars
    situation: Situation
    policy: Policy
    claims: tuple[Claim, ...] = ()
    now: datetime = field(converter=instant)
    actor: str = ""

    def amended(
        self,
        after: Signature,
        *,
        claims: tuple[Claim, ...] = (),
        release: bool = False,
        amendment: Amendment | None = None,
    ) -> Entry[AmendOutcome]:
        """The entry of the changed signature; its counters are worked out anew."""
        policy, before = self.policy, self.signature
        petition = self.situation.petition
        counters = counters_of(petition, policy, after)
        if agrees(
            petition, policy, after.text_digest, after.language
        ):  # else it stands in none, whoever admitted it
            # What an earlier policy admitted it to, and this one would not, it stands in still.
            admitted = set(before.counters) - {*counters_of(petition, policy, before), *counters}
            counters += tuple(name for name in before.counters if name in admitted)
        after = evolve(after, counters=counters)
        return Entry(
            answer=Amended(signature_id=after.id),
            signature=after,
            claims=claims,
            release=release,
            deltas=deltas(before, after, self.now),
            watches=tuple(watched_anew(self.situation, policy, before, after, self.now)),
            amendment=amendment,
        )

    def unchanged(self) -> Entry[AmendOutcome]:
        """The entry where nothing is to be done."""
        return Entry(answer=Amended(signature_id=self.signature.id))

    def note(self, kind: AmendmentKind, *, ground: str = "", was: str = "") -> Amendment:
        """The amendment to keep beside the signature."""
        return Amendment(
            signature_id=self.signature.id,
            kind=kind,
            at=self.now,
            actor=self.actor,
            ground=ground,
            was=was,
        )

    def withdrawn(self) -> Entry[AmendOutcome] | None:
        """The refusal where the signer has taken it back; None where they have not."""
        if self.signature.withdrawn_at is None:
            return None
        when = instant_text(self.signature.withdrawn_at)
        gone = problem("signature.withdrawn", "signature", withdrawn_at=when)
        return Entry(answer=Refused(problems=(gone,)))

    def rival(self) -> Entry[AmendOutcome] | None:
        """The refusal where somebody else holds the claims; None where nobody does."""
        seen, own = self.situation, self.signature.id
        found = rivals(self.policy.identity, self.claims, seen.holdings, own=own)
        for holder in seen.holders:
            if holder.id in found:
                came = holder.provenance
                return Entry(answer=Duplicate(of=holder.id, source=came.source, line=came.line))
        return None

    def placed(self) -> tuple[Claim, ...]:
        """The claims in the slots that are free, or the signer's already."""
        return placed(self.claims, self.situation.holdings, own=self.signature.id)


def invalidate(case: Case, *, ground: str) -> Entry[AmendOutcome]:
    """Count a signature no longer, on a ground; possible at any time, also after closing.

    Its claims are freed where the policy says so and they can be made again from what was
    kept; a roll's line that nothing else identifies goes on holding its own.
    """
    if case.signature.invalidated_at is not None:
        return case.unchanged()
    return case.withdrawn() or case.amended(
        evolve(case.signature, invalidated_at=case.now, ground=ground),
        release=case.policy.identity.invalidation_frees and bool(case.claims),
        amendment=case.note(AmendmentKind.INVALIDATED, ground=ground),
    )


def reinstate(case: Case) -> Entry[AmendOutcome]:
    """Count an invalidated signature again, unless its signer has signed again since."""
    refused = case.withdrawn()
    if refused or case.signature.invalidated_at is None:
        return refused or case.unchanged()
    return case.rival() or case.amended(
        evolve(case.signature, invalidated_at=None, ground=""),
        claims=case.placed(),
        amendment=case.note(AmendmentKind.REINSTATED, was=case.signature.ground),
    )


def correct_name(case: Case) -> Entry[AmendOutcome]:
    """Correct a name; where the name identifies, the claims follow it.

    A name that would make the signer somebody who has signed already is not taken.
    """
    signature, policy = case.signature, case.policy
    if case.particulars == signature.particulars:
        return case.unchanged()
    kinds = policy.identity.kinds
    whole = all(policy.form.kept.of(FIELD_OF[kind]) is Keeping.KEEP for kind in kinds)
    moves = signature.live and ClaimKind.NAME in kinds and whole and bool(case.claims)
    return (case.rival() if moves else None) or case.amended(
        evolve(signature, particulars=case.particulars),
        claims=case.placed() if moves else (),
        release=moves,
        amendment=case.note(AmendmentKind.NAME_CORRECTED, was=signature.particulars.name),
    )


def change_visibility(case: Case, *, visibility: Visibility, reader: Reader) -> Entry[AmendOutcome]:
    """Show a signer to fewer people or to more, where the policy lets that reader do so."""
    who, rule = case.signature.particulars, case.policy.disclosure
    if visibility is who.visibility:
        return case.unchanged()
    narrower = visibility.narrower_than(who.visibility)
    allowed = rule.narrowed_by if narrower else rule.widened_by
    if reader not in allowed:
        others = problem("visibility.not_theirs", "visibility", by=", ".join(allowed) or "nobody")
        return Entry(answer=Refused(problems=(others,)))
    return case.amended(
        evolve(case.signature, particulars=evolve(who, visibility=visibility)),
        amendment=case.note(AmendmentKind.VISIBILITY_CHANGED, was=who.visibility.value),
    )


def assign_region(case: Case, *, region: str) -> Entry[AmendOutcome]:
    """Say of which region a signer is; counts move from one part to the other."""
    who = case.signature.particulars
    if region == who.region:
        return case.unchanged()
    return case.amended(
        evolve(case.signature, particulars=evolve(who, region=region)),
        amendment=case.note(AmendmentKind.REGION_ASSIGNED, was=who.region),
    )


def review(case: Case, *, of: str, approval: Approval, ground: str) -> Entry[AmendOutcome]:
    """Record a moderator's approval on a ``name`` or ``comment``; the latest one stands."""
    found = Review(of=of, approval=approval, at=case.now, by=case.actor, ground=ground)
    return case.amended(
        evolve(case.signature, reviews=(*case.signature.reviews, found)),
        amendment=case.note(
            AmendmentKind.REVIEWED, ground=ground, was=case.signature.approval(of) or ""
        ),
    )


def agree(case: Case) -> Entry[AmendOutcome]:
    """Agree to the text as it is now, in the language that was signed; counted from now on.

    Possible while the petition takes signatures, as signing is.
    """
    signature, seen = case.signature, case.situation
    text = seen.petition.text(signature.language)
    if signature.text_digest == text.digest:
        return case.unchanged()
    closed = may_sign(seen.petition, case.policy, seen.read_tally(), case.now).problem
    if closed is not None:
        return Entry(answer=Refused(problems=(closed,)))
    return case.withdrawn() or case.amended(
        evolve(signature, text_digest=text.digest, language=text.language),
        amendment=case.note(AmendmentKind.AGREED, was=signature.text_digest),
    )


def attest(case: Case, *, attestation: Attestation) -> Entry[AmendOutcome]:
    """Add a proof; the signature then stands in every count that the policy names by it."""
    held = case.signature.attestations
    if attestation in (evolve(one, at=attestation.at) for one in held):
        return case.unchanged()
    return case.amended(evolve(case.signature, attestations=(*held, attestation)))


def unsubscribe(case: Case, *, consent: str) -> Entry[AmendOutcome]:
    """Take a consent back; the signature goes on counting."""
    who = case.signature.particulars
    left = tuple(
        evolve(one, withdrawn_at=case.now) if one.key == consent and not one.withdrawn_at else one
        for one in who.consents
    )
    if left == who.consents:
        return Entry(answer=Refused(problems=(problem("consent.not_given", "consent"),)))
    return case.amended(evolve(case.signature, particulars=evolve(who, consents=left)))


def note_bounce(situation: Situation, *, now: datetime) -> Entry[None]:
    """Record that mail came back, at the attempt and at the signature that it became."""
    signature, attempt = situation.signature, situation.attempt
    return Entry(
        answer=None,
        signature=evolve(signature, bounced_at=now) if signature else None,
        attempt=evolve(attempt, bounced_at=now) if attempt else None,
    )
