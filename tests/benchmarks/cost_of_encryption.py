"""What encryption at rest costs: the same work with it and without, as ratios of CPU time.

Run it from the root of the project, with the extra ``test`` installed:

    python tests/benchmarks/cost_of_encryption.py

Everything happens in one process on SQLite files; of each kind of work the median of the rounds
counts. Intake is a roll in batches of 500, signing is one call a signer (as the web does it, each
with a transaction of its own), reading turns all pages of a petition, and looking up is one
signature by its id. The figures stand in ``docs/how-to/encryption.md``.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time
from uuid import UUID

from petitionkit.civil import Duration
from petitionkit.clauses import Window
from petitionkit.desk import Desk
from petitionkit.encryption import DataKeys, EncryptedStore, SQLiteWrappedKeys, WrappingRing
from petitionkit.form import Demand, Form
from petitionkit.keys import KeyRing
from petitionkit.petition import PetitionText
from petitionkit.policy import Policy
from petitionkit.signature import SignatureDraft, Submission
from petitionkit.store import Store, every_signature
from petitionkit.stores.sqlite import SQLiteStore, migrate

ROUNDS = 5
SIGNERS, BATCH, SINGLE = 10_000, 500, 500
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
FORM = Form(street=Demand.OPTIONAL, locality=Demand.OPTIONAL, postal_code=Demand.OPTIONAL)
POLICY = Policy(
    name="town", version="1", form=FORM, window=Window(duration=Duration(days=30), zone="UTC")
)


def signer(n: int) -> Submission:
    return Submission(
        draft=SignatureDraft(
            name=f"Signer {n}",
            email=f"signer{n}@example.org",
            street=f"{n} High Street",
            locality="Claremont",
            postal_code=f"{n:05}",
        )
    )


def opened(folder: Path, *, encrypted: bool) -> Store:
    migrate(folder / "petitions.db")
    store = SQLiteStore(folder / "petitions.db")
    if not encrypted:
        return store
    kept = SQLiteWrappedKeys(folder / "keys.db")
    return EncryptedStore(store, DataKeys(kept, WrappingRing([bytes(32)])))


def timed(work: Callable[[], object]) -> float:
    begun = process_time()
    work()
    return process_time() - begun


def one_round(folder: Path, *, encrypted: bool) -> dict[str, float]:
    store = opened(folder, encrypted=encrypted)
    desk = Desk(store, secrets=KeyRing([b"k" * 32]), clock=lambda: NOON)
    petition = desk.start(texts=[PetitionText(language="en", title="Keep the park")])
    desk.publish(petition.id, POLICY)
    roll = [signer(n) for n in range(SIGNERS)]
    singles = [signer(n) for n in range(SIGNERS, SIGNERS + SINGLE)]
    ids: list[UUID] = []

    def read() -> None:
        ids.extend(one.signature.id for one in every_signature(store, petition.id))

    found = {
        "intake": timed(
            lambda: [
                desk.intake(petition.id, roll[n : n + BATCH]) for n in range(0, SIGNERS, BATCH)
            ]
        ),
        "signing": timed(lambda: [desk.intake(petition.id, [one]) for one in singles]),
        "reading": timed(read),
        "looking up": timed(lambda: [store.signature(one) for one in ids[::20]]),
        "bytes": float((folder / "petitions.db").stat().st_size),
    }
    store.close()
    found["bytes"] = float((folder / "petitions.db").stat().st_size)
    return found


def main() -> None:
    ratios: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        with TemporaryDirectory() as plain, TemporaryDirectory() as encrypted:
            without = one_round(Path(plain), encrypted=False)
            with_it = one_round(Path(encrypted), encrypted=True)
        for work, cost in with_it.items():
            ratios.setdefault(work, []).append(cost / without[work])
    for work, found in ratios.items():
        print(f"{work:12} {median(found):.2f} ({min(found):.2f} to {max(found):.2f})")


if __name__ == "__main__":
    main()
