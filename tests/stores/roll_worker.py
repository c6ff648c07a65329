"""A process that signs on a store until it is killed, and says what was acknowledged.

Run with the store's place (``places``), the petition's id and the number of the first signer;
writes each signer's number once the store has answered, below zero for a duplicate.
"""

import sys
from itertools import count
from uuid import UUID

from places import open_store

from petitionkit.desk import Desk
from petitionkit.keys import KeyRing
from petitionkit.outcomes import Accepted
from petitionkit.signature import SignatureDraft, Submission

KEYS = KeyRing([b"k" * 32])


def signer(n: int) -> Submission:
    return Submission(draft=SignatureDraft(name=f"Signer {n}", email=f"signer{n}@example.org"))


def main(place: str, petition: str, first: str, last: str) -> None:
    desk = Desk(open_store(place), secrets=KEYS)
    numbers = range(int(first), int(last)) if last else count(int(first))
    for n in numbers:
        (answer,) = desk.intake(UUID(petition), [signer(n)])
        sys.stdout.write(f"{n if isinstance(answer, Accepted) else -n}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
