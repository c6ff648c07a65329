"""Petitions: what was asked, of whom, by whom, and what has happened since.

A petition holds facts, never a status: its status at an instant is derived (see ``status``).
Facts hold ids, codes, instants and opaque actor references; names and texts live in values
beside them, which can be erased. This module knows no rule and no store.
"""

from datetime import datetime
from enum import StrEnum
from functools import cached_property
from operator import attrgetter
from uuid import UUID

from attrs import evolve, field, frozen, validators

from petitionkit.civil import Duration, instant, optional_instant
from petitionkit.errors import InvalidValueError
from petitionkit.problems import Problem, problem
from petitionkit.text import clean, clean_block, digest, text_problems

__all__ = [
    "Addressee",
    "Answer",
    "Author",
    "AuthorRole",
    "CountEffect",
    "DeclaredCount",
    "Delivery",
    "Edit",
    "Event",
    "Fact",
    "Identifier",
    "Party",
    "PartyKind",
    "Petition",
    "PetitionText",
    "Relation",
    "RelationKind",
    "State",
]

_NAME_LIMIT = 255
_TITLE_LIMIT = 512
_BODY_LIMIT = 40_000
_URL_LIMIT = 2_048


class PartyKind(StrEnum):
    """A natural person or an organisation; the two are always counted apart."""

    PERSON = "person"
    ORGANISATION = "organisation"


@frozen(kw_only=True)
class Party:
    """Who starts, signs or is asked: a person or a named organisation.

    An organisation need not be a legal person; ``reference`` is the embedder's opaque id of the
    account behind it. The name has 1 to 255 characters.
    """

    kind: PartyKind = field(converter=PartyKind)
    name: str = field(repr=False, converter=clean)
    reference: str = ""

    def __attrs_post_init__(self) -> None:
        """Refuse a name that no list could show."""
        _refuse(text_problems(self.name, "name", max_length=_NAME_LIMIT, label=True))


@frozen(kw_only=True)
class Identifier:
    """A name that an outside system has for the petition: system ``uk``, value ``241584``."""

    system: str = field(validator=validators.min_len(1))
    value: str = field(validator=validators.min_len(1))


class Edit(StrEnum):
    """What a version of the text changes: nothing that signers agreed to, or something."""

    INITIAL = "initial"
    EDITORIAL = "editorial"
    MATERIAL = "material"


