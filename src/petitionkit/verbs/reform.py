"""Amendments: what a change of the law in mid-course does to a petition that it runs under.

The amendment is a dated fact with its authority. Signatures keep the counters that they stand
in as text, so those of the new rules are given to them page by page afterwards; how a petition
is read in between says ``Petition.to_count_again``.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from attrs import evolve

from petitionkit.civil import Duration, instant
from petitionkit.clauses import Stage
from petitionkit.counting import agrees, counts_alike, recounted
from petitionkit.errors import IllegalStepError, InvalidValueError
from petitionkit.facts import Event, Fact
from petitionkit.ledger import Delta, Entry, Revision, Situation
from petitionkit.petition import ANEW, Petition
from petitionkit.policy import Policy
from petitionkit.problems import problem
from petitionkit.signature import Signature
from petitionkit.tally import Drift
from petitionkit.verbs.docket import Docket, settle
from petitionkit.verbs.moves import deltas, watched_anew
from petitionkit.verbs.office import NO_PARAMETERS
from petitionkit.windows import chosen_duration, deadline

__all__ = ["amend_policy", "count_again", "moves_signatures", "note_counting_again", "note_recount"]


def amend_policy(
    docket: Docket,
    *,
    policy: Policy,
    digest: str,
    authority: str,
    reason: str,
    retroactive: bool = False,
    in_force_from: datetime | None = None,
    moves_deadline: bool = False,
    chosen: Duration | None = None,
    parameters: Mapping[str, int] = NO_PARAMETERS,
) -> Revision:
    """Put another policy in force, from now, from ``in_force_from``, or from the beginning.

    See ``Desk.amend_policy``. Everything that followed from the old policy up to now is
    recorded first, and stands.
    """
    settled = docket.settled()
    petition = settled.petition
    in_force = petition.pinned
    if in_force is None:
        raise IllegalStepError("no policy is in force yet; publish with the new one")
    missing = [
        name for name, code in {"authority": authority, "reason": reason}.items() if not code
    ]
    if missing:
        raise InvalidValueError([problem("required", name) for name in missing])
    begun = petition.first(Event.POLICY_PINNED) or in_force.at
    at = _from(docket.now, begun, in_force_from, retroactive=retroactive)
    kept = {name: number for name, number in in_force.numbers if name in policy.parameters}
    numbers = policy.bind({**kept, **parameters})
    if (in_force.subject, in_force.numbers) == (digest, numbers):
        raise IllegalStepError("the petition goes by this policy already; give one that differs")
    amended = settled.step(
        Event.POLICY_AMENDED, at=at, rule=authority, subject=digest, numbers=numbers, reason=reason
    )
    amended = evolve(
        amended,
        policy=policy,
        petition=_with_choice(amended.petition, policy, chosen, anew=moves_deadline),
    )
    if moves_deadline:
        opened = amended.petition.opening
        if opened is None:
            raise IllegalStepError(
                "the petition is not open yet and has no deadline to move; leave moves_deadline out"
            )
        until = _deadline(amended.petition, policy, opened)
        day = max(at, opened.at)
        amended = amended.step(Event.DEADLINE_MOVED, at=day, rule=authority, until=until)
    # What follows is for the store's next reading: it does not watch the new levels yet.
    return amended.revision()


def _from(now: datetime, begun: datetime, said: datetime | None, *, retroactive: bool) -> datetime:
    """From when an amendment is in force; one from the beginning on is retroactive."""
    if said is None:
        if not retroactive and now == begun:
            raise IllegalStepError("the old policy is of this very instant: amend it retroactively")
        return begun if retroactive else max(now, begun)
    at = instant(said)
    if retroactive:
        raise InvalidValueError([problem("one_of_these", "in_force_from", choices="retroactive")])
    if at > now:
        raise InvalidValueError([problem("date_in_future", "in_force_from")])
    if at <= begun:
        raise InvalidValueError([problem("out_of_range", "in_force_from")])
    return at


def _with_choice(
    petition: Petition, policy: Policy, chosen: Duration | None, *, anew: bool
) -> Petition:
    """The petition with the duration that its author takes, where one is asked for."""
    wanted = chosen or (petition.chosen if policy.window.chosen_by_author else None)
    if anew or chosen or _stage(petition, policy) or petition.opening is None:
        chosen_duration(policy.window, wanted, policy.calendars)
    return evolve(petition, chosen=wanted)


def _stage(petition: Petition, policy: Policy) -> Stage | None:
    """The stage that the petition is in; None in the main window, and before it is open."""
    opened = petition.opening
    keys = {stage.key: stage for stage in policy.stages}
    return keys.get(opened.subject) if opened else None


def _deadline(petition: Petition, policy: Policy, opened: Fact) -> datetime | None:
    """The deadline that the petition has under a policy, counted from its opening."""
    stage = _stage(petition, policy)
    if stage is not None:
        return deadline(policy, opened.at, window=stage.window)
    return deadline(policy, opened.at, chosen=petition.chosen)


def moves_signatures(petition: Petition, old: Policy, new: Policy) -> bool:
    """Whether any signature may stand in other counters since the change to be recounted."""
    begun = petition.first(Event.POLICY_PINNED)
    changes = petition.to_count_again
    # A changed text, or an amendment in force from the beginning.
    anew = any(fact.reason == ANEW or fact.at == begun for fact in changes)
    return anew or (bool(changes) and not counts_alike(old, new))


def count_again(situation: Situation, *, policy: Policy) -> Entry[bool]:
    """Put one signature into the counters that it stands in since the amendment; whether it moved.

    It counts in them from the instant from which it counted at all, until it was withdrawn or
    invalidated. Whose signer has not agreed to a changed text counts no more from the change on.
    Doing it again changes nothing.
    """
    signature, petition = situation.signature, situation.petition
    if signature is None:
        return Entry(answer=False)
    if not agrees(petition, policy, signature.text_digest, signature.language):
        return _uncounted(situation, signature, policy)
    if signature.live and not signature.counters:  # waits for its signer's consent
        return Entry(answer=False)
    counters = recounted(petition, policy, signature)
    gained = tuple(name for name in counters if name not in signature.counters)
    lost = tuple(name for name in signature.counters if name not in counters)
    if not gained and not lost:
        return Entry(answer=False)
    moves = (
        Delta(counters=names, amount=sign * amount, at=at)
        for names, sign in ((gained, 1), (lost, -1))
        for at, amount in _counted(signature)
        if names
    )
    return Entry(answer=True, signature=evolve(signature, counters=counters), deltas=tuple(moves))


def _uncounted(situation: Situation, signature: Signature, policy: Policy) -> Entry[bool]:
    """The entry of a signature that counts no more since the text was changed."""
    changed = [fact.at for fact in situation.petition.telling if fact.reason == ANEW]
    if not signature.live or not signature.counters or not changed:
        return Entry(answer=False)
    at, after = max(*changed, signature.counted_at), evolve(signature, counters=())
    return Entry(
        answer=True,
        signature=after,
        deltas=deltas(signature, after, at),
        watches=tuple(watched_anew(situation, policy, signature, after, at)),
    )


def _counted(signature: Signature) -> tuple[tuple[datetime, int], ...]:
    """When a signature began to count, and when it ceased to; nothing where it never did."""
    ends = [at for at in (signature.withdrawn_at, signature.invalidated_at) if at is not None]
    if not ends:
        return ((signature.counted_at, 1),)
    ended = min(ends)
    held = ended <= signature.counted_at
    return () if held else ((signature.counted_at, 1), (ended, -1))


def note_counting_again(docket: Docket, *, moved: int) -> Revision:
    """Record that every signature was counted again, how many moved, and what follows from it."""
    petition = docket.petition
    if not petition.to_count_again:
        return docket.revision()
    noted = docket.step(
        Event.COUNTED_AGAIN, subject=petition.policy_digest or "", numbers=(("moved", moved),)
    )
    return settle(noted)


def note_recount(docket: Docket, *, drifts: Sequence[Drift]) -> Revision:
    """Record which counters had drifted, what each showed and what was found."""
    numbers = tuple(
        pair
        for one in drifts
        for pair in ((f"{one.counter}.counted", one.counted), (f"{one.counter}.found", one.found))
    )
    return settle(docket.step(Event.RECOUNTED, rule="recount", numbers=numbers))
