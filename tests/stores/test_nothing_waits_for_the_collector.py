"""What a batch held in memory is gone when it is done: nothing of it goes round in a circle.

Else whole batches, with everybody in them, would stay until Python's collector of cycles comes by.
"""

import gc
import sqlite3
from contextlib import closing

import pytest
from attrs import evolve

from petitionkit.clauses import ClosedWhen, Closing
from petitionkit.desk import Desk
from petitionkit.outcomes import Accepted
from petitionkit.policy import Policy
from petitionkit.rules import Counted
from petitionkit.signature import Particulars, SignatureDraft, Submission
from petitionkit.stores.sqlite import SQLiteStore, migrate
from samples import ENGLISH, KEYS, POLICY

WATCHING = evolve(
    POLICY, closing=Closing(when=(ClosedWhen(key="enough", needs=Counted(level=1_000)),))
)


def particulars_in_memory() -> int:
    # By type: asking an object of somebody else's what it is may wake it.
    return sum(type(one) is Particulars for one in gc.get_objects())


@pytest.mark.parametrize("policy", [POLICY, WATCHING], ids=["plain", "whose counts are looked at"])
def test_nobody_of_a_batch_stays_in_memory(policy: Policy) -> None:
    batch = [
        Submission(draft=SignatureDraft(name=f"Signer {n}", email=f"signer{n}@example.org"))
        for n in range(20)
    ]
    with closing(sqlite3.connect(":memory:")) as connection:
        migrate(connection)
        desk = Desk(SQLiteStore.joining(connection), secrets=KEYS)
        petition = desk.start(texts=[ENGLISH])
        desk.publish(petition.id, policy)
        gc.collect()
        gc.disable()
        try:
            before = particulars_in_memory()
            outcomes = desk.intake(petition.id, batch)
            after = particulars_in_memory()
        finally:
            gc.enable()
    assert all(isinstance(outcome, Accepted) for outcome in outcomes)
    assert after == before
