"""The presets and their examples, one a row."""

from collections.abc import Iterable

from petitionkit import presets
from petitionkit.civil import Duration
from petitionkit.clauses import Checkpoint, Threshold, Window
from petitionkit.phrases import in_words
from petitionkit.policy import Policy
from petitionkit.rules import All, AnyOf, AtLeast, Counted, Found, Inactive, Regions, Rule, Share

HEADER = ("name", "jurisdiction", "window", "checkpoints and thresholds", "in force", "how sure")


def duration(of: Duration) -> str:
    """A duration in words."""
    parts = {"year": of.years, "month": of.months, "week": of.weeks, "day": of.days}
    return " and ".join(f"{n} {unit}{'s' * (n != 1)}" for unit, n in parts.items() if n)


def window(of: Window) -> str:
    """How long signatures are taken, in words."""
    if of.duration:
        return duration(of.duration)
    if of.choices:
        return "author's choice: " + ", ".join(map(duration, of.choices))
    limits = [
        *([f"at least {duration(of.shortest)}"] if of.shortest else ()),
        *([f"at most {duration(of.longest)}"] if of.longest else ()),
    ]
    return f"author's choice: {', '.join(limits)}" if limits else "until somebody ends it"


def rule(of: Rule) -> str:
    """What a rule needs, in words."""
    match of:
        case Counted(within=None):
            return f"{of.level:,}"
        case Counted(within=within) if within:
            return f"{of.level:,} in the first {duration(within.first)}"
        case Share():
            return f"{of.share} of {of.of.replace('_', ' ')}"
        case Regions():
            return f"minima in {of.regions} of {len(of.weights)} regions"
        case Found():
            return f"{of.value:,} {of.finding}" if of.value > 1 else of.finding.replace("_", " ")
        case Inactive():
            return f"nobody signs for {duration(of.inactive_for)}"
        case All():
            return " and ".join(map(rule, of.all))
        case AnyOf():
            return " or ".join(map(rule, of.any))
        case AtLeast():
            return f"{of.at_least} of: {', '.join(map(rule, of.of))}"
        case _:
            return in_words(of)


def threshold(of: Threshold) -> str:
    """A threshold in words."""
    return f"{of.key}: {rule(of.rule)}"


def checkpoint(of: Checkpoint) -> str:
    """A checkpoint in words."""
    by = f"within {duration(of.by)}" if of.by else "at the end"
    return f"{of.key}: {rule(of.needs)} {by}, else {of.otherwise}"


def in_force(policy: Policy) -> str:
    """The days of which it is known that it was the law."""
    if policy.in_force_from and policy.in_force_until:
        return f"{policy.in_force_from} to {policy.in_force_until}"
    if policy.in_force_from:
        return f"from {policy.in_force_from}"
    return f"until {policy.in_force_until}" if policy.in_force_until else "-"


def row(policy: Policy) -> tuple[str, ...]:
    """One preset as cells."""
    stages = [
        f"{duration(s.window.duration)} for {rule(s.needs)}"
        for s in policy.stages
        if s.window.duration
    ]
    closures = [rule(closed.needs) for closed in policy.closing.when]
    return (
        f"`{policy.name}`",
        policy.jurisdiction or "-",
        ", or ".join([", then ".join([*stages, window(policy.window)]), *closures]),
        "; ".join([*map(checkpoint, policy.checkpoints), *map(threshold, policy.thresholds)])
        or "-",
        in_force(policy),
        policy.confidence or "-",
    )


def table(names: Iterable[str]) -> str:
    """Presets as a table in Markdown."""
    rows = [HEADER, ("---",) * len(HEADER), *(row(presets.load(name)) for name in names)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in rows)
