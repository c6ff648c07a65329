"""Petition files: a petition and the policy that it runs under, as TOML.

``policy`` is the name of a preset, or the path of a policy file beside this one.
"""

from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from uuid import UUID

from attrs import field, frozen

from petitionkit.civil import optional_instant
from petitionkit.codec import from_toml
from petitionkit.errors import InvalidValueError, UnreadableFileError
from petitionkit.parties import Addressee, Author, Party
from petitionkit.petition import Identifier, Petition, PetitionText, Relation
from petitionkit.policy import Policy
from petitionkit.presets import examples, load, names
from petitionkit.problems import Problem, problem
from petitionkit.windows import deadline

__all__ = ["PetitionFile", "read_petition_file", "read_policy"]


@frozen(kw_only=True)
class PetitionFile:
    """What a petition file says.

    ``opened_at`` is when the petition opened, where that was not the moment of publishing;
    ``starter_signs`` counts the starter as the first supporter.
    """

    policy: str
    starter: Party
    texts: tuple[PetitionText, ...]
    addressees: tuple[Addressee, ...] = ()
    authors: tuple[Author, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    slugs: tuple[str, ...] = ()
    related: tuple[Relation, ...] = ()
    opened_at: datetime | None = field(default=None, converter=optional_instant)
    starter_signs: bool = True

    def petition(self, petition_id: UUID) -> Petition:
        """The petition as a draft."""
        return Petition(
            id=petition_id,
            starter=self.starter,
            texts=self.texts,
            addressees=self.addressees,
            authors=self.authors,
            identifiers=self.identifiers,
            slugs=self.slugs,
            related=self.related,
        )


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise UnreadableFileError("file.unreadable", f"{path}: {error.strerror}") from None
    except UnicodeError:
        raise UnreadableFileError(
            "file.encoding", f"{path}: the text is not UTF-8; save it as UTF-8"
        ) from None


def read_petition_file(path: Path) -> tuple[PetitionFile, Policy]:
    """Read a petition file with its policy; all problems of one file come at once."""
    found = from_toml(PetitionFile, _read(path))
    policy = read_policy(found.policy, path.parent)
    if found.opened_at is not None:
        deadline(policy, found.opened_at)  # refuses an opening whose window no calendar holds
    return found, policy


def read_policy(name: str, folder: Path) -> Policy:
    """Read a preset by name, or a policy file by its path from ``folder``."""
    if name in (*names(), *examples()):
        return load(name)
    file = folder / name
    if not file.is_file():
        near = get_close_matches(name, names(), n=1) or ["uk-parliament"]
        choices = (
            f"the path of a policy file, the name of a preset such as {near[0]}"
            " ('petitionkit policies list' tells them all)"
        )
        raise InvalidValueError([problem("unknown_choice", "policy", choices=choices)])
    try:
        return from_toml(Policy, _read(file))
    except InvalidValueError as error:
        found = (
            Problem(code=p.code, field=": ".join(filter(None, (name, p.field))), params=p.params)
            for p in error.problems
        )
        raise InvalidValueError(found) from None
