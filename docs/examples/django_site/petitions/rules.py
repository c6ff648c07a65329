"""The rules that petitions of this site are pinned to, and the ladder of its goals."""

from functools import cache

from django.conf import settings

from petitionkit import Policy
from petitionkit.codec import from_toml


@cache
def policy() -> Policy:
    """The site's policy; a petition keeps the one that it was submitted under."""
    return from_toml(Policy, (settings.HERE / "policy.toml").read_text("utf-8"))


def goal(supporters: int) -> int:
    """The next rung of the ladder, or the last."""
    return next((rung for rung in settings.GOALS if rung > supporters), settings.GOALS[-1])
