"""Mailboxes: which one an address belongs to.

Decides when two spellings are one mailbox, by a recipe: a versioned table of rules by domain.
What is good enough to make two signatures one stands apart from what is only worth a look. The
same function serves signing, search and blocking. A canonical mailbox is for comparing: mail
always goes to the address as it was given.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from attrs import field, frozen

from petitionkit.errors import InvalidValueError, NotFoundError
from petitionkit.limits import Choice
from petitionkit.problems import Problem, problem

__all__ = [
    "MAILBOX_RECIPE",
    "MAILBOX_RECIPES",
    "OWN_VERSIONS",
    "Confidence",
    "Fold",
    "MailboxRule",
    "Provider",
    "ProviderRule",
    "Recipe",
    "mailbox",
    "mailbox_recipe",
    "providers",
    "suspected_mailbox",
]

MAILBOX_RECIPES = (2, 1)
"""Versions of the recipes that come with petitionkit, the newest first."""

OWN_VERSIONS = 1000
"""Offices number the recipes that they write from here on, so that none of ours is the same."""

MAILBOX_RECIPE = MAILBOX_RECIPES[0]
"""The recipe that is meant where nobody names one; its version is part of every claim."""

_ANY = "*"
_LABEL = r"[^\W_](?:(?:[^\W_]|-){0,61}[^\W_])?"
_NAME = re.compile(rf"\*|\*\.{_LABEL}(?:\.{_LABEL})*|{_LABEL}(?:\.{_LABEL})+")
_NAME_LIMIT = 100
_CHARACTERS = re.compile(r"[!-~]{0,10}")


def _lower(value: str) -> str:
    return value.lower()


@frozen(kw_only=True)
class MailboxRule:
    """How the local parts below a name are folded.

    ``name`` is a domain, ``*.`` and a domain for what lies below it at any depth, or ``*`` for
    every other domain. ``ignored`` characters distinguish no mailboxes; those of ``same`` are
    one character; what follows the first of ``separators`` is a label. ``alias_of`` is the
    domain whose rule and name hold instead. ``user_in_subdomain``, for a name with ``*.``,
    makes ``anything@user.domain`` ``user@domain``.

    At most 100 characters in a name and 10 of ASCII in each set, as in the UK Parliament's
    petitions; ``InvalidValueError`` tells all that is wrong.
    """

    name: str = field(converter=_lower)
    ignored: str = ""
    same: str = ""
    separators: str = "+"
    alias_of: str = field(default="", converter=_lower)
    user_in_subdomain: bool = False

    def __attrs_post_init__(self) -> None:
        """Refuse a name that no domain has, and sets that are too long."""
        found: list[Problem] = []
        if len(self.name) > _NAME_LIMIT:
            found.append(problem("too_long", "name", length=len(self.name), limit=_NAME_LIMIT))
        elif not _NAME.fullmatch(self.name):
            found.append(problem("mailbox_rule.name", "name"))
        found += [
            problem("mailbox_rule.characters", name)
            for name in ("ignored", "same", "separators")
            if not _CHARACTERS.fullmatch(getattr(self, name))
        ]
        if self.user_in_subdomain and not self.name.startswith("*."):
            found.append(problem("misplaced", "user_in_subdomain"))
        if found:
            raise InvalidValueError(found)

    def folded(self, local: str) -> str:
        """Fold a local part; one of which nothing would be left keeps what it has."""
        head = unicodedata.normalize("NFC", local.lower())
        for one in self.same[1:]:
            head = head.replace(one, self.same[0])
        # The first character is never a separator: '+anna' is a name, not a label of nobody's.
        for one in self.separators:
            place = -1 if one in self.ignored else head.find(one, 1)
            if place > 0:
                head = head[:place]
        bare = head
        for one in self.ignored:
            bare = bare.replace(one, "")
        return unicodedata.normalize("NFC", bare or head)


_PLUS = MailboxRule(name=_ANY)


def _listed(rules: Iterable[MailboxRule]) -> tuple[MailboxRule, ...]:
    return tuple(rules)


def _by_name(rules: Iterable[MailboxRule]) -> Mapping[str, MailboxRule]:
    """Index rules by name; refuse two of one name, and aliases of what has no rule of its own."""
    found: list[Problem] = []
    known: dict[str, MailboxRule] = {}
    for rule in rules:
        if rule.name in known:
            found.append(problem("repeated", rule.name))
        known[rule.name] = rule
    found += [
        problem("mailbox_rule.alias", rule.name)
        for rule in known.values()
        if rule.alias_of and not _is_original(known.get(rule.alias_of))
    ]
    if found:
        raise InvalidValueError(found)
    return MappingProxyType(known)


def _is_original(rule: MailboxRule | None) -> bool:
    return rule is not None and not rule.alias_of and _ANY not in rule.name


@frozen(kw_only=True)
class Recipe:
    """A table of rules: ``identity`` makes two addresses one, ``suspicion`` proposes a pair.

    For each domain the rule of exactly that name holds, else that of the longest ``*.`` name
    above it, else that of ``*``; rules are never merged. A table without ``*`` cuts at the
    first ``+`` there (in ``identity``; in ``suspicion`` it adds nothing). ``version`` is part
    of every claim made with the recipe: whoever changes a rule takes a new one.
    """

    version: int
    identity: tuple[MailboxRule, ...] = field(converter=_listed)
    suspicion: tuple[MailboxRule, ...] = field(default=(), converter=_listed)
    identity_by_name: Mapping[str, MailboxRule] = field(init=False, repr=False, eq=False)
    suspicion_by_name: Mapping[str, MailboxRule] = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        """Index the rules by name, once."""
        object.__setattr__(self, "identity_by_name", _by_name(self.identity))
        object.__setattr__(self, "suspicion_by_name", _by_name(self.suspicion))


def _names(domain: str) -> Iterator[str]:
    """The names under which a rule for what is below them may stand, the most telling first."""
    labels = domain.split(".")
    for place in range(1, len(labels)):
        yield "*." + ".".join(labels[place:])
    yield _ANY


def _fold(rules: Mapping[str, MailboxRule], otherwise: MailboxRule, address: str) -> str:
    local, _, domain = address.rpartition("@")
    domain = domain.lower()
    rule = rules.get(domain)
    if rule is None:
        rule = next((rules[name] for name in _names(domain) if name in rules), otherwise)
    if rule.user_in_subdomain:
        user, _, above = domain.partition(".")
        if rule.name == f"*.{above}":
            return _fold(rules, otherwise, f"{user}@{above}")
    if rule.alias_of:
        rule, domain = rules[rule.alias_of], rule.alias_of
    return f"{rule.folded(local)}@{domain}"


def mailbox(address: str, recipe: Recipe | None = None) -> str:
    """Name the mailbox that a parsed address belongs to, by the newest recipe or another.

    ``Anna.B+x@googlemail.com`` belongs to ``annab@gmail.com``. Applying it twice is applying
    it once. For comparing, never for sending: a sender that mails the canonical form hands
    accounts to whoever holds that spelling.
    """
    return _fold((recipe or mailbox_recipe()).identity_by_name, _PLUS, address)


_NOTHING = MailboxRule(name=_ANY, separators="")


def suspected_mailbox(address: str, recipe: Recipe | None = None) -> str:
    """Name what an address may belong to besides; two that share it are worth a look, no more.

    Addresses of one mailbox always share it. ``nickname-shop@yahoo.com`` and
    ``nickname-news@yahoo.com`` do, too: Yahoo gives both to one account, and yet
    ``nickname@yahoo.com`` may be a stranger's.
    """
    recipe = recipe or mailbox_recipe()
    return _fold(recipe.suspicion_by_name, _NOTHING, mailbox(address, recipe))


# The recipes that come with petitionkit, and what is known of the providers.


class Confidence(Choice):
    """How sure a provider's rule is."""

    HIGH = "high"
    """The provider's own documentation says so."""
    MEDIUM = "medium"
    """Several independent reports say so, or others rely on it without the provider's word."""
    LOW = "low"
    """A single, old or contradictory report, or an inference."""


