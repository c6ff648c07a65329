"""Hypothesis strategies for everything that petitions are made of.

Each is a function, and each value that it draws is one that its constructor takes. ``register``
makes ``st.from_type`` draw these too; importing this registers nothing, so that what a test
draws never hangs on what some other test has imported.
"""

from hypothesis import strategies as st

from petitionkit.civil import Calendar, Duration
from petitionkit.clauses import Window
from petitionkit.petition import DeclaredCount, Petition
from petitionkit.policy import Policy
from petitionkit.signature import SignatureDraft
from petitionkit.testing.strategies.clauses import (
    PARAMETER,
    REGIONS,
    ZONES,
    calendars,
    counters,
    durations,
    policies,
    rules,
    windows,
)
from petitionkit.testing.strategies.lives import (
    FEW,
    Life,
    Step,
    amended,
    lived,
    living_policies,
    living_rules,
    steps,
)
from petitionkit.testing.strategies.people import (
    BrokenDraft,
    broken_drafts,
    drafts,
    emails,
    phones,
    spellings,
)
from petitionkit.testing.strategies.whole_petitions import (
    declared_counts,
    histories,
    instants,
    petitions,
)

__all__ = [
    "FEW",
    "PARAMETER",
    "REGIONS",
    "ZONES",
    "BrokenDraft",
    "Life",
    "Step",
    "amended",
    "broken_drafts",
    "calendars",
    "counters",
    "declared_counts",
    "drafts",
    "durations",
    "emails",
    "histories",
    "instants",
    "lived",
    "living_policies",
    "living_rules",
    "petitions",
    "phones",
    "policies",
    "register",
    "rules",
    "spellings",
    "steps",
    "windows",
]


def register() -> None:
    """Have ``st.from_type`` draw petitionkit's values by these strategies; twice is as once.

    In ``conftest.py``, once for all tests. Without it Hypothesis would call the constructors
    with anything of the right type, which most of them refuse. Registered are ``Calendar``,
    ``DeclaredCount``, ``Duration``, ``Petition``, ``Policy``, ``SignatureDraft`` and ``Window``.
    """
    st.register_type_strategy(Calendar, calendars())
    st.register_type_strategy(DeclaredCount, declared_counts())
    st.register_type_strategy(Duration, durations())
    st.register_type_strategy(Petition, petitions())
    st.register_type_strategy(Policy, policies())
    st.register_type_strategy(SignatureDraft, drafts())
    st.register_type_strategy(Window, windows())
