"""What makes two signatures one person's, as a value of a policy.

Says which things a signer gives identify them, alone or together, and how many people may
share a mailbox. Making keyed claims of them is ``identity``'s.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from types import MappingProxyType

from attrs import field, frozen

from petitionkit.errors import InvalidValueError
from petitionkit.form import FormField
from petitionkit.limits import Choice, between
from petitionkit.mailboxes import MAILBOX_RECIPES, OWN_VERSIONS, Recipe, mailbox_recipe
from petitionkit.problems import Problem, problem

__all__ = ["FIELD_OF", "ClaimKind", "Identity", "Sharing"]


class ClaimKind(Choice):
    """What identifies a signer, or does so together with something else."""

    MAILBOX = "mailbox"
    PHONE = "phone"
    NATIONAL_NUMBER = "national_number"
    NAME = "name"
    BIRTH_DATE = "birth_date"
    STREET = "street"
    POSTAL_CODE = "postal_code"
    COUNTRY = "country"
    CITIZENSHIP = "citizenship"
    REGISTER_NUMBER = "register_number"
    """An organisation's number in a public register."""
    REGISTERED_NAME = "registered_name"
    """An organisation's name, folded."""
    LINE = "line"
    """The text of a roll's line and its occurrence, where nothing else identifies."""


FIELD_OF: Mapping[ClaimKind, FormField] = MappingProxyType(
    {ClaimKind.MAILBOX: FormField.EMAIL}
    | {
        ClaimKind(name.value): name
        for name in FormField
        if name.value in {kind.value for kind in ClaimKind} - {"register_number"}
    }
)
"""The field from which each kind of a person's claim is made."""

_ALONE = (ClaimKind.MAILBOX, ClaimKind.PHONE, ClaimKind.NATIONAL_NUMBER)


def _claim_kinds(values: tuple[ClaimKind, ...]) -> tuple[ClaimKind, ...]:
    return tuple(ClaimKind(value) for value in values)


def _combinations(
    values: tuple[tuple[ClaimKind, ...], ...],
) -> tuple[tuple[ClaimKind, ...], ...]:
    return tuple(_claim_kinds(value) for value in values)


@frozen(kw_only=True)
class Sharing:
    """So many people may share one mailbox: their names differ, and what is in ``same`` agrees.

    The UK Parliament's petitions let two people sign from one address whose names differ and
    whose postcode is the same.
    """

    people: int = field(default=2, validator=between(2, 100))
    same: tuple[ClaimKind, ...] = field(default=(), converter=_claim_kinds)

    def __attrs_post_init__(self) -> None:
        """Refuse what cannot agree: the name must differ, and the mailbox is what is shared."""
        choices = [kind for kind in FIELD_OF if kind not in (ClaimKind.NAME, ClaimKind.MAILBOX)]
        if not set(self.same) <= set(choices):
            raise InvalidValueError([problem("unknown_choice", "same", choices=", ".join(choices))])
        if len(set(self.same)) < len(self.same):
            raise InvalidValueError([problem("repeated", "same")])


@frozen(kw_only=True)
class Identity:
    """What identifies a person.

    Signers who share any one thing of ``any_of`` are one signer, and so are those who share
    everything of one combination in ``all_of``, such as ``["name", "birth_date"]``; a
    combination of which something is missing identifies nobody. Withdrawing frees what
    identifies a signer; invalidating does where ``invalidation_frees``. Where a policy has
    lines on paper, something must identify signers there and on the web alike; otherwise it
    says with ``web_or_paper`` that nobody is asked to sign in both ways.

    ``recipes`` are the versions by which mailboxes are compared, the newest first. A policy
    that changes its recipe names the older one as well, for as long as claims made with that
    are alive: all are made and looked for. ``own_recipes`` are the office's, numbered from
    1000 on.
    """

    any_of: tuple[ClaimKind, ...] = field(default=(ClaimKind.MAILBOX,), converter=_claim_kinds)
    all_of: tuple[tuple[ClaimKind, ...], ...] = field(default=(), converter=_combinations)
    sharing: Sharing | None = None
    invalidation_frees: bool = True
    web_or_paper: bool = False
    recipes: tuple[int, ...] = (2,)  # never another default: stored policies leave it out
    own_recipes: tuple[Recipe, ...] = ()

    def __attrs_post_init__(self) -> None:
        """Refuse an identity that identifies nobody, or names one thing twice."""
        found: list[Problem] = []
        if not set(self.any_of) <= set(_ALONE) or not (self.any_of or self.all_of):
            found.append(problem("unknown_choice", "any_of", choices=", ".join(_ALONE)))
        elif len(set(self.any_of)) < len(self.any_of):
            found.append(problem("repeated", "any_of"))
        for place, kinds in enumerate(self.all_of):
            if not set(kinds) <= set(FIELD_OF):
                choices = ", ".join(FIELD_OF)
                found.append(problem("unknown_choice", f"all_of.{place}", choices=choices))
            elif len(set(kinds)) < len(kinds):
                found.append(problem("repeated", f"all_of.{place}"))
            elif len(kinds) == 1:
                found.append(problem("too_few", f"all_of.{place}", needed=2))
            elif not set(kinds).isdisjoint(self.any_of):  # what identifies alone needs no company
                found.append(problem("repeated", f"all_of.{place}"))
        if self.sharing and ClaimKind.MAILBOX not in self.any_of:
            found.append(problem("misplaced", "sharing"))
        found += self._recipe_problems()
        if found:
            raise InvalidValueError(found)

    def _recipe_problems(self) -> Iterator[Problem]:
        own = [recipe.version for recipe in self.own_recipes]
        if min(own, default=OWN_VERSIONS) < OWN_VERSIONS:
            yield problem("out_of_range", "own_recipes")
        known = (*own, *MAILBOX_RECIPES)
        if not self.recipes or not set(self.recipes) <= set(known):
            yield problem("unknown_choice", "recipes", choices=", ".join(map(str, known)))
        for name, versions in (("recipes", self.recipes), ("own_recipes", own)):
            if len(set(versions)) < len(versions):
                yield problem("repeated", name)

    @cached_property
    def live_recipes(self) -> tuple[Recipe, ...]:
        """The recipes of ``recipes``: the first makes what is shown, all make claims."""
        own = {recipe.version: recipe for recipe in self.own_recipes}
        return tuple(own.get(version) or mailbox_recipe(version) for version in self.recipes)

    @cached_property
    def ways(self) -> tuple[tuple[ClaimKind, ...], ...]:
        """Every way in which a signer is known: each thing alone, then the combinations."""
        return (*((kind,) for kind in self.any_of), *self.all_of)

    @property
    def kinds(self) -> tuple[ClaimKind, ...]:
        """Everything that identity rests on, each once."""
        shared = (ClaimKind.NAME, *self.sharing.same) if self.sharing else ()
        return tuple(dict.fromkeys((*(kind for way in self.ways for kind in way), *shared)))

    def identifies(self, given: Callable[[FormField], bool]) -> bool:
        """Whether somebody is known by what is given: all fields of one way."""
        return any(all(given(FIELD_OF[kind]) for kind in way) for way in self.ways)