class Fold(Choice):
    """What a provider's rule does to an address."""

    ONE_DOMAIN = "one_domain"
    IGNORED = "ignored"
    SAME = "same"
    SEPARATORS = "separators"
    USER_IN_SUBDOMAIN = "user_in_subdomain"


@frozen(kw_only=True)
class ProviderRule:
    """One rule of a provider, with how sure it is; ``value`` is a domain or characters."""

    rule: Fold = field(converter=Fold)
    value: str
    confidence: Confidence = field(converter=Confidence)


def _provider_rules(tables: Iterable[Mapping[str, str]]) -> tuple[ProviderRule, ...]:
    return tuple(ProviderRule(**table) for table in tables)


@frozen(kw_only=True)
class Provider:
    """What is known of a mail provider, and where it was read.

    ``plus`` says whether the provider delivers ``name+label`` to ``name`` and how sure that
    is, as ``("yes", "high")``; ``+`` is folded whatever it says. A provider without domains
    is known by its mail servers only, and its customers have the rule of every other domain.
    """

    name: str
    domains: tuple[str, ...] = field(converter=tuple)
    plus: tuple[str, Confidence]
    identity: tuple[ProviderRule, ...] = field(default=(), converter=_provider_rules)
    suspicion: tuple[ProviderRule, ...] = field(default=(), converter=_provider_rules)
    notes: str = ""
    sources: tuple[str, ...] = field(default=(), converter=tuple)


