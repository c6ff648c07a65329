"""A rule set with tiny caps, and questions that the sets that come along do not ask."""

from petitionkit.duplicates.rules import (
    Begins,
    BlockingKey,
    Comparison,
    Condition,
    KeyPart,
    Level,
    PairRule,
    RuleSet,
    Tier,
)

SMALL_BLOCKS = RuleSet(
    name="small",
    version="1",
    comparisons=(
        Comparison(
            name="given",
            shows=("given",),
            levels=(Level(name="begins", when=Begins(begins="given", shortest=1, longest=3)),),
        ),
        Comparison(name="nothing", shows=("name",), levels=()),
    ),
    keys=(
        BlockingKey(name="postcode", parts=(KeyPart(column="postcode"),), cap=3),
        BlockingKey(name="family", parts=(KeyPart(column="family", first=2),), cap=2),
    ),
    rules=(
        PairRule(
            name="any",
            tier=Tier.REVIEW,
            when=(Condition(of="given", levels=("begins", "other")),),
            at_least=1,
            among=(Condition(of="nothing", levels=("other",)),),
        ),
    ),
)
