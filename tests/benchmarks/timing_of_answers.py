"""Whether the time of an answer tells a new signer from one who has signed.

Half of 2,000 addresses have signed. Each is then signed with once, new and known ones in a
random order, and every answer is timed. A classifier that goes by the time alone is right as
often as its area under the curve (AUC) says: 0.5 is guessing, 1 is certainty. The AUC here is
the share of pairs of a new and a known signer in which the known one took longer (Mann and
Whitney's U). Run: ``python tests/benchmarks/timing_of_answers.py [rounds]``.
"""

import gc
import random
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter_ns

from petitionkit import Desk, KeyRing, PetitionText, SignatureDraft, Submission
from petitionkit.presets import load
from petitionkit.stores.sqlite import SQLiteStore, migrate

SIGNERS = 2000


def draft(number: int) -> SignatureDraft:
    """A signer of their own mailbox."""
    return SignatureDraft(
        name="Anna Berg", email=f"signer{number:05}@example.org", postal_code="SW1A 1AA"
    )


def source(number: int) -> str:
    """An address of their own as well, so that their rate is looked up and left."""
    return f"198.18.{number // 250}.{number % 250}"


def timings(path: Path, seed: int) -> tuple[list[int], list[int]]:
    """Nanoseconds of the answers to new and to known signers, interleaved at random."""
    chance = random.Random(seed)
    migrate(path)
    store = SQLiteStore(path)
    desk = Desk(store, secrets=KeyRing([bytes(32)]))
    petition = desk.start(texts=[PetitionText(language="en", title="Keep the park")])
    desk.publish(petition.id, load("uk-parliament"))
    numbers = list(range(SIGNERS))
    chance.shuffle(numbers)
    known = set(numbers[: SIGNERS // 2])
    desk.intake(petition.id, [Submission(draft=draft(number)) for number in sorted(known)])
    for number in range(SIGNERS, SIGNERS + 100):  # what is loaded once is loaded now
        desk.sign(petition.id, draft(number), source=source(number))
    chance.shuffle(numbers)
    found: tuple[list[int], list[int]] = ([], [])
    gc.disable()
    for number in numbers:
        one, whence = draft(number), source(number)
        begun = perf_counter_ns()
        desk.sign(petition.id, one, source=whence)
        found[number in known].append(perf_counter_ns() - begun)
    gc.enable()
    store.close()
    return found


def auc(new: Sequence[int], known: Sequence[int]) -> float:
    """The share of pairs in which the known signer took longer; ties count half."""
    ordered = sorted(new)
    above = sum(bisect_left(ordered, one) + bisect_right(ordered, one) for one in known)
    return above / (2 * len(new) * len(known))


def main(rounds: int) -> None:
    """Print the AUC of some rounds."""
    for seed in range(rounds):
        with TemporaryDirectory() as folder:
            new, known = timings(Path(folder) / "petitions.db", seed)
        middle = [sorted(times)[len(times) // 2] / 1000 for times in (new, known)]
        print(f"AUC {auc(new, known):.3f}; median {middle[0]:.0f} µs new, {middle[1]:.0f} µs known")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 3)
