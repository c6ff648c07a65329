"""The rules that petitions of this service are pinned to."""

from pathlib import Path

from petitionkit import Policy
from petitionkit.codec import from_toml

__all__ = ["POLICY"]

POLICY = from_toml(Policy, (Path(__file__).parents[1] / "policy.toml").read_text("utf-8"))