@cache
def _table(version: int) -> dict[str, Any]:
    if version not in MAILBOX_RECIPES:
        known = ", ".join(map(str, MAILBOX_RECIPES))
        raise NotFoundError(f"no recipe {version} for mailboxes; there are: {known}")
    path = files("petitionkit").joinpath(f"tables/mailboxes-{version}.toml")
    return tomllib.loads(path.read_text("utf-8"))


@cache
def providers(version: int = MAILBOX_RECIPE) -> tuple[Provider, ...]:
    """Tell what a recipe knows of mail providers; ``NotFoundError`` for a version unknown."""
    return tuple(
        Provider(**{**table, "plus": (plus["delivers"], Confidence(plus["confidence"]))})
        for table in _table(version)["providers"]
        for plus in [table["plus"]]
    )


@cache
def mailbox_recipe(version: int = MAILBOX_RECIPE) -> Recipe:
    """Read a recipe that comes with petitionkit; ``NotFoundError`` for a version unknown.

    While claims made with an older one are alive, make and look for claims under both.
    """
    unknown = _table(version)["unknown"]
    identity = [_rule(_ANY, _provider_rules(unknown["identity"]))]
    suspicion = [_rule(_ANY, _provider_rules(unknown.get("suspicion", ())))]
    for provider in providers(version):
        for domain in provider.domains:
            identity += _rules(domain, provider.identity, separators="+")
            suspicion += _rules(domain, provider.suspicion, separators="")
    return Recipe(version=version, identity=identity, suspicion=suspicion)


def _rules(
    domain: str, rules: tuple[ProviderRule, ...], *, separators: str
) -> Iterator[MailboxRule]:
    """The rules for a provider's domain, and for what lies below it where that matters."""
    yield _rule(domain, rules, separators=separators)
    if any(one.rule is Fold.USER_IN_SUBDOMAIN for one in rules):
        yield MailboxRule(name=f"*.{domain}", separators=separators, user_in_subdomain=True)


def _rule(name: str, rules: tuple[ProviderRule, ...], *, separators: str = "") -> MailboxRule:
    said = {one.rule: one.value for one in rules}
    one_domain = said.get(Fold.ONE_DOMAIN, "")
    return MailboxRule(
        name=name,
        ignored=said.get(Fold.IGNORED, ""),
        same=said.get(Fold.SAME, ""),
        separators=said.get(Fold.SEPARATORS, separators),
        alias_of="" if one_domain == name else one_domain,
    )
