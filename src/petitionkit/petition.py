"""Petitions: what was asked, of whom, by whom, and what has happened since.

A petition holds facts, never a status: its status at an instant is derived (see ``status``).
Facts hold ids, codes, instants and opaque actor references; names and texts live in values
beside them, which can be erased. This module knows no rule and no store.
"""

from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from operator import attrgetter
from typing import Any
from uuid import UUID

from attrs import evolve, field, frozen

from petitionkit.civil import Duration, instant
from petitionkit.errors import refuse
from petitionkit.facts import Event, Fact
from petitionkit.limits import Choice, at_least, filled, is_language
from petitionkit.moderation import Report, Restriction, Transfer, Update
from petitionkit.parties import Addressee, Author, Party
from petitionkit.problems import Problem, problem
from petitionkit.text import clean, clean_block, digest, text_problems

__all__ = [
    "ANEW",
    "CountEffect",
    "DeclaredCount",
    "Edit",
    "Identifier",
    "Petition",
    "PetitionText",
    "Relation",
    "RelationKind",
]

ANEW = "count_anew"
"""Reason of a change after which signatures are to be counted again."""

_TITLE_LIMIT = 512
_BODY_LIMIT = 40_000


@frozen(kw_only=True)
class Identifier:
    """A name that an outside system has for the petition: system ``uk``, value ``241584``."""

    system: str = field(validator=filled)
    value: str = field(validator=filled)


class Edit(Choice):
    """What a version of the text changes: nothing that signers agreed to, or something."""

    INITIAL = "initial"
    EDITORIAL = "editorial"
    MATERIAL = "material"


