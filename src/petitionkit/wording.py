"""Wording: how a policy limits the texts of a petition."""

from attrs import field, frozen

from petitionkit.limits import between
from petitionkit.petition import PetitionText
from petitionkit.problems import Problem
from petitionkit.text import formula_problems, text_problems

__all__ = ["TextLimits"]


@frozen(kw_only=True)
class TextLimits:
    """How long a petition's texts may be, in characters, and whether they may look like formulas.

    Where ``formula_starts`` is False, none of what the starter writes (all but the note) begins
    with ``-``, ``=``, ``+`` or ``@`` (UK Parliament, whose limits are 80, 300, 800 and 800).
    ``body_required``: a title alone will not do.
    """

    title: int = field(default=512, validator=between(1, 512))
    body: int = field(default=40_000, validator=between(0, 40_000))
    details: int = field(default=40_000, validator=between(0, 40_000))
    note: int = field(default=40_000, validator=between(0, 40_000))
    formula_starts: bool = True
    body_required: bool = False

    def problems(self, text: PetitionText) -> list[Problem]:
        """Name everything in a text that these limits do not allow."""
        parts = (
            ("title", text.title, self.title),
            ("body", text.body, self.body),
            ("details", text.details, self.details),
            ("note", text.note, self.note),
        )
        found: list[Problem] = []
        for name, value, limit in parts:
            required = name == "body" and self.body_required
            found += text_problems(value, name, max_length=limit, required=required, block=True)
            if name != "note" and not self.formula_starts:
                found += formula_problems(value, name)
        return found
