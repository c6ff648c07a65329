"""Privacy: what becomes of signers' data under a policy, as values, read from the policy itself.

The facts of the privacy notice (GDPR, articles 13 and 14) and of the record of processing
(article 30). Who is responsible, and on which legal ground, no policy knows: that is a
``Controller``, given by the app. The sentences are in ``privacy_words``.
"""

from collections.abc import Iterator

from attrs import field, fields, frozen

from petitionkit.agreement import asked
from petitionkit.asking import asked_fields
from petitionkit.claims import FIELD_OF
from petitionkit.classification import CLASSIFIED
from petitionkit.codec import policy_digest
from petitionkit.disclosure import Disclosed, Reader
from petitionkit.form import FormField, Keeping
from petitionkit.limits import filled
from petitionkit.policy import Policy
from petitionkit.retention import RetentionRule, Whom
from petitionkit.signature import Particulars
from petitionkit.views import AddresseeView, ModeratorView, OrganiserView, PublicView

__all__ = ["Controller", "KeptField", "Privacy", "privacy_of"]


def _texts(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(values)


@frozen(kw_only=True)
class Controller:
    """Who answers for the data, and what else only the app knows; plain text, shown as it is.

    ``contact`` is where to write, ``officer`` the data protection officer's contact. ``basis``
    is the legal basis, with the ground for keeping political opinions (GDPR, articles 6 and 9);
    ``authority`` where to complain. ``processors`` are those who work on the data besides,
    ``transfers`` says to which countries outside data go and how they are safe there, and
    ``measures`` how they are kept safe (article 32).
    """

    name: str = field(validator=filled)
    contact: str = field(validator=filled)
    basis: str = field(validator=filled)
    authority: str = ""
    officer: str = ""
    processors: tuple[str, ...] = field(default=(), converter=_texts)
    transfers: str = ""
    measures: tuple[str, ...] = field(default=(), converter=_texts)


@frozen(kw_only=True)
class KeptField:
    """One thing that is known of a signer, and what becomes of it.

    ``label`` is what the policy calls it, empty where it calls it nothing.
    ``asked`` and ``required``: by the form; what is not asked comes with signing itself.
    ``keeping`` is what becomes of it once the signature counts. ``decides``: who may sign hangs
    on it; ``identifies``: a signer is known by it. ``shown_to`` are those who may be shown it
    besides the signer, as far as the signer lets them. ``erased_by`` are the keys of the rules
    of retention that take it. ``counts``: numbers rest on it, so that it is never erased.
    """

    name: str
    label: str
    asked: bool
    required: bool = False
    keeping: Keeping = Keeping.KEEP
    decides: bool = False
    identifies: bool = False
    shown_to: tuple[Reader, ...] = ()
    erased_by: tuple[str, ...] = ()
    counts: bool = False


@frozen(kw_only=True)
class Privacy:
    """Everything that a policy does with the data of people.

    ``unproved_days`` is how long what was never confirmed is kept after it was sent in, None
    where nothing waits to be confirmed. ``traced_seconds`` is how long the keyed hash of where
    somebody signed from is looked back at, 0 where none is kept. ``automated``: whether a
    signature can be set aside by rule alone.
    """

    policy: str
    version: str
    digest: str
    controller: Controller
    fields: tuple[KeptField, ...]
    rules: tuple[RetentionRule, ...]
    consents: tuple[str, ...] = ()
    unproved_days: int | None = None
    traced_seconds: int = 0
    automated: bool = False
    spent_claims: str = ""
    chosen_by_signer: bool = False
    narrowed_by: tuple[Reader, ...] = ()
    widened_by: tuple[Reader, ...] = ()
    fewest: int = 1

    def shown_to(self, reader: Reader) -> tuple[KeptField, ...]:
        """What a reader may be shown of a signer."""
        return tuple(one for one in self.fields if reader in one.shown_to)


_COMES_WITH_IT = ("signed_at", "language", "channel", "attestations", "originals")
"""What is kept of every signature, whatever the form asks."""
_VIEWS = (PublicView, AddresseeView, OrganiserView, ModeratorView)
_FORM = frozenset(one.value for one in FormField)
_DAY_OF = {Disclosed.SIGNED_ON.value: Disclosed.SIGNED_AT.value}


def privacy_of(policy: Policy, controller: Controller, *, language: str = "en") -> Privacy:
    """Read from a policy what becomes of signers' data under it.

    ``language`` (a BCP 47 tag) is that of the form's labels.
    """
    watch, proof = policy.vigilance, policy.confirmation
    return Privacy(
        policy=policy.title or policy.name,
        version=policy.version,
        digest=policy_digest(policy),
        controller=controller,
        fields=tuple(_fields(policy, language)),
        rules=policy.retention.rules,
        consents=tuple(policy.form.label(one.key, language) for one in policy.form.consents),
        unproved_days=proof.link_days + proof.erase_days if proof.by_mail else None,
        traced_seconds=max((rate.seconds for rate in watch.rates), default=0),
        automated=bool(watch.rates or watch.home),
        spent_claims=policy.retention.spent_claims,
        chosen_by_signer=policy.form.visibility_choice,
        narrowed_by=policy.disclosure.narrowed_by,
        widened_by=policy.disclosure.widened_by,
        fewest=policy.disclosure.fewest,
    )


def _fields(policy: Policy, language: str) -> Iterator[KeptField]:
    asked_for = {one.name: one for one in asked_fields(policy, language=language)}
    known_by = {FIELD_OF[kind].value for kind in policy.identity.kinds}
    for name in dict.fromkeys((*asked_for, *_unasked(policy))):
        one = asked_for.get(name)
        keeping = policy.form.kept.of(FormField(name)) if name in _FORM else Keeping.KEEP
        kept = keeping is Keeping.KEEP
        label = policy.form.label(name, language)
        yield KeptField(
            name=name,
            label="" if label == name else label,
            asked=one is not None,
            required=one is not None and one.required,
            keeping=keeping,
            decides=one is not None and one.decides,
            identifies=name in known_by,
            shown_to=tuple(_shown(policy, name)) if kept else (),
            erased_by=tuple(_erased(policy, name)) if kept else (),
            counts=kept and not _is_personal(name),
        )


def _unasked(policy: Policy) -> Iterator[str]:
    """What is kept of a signer that no field of the form asks for by that name."""
    form = policy.form
    if form.two_part_name:
        yield FormField.NAME.value
    yield from ("kind", "visibility")
    if form.kept.birth_date is Keeping.DERIVE and asked(
        form, policy.eligibility, FormField.BIRTH_DATE
    ):
        yield "of_age"
    if form.consents:
        yield "consents"
    if policy.vigilance.network:
        yield "network"
    if policy.confirmation.by_mail:
        yield "bounced_at"
    yield from _COMES_WITH_IT


def _shown(policy: Policy, name: str) -> Iterator[Reader]:
    disclosed = {
        Reader.PUBLIC: policy.disclosure.public,
        Reader.ADDRESSEE: policy.disclosure.fields,
    }
    for kind in _VIEWS:
        seen = {one.name for one in fields(kind)}
        if kind.reader in disclosed:
            seen &= {one.value for one in disclosed[kind.reader]}
        if name in {_DAY_OF.get(one, one) for one in seen}:
            yield kind.reader


def _is_personal(name: str) -> bool:
    classified = CLASSIFIED[Particulars].get(name)
    return classified is not None and classified.personal


def _erased(policy: Policy, name: str) -> Iterator[str]:
    if _is_personal(name):
        for rule in policy.retention.rules:
            if rule.whom is Whom.SIGNERS and name not in rule.keeps:
                yield rule.key