@frozen(kw_only=True)
class PetitionText:
    """One version of the text in one language.

    ``language`` is a BCP 47 tag. ``title`` has at most 512 characters, ``body``, ``details``
    (what explains it further) and ``note`` (the office's own, which nobody signs) 40,000 each;
    what a policy allows may be less. Versions count from 1 per language.
    """

    language: str = field(validator=is_language)
    title: str = field(converter=clean)
    body: str = field(default="", converter=clean_block)
    details: str = field(default="", converter=clean_block)
    note: str = field(default="", converter=clean_block)
    version: int = field(default=1, validator=at_least(1))
    edit: Edit = field(default=Edit.INITIAL, converter=Edit)

    def __attrs_post_init__(self) -> None:
        """Name everything wrong with the texts at once."""
        found = text_problems(self.title, "title", max_length=_TITLE_LIMIT)
        for name, text in (("body", self.body), ("details", self.details), ("note", self.note)):
            found += text_problems(text, name, max_length=_BODY_LIMIT, required=False, block=True)
        refuse(found)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of language, title, body and details: what a signature says that it signed."""
        return digest(self.language, self.title, self.body, self.details)


class RelationKind(Choice):
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


class CountEffect(Choice):
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

    counter: str = field(validator=filled)
    amount: int = field(validator=at_least(0))
    source: str = field(validator=filled)
    as_of: datetime = field(converter=instant)
    recorded_at: datetime = field(converter=instant)
    effect: CountEffect = field(default=CountEffect.ADDS, converter=CountEffect)


def _cleaned(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(clean(value) for value in values)


_UNIQUE: tuple[tuple[str, Callable[[Any], object]], ...] = (
    ("texts", attrgetter("language", "version")),
    ("addressees", attrgetter("key")),
    ("identifiers", attrgetter("system", "value")),
    ("slugs", str),
    ("tags", str),
    ("updates", attrgetter("key")),
)
"""By what the parts of a petition are told apart."""


@frozen(kw_only=True, cache_hash=True)
class Petition:
    """A petition: identity, texts, parties, declared counts, what was said of it, and facts.

    ``office`` is the tenant that it belongs to. Claims are unique within ``realm``, by default
    the petition's own id; petitions that must not count one person twice share a realm.
    ``slugs``: the first one is the address in use, the others still lead here. ``tags`` are the
    office's own words to find it by. ``chosen`` is the duration that its author took, where
    the policy leaves it to them. ``version`` counts the writes to the petition, not those to
    its signatures.
    """

    id: UUID
    office: str = field(default="", converter=clean)
    realm: str = ""
    starter: Party | None = None
    texts: tuple[PetitionText, ...]
    addressees: tuple[Addressee, ...] = ()
    authors: tuple[Author, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    slugs: tuple[str, ...] = field(default=(), converter=_cleaned)
    tags: tuple[str, ...] = field(default=(), converter=_cleaned)
    related: tuple[Relation, ...] = ()
    declared: tuple[DeclaredCount, ...] = ()
    chosen: Duration | None = None
    restrictions: tuple[Restriction, ...] = ()
    reports: tuple[Report, ...] = ()
    updates: tuple[Update, ...] = ()
    transfer: Transfer | None = None
    facts: tuple[Fact, ...] = ()
    version: int = field(default=1, validator=at_least(1))

    def __attrs_post_init__(self) -> None:
        """Fill the default realm and refuse parts that contradict each other."""
        if not self.realm:
            object.__setattr__(self, "realm", str(self.id))
        found: list[Problem] = []
        if not self.texts:
            found.append(problem("required", "texts"))
        for name, key in _UNIQUE:
            parts = getattr(self, name)
            if len(parts) > 1 and len(set(map(key, parts))) < len(parts):
                found.append(problem("repeated", name))
        refuse(found)

    def text(self, language: str | None = None, *, at: datetime | None = None) -> PetitionText:
        """The version in a language, now or at an instant; in the first one where there is none."""
        if len(self.texts) == 1:
            return self.texts[0]
        wanted = [t for t in self.texts if t.language == language] or [
            t for t in self.texts if t.language == self.texts[0].language
        ]
        changes = [fact for fact in self.telling if fact.event is Event.TEXT_CHANGED]
        later = {fact.subject for fact in changes if at is not None and fact.at > at}
        later -= {fact.subject for fact in changes if at is None or fact.at <= at}
        then = [text for text in wanted if text.digest not in later]
        return max(then or wanted[:1], key=lambda text: text.version)

    def agreed(self, digest: str, language: str) -> bool:
        """Whether nothing material was changed since the text of that digest, in its language."""
        mine = [text for text in self.texts if text.language == language]
        known = [text.version for text in mine if text.digest == digest]
        since = max(known, default=0)
        return not any(text.edit is Edit.MATERIAL for text in mine if text.version > since)

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

    @cached_property
    def pinnings(self) -> tuple[Fact, ...]:
        """The facts that put policies in force: the pinning, then amendments as they were told."""
        pinned = self.last(Event.POLICY_PINNED)
        if pinned is None:
            return ()
        told = self.telling[self.telling.index(pinned) :]
        return (pinned, *(fact for fact in told if fact.event is Event.POLICY_AMENDED))

    @cached_property
    def pinned(self) -> Fact | None:
        """The fact that put the policy in force: its pinning, or the amendment told last."""
        return next(reversed(self.pinnings), None)

    @property
    def to_count_again(self) -> tuple[Fact, ...]:
        """Why its signatures are to be counted again: what has happened since they last were.

        The policy was amended, or the text so that only those count who agree to it.
        """
        told = [fact for fact in self.telling if fact.event in _RECOUNTING or fact.reason == ANEW]
        last = max((n for n, f in enumerate(told) if f.event is Event.COUNTED_AGAIN), default=-1)
        return tuple(told[last + 1 :])

    @cached_property
    def opening(self) -> Fact | None:
        """The latest opening, or None: never opened, or sent back to moderation since.

        A petition that is restored to moderation opens anew, with a whole window (UK Parliament).
        """
        opened, restored = self.last(Event.OPENED), self.last(Event.RESTORED)
        if opened is not None and restored is not None and restored.at > opened.at:
            return None
        return opened

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

    def until(self, at: datetime) -> "Petition":
        """The petition with what had happened up to an instant."""
        told = tuple(fact for fact in self.facts if fact.at <= at)
        return self if len(told) == len(self.facts) else evolve(self, facts=told)

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
_AMENDING = (Event.POLICY_AMENDED, Event.COUNTED_AGAIN, Event.DEADLINE_MOVED)
_RECOUNTING = (Event.POLICY_AMENDED, Event.COUNTED_AGAIN)
