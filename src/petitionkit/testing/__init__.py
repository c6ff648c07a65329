"""What proves a store, a policy and an app: strategies, laws, a conformance suite and a desk.

Nothing else imports it; it wants the extra ``testing``.
"""

import sys

_PYTEST = sys.modules.get("pytest")
if _PYTEST is not None:
    # A failing assertion of an installed module would say nothing but its name otherwise.
    _PYTEST.register_assert_rewrite(
        f"{__name__}.laws", f"{__name__}.machine", f"{__name__}.promises"
    )

from petitionkit.testing.clock import FrozenClock
from petitionkit.testing.conformance import StoreConformance
from petitionkit.testing.in_memory import Mailbox, OfficeInMemory, office, supporter
from petitionkit.testing.laws import policy_laws
from petitionkit.testing.machine import store_machine
from petitionkit.testing.promises.catalogue import CatalogueConformance
from petitionkit.testing.promises.erasing import ErasingConformance
from petitionkit.testing.promises.joining import Caller, JoiningConformance
from petitionkit.testing.promises.keyed import KeyedConformance
from petitionkit.testing.promises.upkeep import UpkeepConformance

__all__ = [
    "Caller",
    "CatalogueConformance",
    "ErasingConformance",
    "FrozenClock",
    "JoiningConformance",
    "KeyedConformance",
    "Mailbox",
    "OfficeInMemory",
    "StoreConformance",
    "UpkeepConformance",
    "office",
    "policy_laws",
    "store_machine",
    "supporter",
]