@frozen(kw_only=True)
class PetitionText:
    """One version of the text in one language.

    ``language`` is a BCP 47 tag. ``title`` has at most 512 characters, ``body`` 40,000; what a
    policy allows may be less. Versions count from 1 per language.
    """

    language: str = field(validator=validators.matches_re(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*"))
    title: str = field(converter=clean)
    body: str = field(default="", converter=clean_block)
    version: int = field(default=1, validator=validators.ge(1))
    edit: Edit = field(default=Edit.INITIAL, converter=Edit)

    def __attrs_post_init__(self) -> None:
        """Name everything wrong with title and body at once."""
        _refuse(
            text_problems(self.title, "title", max_length=_TITLE_LIMIT)
            + text_problems(self.body, "body", max_length=_BODY_LIMIT, required=False, block=True)
        )

    @property
    def digest(self) -> str:
        """SHA-256 of language, title and body: what a signature says that it signed."""
        return digest(self.language, self.title, self.body)


class AuthorRole(StrEnum):
    """What an author answers for (the roles of Finland's citizens' initiative)."""

    INITIATOR = "initiator"
    REPRESENTATIVE = "representative"
    DEPUTY = "deputy"
    AUTHOR = "author"


@frozen(kw_only=True)
class Author:
    """Somebody who wrote the petition; ``accepted`` is the text version they agreed to, if any."""

    name: str = field(repr=False, converter=clean)
    role: AuthorRole = field(default=AuthorRole.AUTHOR, converter=AuthorRole)
    reference: str = ""
    accepted: int | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse a name that no list could show."""
        _refuse(text_problems(self.name, "name", max_length=_NAME_LIMIT, label=True))


@frozen(kw_only=True)
class Delivery:
    """The handing over to one addressee: when, how many signatures, and their receipt."""

    at: datetime = field(converter=instant)
    count: int = field(validator=validators.ge(0))
    receipt: str = ""


@frozen(kw_only=True)
class Answer:
    """What one addressee answered, and where it stands."""

    at: datetime = field(converter=instant)
    summary: str = field(default="", converter=clean_block)
    url: str = ""

    def __attrs_post_init__(self) -> None:
        """Refuse text that no store could keep."""
        _refuse(
            text_problems(
                self.summary, "summary", max_length=_BODY_LIMIT, required=False, block=True
            )
            + text_problems(self.url, "url", max_length=_URL_LIMIT, required=False)
        )


@frozen(kw_only=True)
class Addressee:
    """A body, office or person that is asked; ``key`` names it within the petition."""

    key: str = field(validator=validators.min_len(1))
    name: str = field(converter=clean)
    place: str = field(default="", converter=clean)
    delivery: Delivery | None = None
    answer: Answer | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse a name that no list could show."""
        _refuse(
            text_problems(self.name, "name", max_length=_NAME_LIMIT, label=True)
            + text_problems(self.place, "place", max_length=_NAME_LIMIT, required=False)
        )


class RelationKind(StrEnum):
    """How this petition stands to another one."""

    SIMILAR = "similar"
    DUPLICATE_OF = "duplicate_of"
    MERGED_INTO = "merged_into"
    FOLLOWS = "follows"
    OPPOSES = "opposes"


@frozen(kw_only=True)
class Relation:
    """A link to another petition."""

    kind: RelationKind = field(converter=RelationKind)
    petition_id: UUID


class CountEffect(StrEnum):
    """What a declared count does to the counted signatures of the same counter."""

    ADDS = "adds"
    REPLACES = "replaces"
    LARGER_OF = "larger_of"


@frozen(kw_only=True)
class DeclaredCount:
    """A number that has no signatures behind it here: paper, an import, an authority's result.

    ``as_of`` is the instant that the number speaks of, ``recorded_at`` when the office learnt
    it. A later declaration for the same counter and source takes the place of an earlier one.
    """

    counter: str = field(validator=validators.min_len(1))
    amount: int = field(validator=validators.ge(0))
    source: str = field(validator=validators.min_len(1))
    as_of: datetime = field(converter=instant)
    recorded_at: datetime = field(converter=instant)
    effect: CountEffect = field(default=CountEffect.ADDS, converter=CountEffect)


class State(StrEnum):
    """What a petition is at an instant; derived from facts and rules, never stored as truth."""

    DRAFT = "draft"
    OPEN = "open"
    SUSPENDED = "suspended"
    PAUSED = "paused"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Event(StrEnum):
    """What can happen to a petition; the lifecycle table says when it may."""

    STARTED = "started"
    POLICY_PINNED = "policy_pinned"
    POLICY_AMENDED = "policy_amended"
    DEADLINE_MOVED = "deadline_moved"
    RECOUNTED = "recounted"
    TEXT_CHANGED = "text_changed"
    OPENED = "opened"
    THRESHOLD_REACHED = "threshold_reached"
    THRESHOLD_LOST = "threshold_lost"
    COUNT_DECLARED = "count_declared"
    FOUND = "found"
    AUTHOR_ACCEPTED = "author_accepted"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    PAUSED = "paused"
    UNPAUSED = "unpaused"
    DELIVERED = "delivered"
    ANSWERED = "answered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


@frozen(kw_only=True)
class Fact:
    """One thing that happened, kept for ever; it holds no personal data.

    ``at`` is the instant from which it is true, ``recorded_at`` when it was written down:
    a deadline that passed at midnight is recorded by a job at seven, and closed the petition
    at midnight. ``actor`` is the embedder's opaque reference. ``rule`` names the rule that
    decided, ``subject`` what it is about (a digest, a threshold's key, a reason), ``until``
    the instant that it promises (a deadline), ``numbers`` the figures that it rested on,
    ``reason`` says more as a code (why a policy was amended, the source of a declared count),
    and ``engine`` the version of petitionkit that decided.
    """

    event: Event = field(converter=Event)
    at: datetime = field(converter=instant)
    recorded_at: datetime = field(converter=instant)
    actor: str = ""
    rule: str = ""
    subject: str = ""
    until: datetime | None = field(default=None, converter=optional_instant)
    numbers: tuple[tuple[str, int], ...] = ()
    reason: str = ""
    engine: str = ""

    def number(self, name: str) -> int:
        """One figure that the fact rested on; ``KeyError`` where it has none of that name."""
        return dict(self.numbers)[name]


def _slugs(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(clean(value) for value in values)


@frozen(kw_only=True, cache_hash=True)
class Petition:
    """A petition: identity, texts, parties, declared counts and facts.

    ``office`` is the tenant that it belongs to. Claims are unique within ``realm``, by default
    the petition's own id; petitions that must not count one person twice share a realm.
    ``slugs``: the first one is the address in use, the others still lead here. ``chosen`` is
    the duration that its author took, where the policy leaves it to them. ``version`` counts
    the writes to the petition, not those to its signatures.
    """

    id: UUID
    office: str = field(default="", converter=clean)
    realm: str = ""
    starter: Party | None = None
    texts: tuple[PetitionText, ...]
    addressees: tuple[Addressee, ...] = ()
    authors: tuple[Author, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    slugs: tuple[str, ...] = field(default=(), converter=_slugs)
    related: tuple[Relation, ...] = ()
    declared: tuple[DeclaredCount, ...] = ()
    chosen: Duration | None = None
    facts: tuple[Fact, ...] = ()
    version: int = field(default=1, validator=validators.ge(1))

    def __attrs_post_init__(self) -> None:
        """Fill the default realm and refuse parts that contradict each other."""
        if not self.realm:
            object.__setattr__(self, "realm", str(self.id))
        found: list[Problem] = []
        if not self.texts:
            found.append(problem("required", "texts"))
        unique: dict[str, list[object]] = {
            "texts": [(t.language, t.version) for t in self.texts],
            "addressees": [a.key for a in self.addressees],
            "identifiers": [(i.system, i.value) for i in self.identifiers],
            "slugs": [*self.slugs],
        }
        found += [
            problem("repeated", name) for name, keys in unique.items() if len(set(keys)) < len(keys)
        ]
        _refuse(found)

    def text(self, language: str | None = None) -> PetitionText:
        """The current version in a language; in the first one where there is none in it."""
        wanted = [t for t in self.texts if t.language == language] or [
            t for t in self.texts if t.language == self.texts[0].language
        ]
        return max(wanted, key=lambda text: text.version)

    @property
    def title(self) -> str:
        """The current title in the petition's first language."""
        return self.text().title

    @cached_property
    def telling(self) -> tuple[Fact, ...]:
        """The facts that rules can tell apart: of all declarations of counts, first and last.

        What they declared stands in ``declared``. A counter that is declared every minute for
        a year would else be read through whenever anybody asks for the petition's status.
        """
        return _telling(self.facts)

    def abridged(self) -> "Petition":
        """The petition with its ``telling`` facts only, to evaluate rules on."""
        short = self.telling is self.facts
        return self if short else evolve(self, facts=self.telling)

    def last(self, event: Event) -> Fact | None:
        """The latest fact of an event, or None; of equal instants the one recorded last."""
        return max(
            (fact for fact in reversed(self.telling) if fact.event is event),
            key=lambda fact: fact.at,
            default=None,
        )

    def instants(self, event: Event, subject: str = "") -> list[datetime]:
        """When something happened; with a subject, when it did so about that."""
        return [
            fact.at
            for fact in self.telling
            if fact.event is event and (not subject or fact.subject == subject)
        ]

    def first(self, event: Event, subject: str = "") -> datetime | None:
        """When something happened first; with a subject, when it did so about that."""
        return min(self.instants(event, subject), default=None)

    @property
    def pinnings(self) -> tuple[Fact, ...]:
        """The facts that put policies in force, as told: the pinning, then amendments."""
        return tuple(fact for fact in self.telling if fact.event in _PINNING)

    @property
    def pinned(self) -> Fact | None:
        """The fact that put the policy in force: its pinning, or the amendment told last."""
        return next((f for f in reversed(self.telling) if f.event in _PINNING), None)

    @property
    def to_recount(self) -> bool:
        """Whether the policy was amended and its signatures were not counted again since."""
        told = [f.event for f in self.telling if f.event in _RECOUNTING]
        return told[-1:] == [Event.POLICY_AMENDED]

    @property
    def policy_digest(self) -> str | None:
        """Digest of the policy in force, or None while none is pinned."""
        return self.pinned.subject if self.pinned else None

    def parameter(self, name: str) -> int | None:
        """What a parameter of the policy in force was bound to."""
        return dict(self.pinned.numbers).get(name) if self.pinned else None

    def ruled_at(self, at: datetime) -> "Petition":
        """The petition with the rules that were in force at an instant: later amendments gone."""
        gone = [fact for fact in self.telling if fact.event in _AMENDING and fact.at > at]
        kept = tuple(fact for fact in self.facts if fact not in gone) if gone else self.facts
        return evolve(self, facts=kept) if gone else self

    def with_facts(self, *facts: Fact) -> "Petition":
        """The petition with more facts; facts are only ever added."""
        if not facts:
            return self
        told = evolve(self, facts=(*self.facts, *facts))
        object.__setattr__(told, "telling", _telling((*self.telling, *facts)))  # not all anew
        return told

    def with_declared(self, declared: DeclaredCount) -> "Petition":
        """The petition with one more declared count, in the place of what it supersedes.

        Of one counter and source the one that speaks of the latest instant stands, of equal
        ones the one recorded last.
        """
        place = (declared.counter, declared.source)
        same = [one for one in self.declared if (one.counter, one.source) == place]
        stands = max([declared, *reversed(same)], key=lambda one: (one.as_of, one.recorded_at))
        others = (one for one in self.declared if (one.counter, one.source) != place)
        changed = evolve(self, declared=(*others, stands))
        object.__setattr__(changed, "telling", self.telling)
        return changed


def _telling(facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    noted = [fact for fact in facts if fact.event is Event.COUNT_DECLARED]
    first = min(noted, key=_AT, default=None)
    last = max(noted, key=_AT, default=None)
    told = (f for f in facts if f.event is not Event.COUNT_DECLARED or f is first or f is last)
    return tuple(told) if len(noted) > 2 else facts  # noqa: PLR2004 (first and last)


_AT = attrgetter("at")
_PINNING = (Event.POLICY_PINNED, Event.POLICY_AMENDED)
_AMENDING = (Event.POLICY_AMENDED, Event.RECOUNTED, Event.DEADLINE_MOVED)
_RECOUNTING = (Event.POLICY_AMENDED, Event.RECOUNTED)


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise InvalidValueError(problems)
