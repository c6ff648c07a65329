"""A finder index: staff find signers by whole words, and its file names nobody."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from petitionkit.errors import StoreUnavailableError
from petitionkit.finder_index import FinderIndex
from petitionkit.keys import KeyRing
from samples import KEYS, Office

OWN = KeyRing([bytes(range(100, 132))])
NEWER = KeyRing([bytes(range(50, 82)), bytes(range(100, 132))])


@pytest.fixture
def index(tmp_path: Path) -> Iterator[FinderIndex]:
    with closing(FinderIndex(tmp_path / "finder.db", OWN)) as opened:
        yield opened


def office() -> Office:
    found = Office().publish()
    found.taken("zoe@example.org", name="Zoë Müller")
    found.taken("bo@example.org", name="Bo O'Brien")
    return found


def test_whole_words_find_in_whatever_order_and_spelling(index: FinderIndex) -> None:
    town = office()
    assert (index.catch_up(town.store, town.id), index.catch_up(town.store, town.id)) == (2, 0)
    [zoe, bo] = [one.signature.id for one in town.store.signatures(town.id)]
    for asked in ("Müller", "MULLER zoe", "zoe@example.org", "ZOE@Example.org müller"):
        assert index.find(asked) == [zoe], asked
    assert index.find("o'brien") == [bo]
    for asked in ("", "Mül", "Zoë Bo", "example.org", "zoe@example.com", "\u200b"):
        assert index.find(asked) == [], asked


def test_what_comes_later_and_what_was_corrected_is_found(index: FinderIndex) -> None:
    town = office()
    index.catch_up(town.store, town.id)
    later = town.taken("cem@example.org", name="Cem Can")
    assert index.find("cem") == []
    assert index.catch_up(town.store, town.id) == 1
    assert index.find("cem") == [later]
    town.desk.correct_name(later, "Cem Demir")
    assert index.find("demir") == []
    assert index.anew(town.store, town.id) == 3
    assert (index.find("demir"), index.find("can")) == ([later], [])


def test_a_new_key_goes_in_front_and_the_old_words_are_found(tmp_path: Path) -> None:
    town = office()
    with closing(FinderIndex(tmp_path / "finder.db", OWN)) as old:
        old.catch_up(town.store, town.id)
    with closing(FinderIndex(tmp_path / "finder.db", NEWER)) as both:
        assert len(both.find("zoe")) == 1
    with closing(FinderIndex(tmp_path / "finder.db", KEYS)) as another:
        assert another.find("zoe") == []


def test_who_is_erased_is_found_no_more_and_stands_in_no_byte(tmp_path: Path) -> None:
    town = office()
    path = tmp_path / "finder.db"
    with closing(FinderIndex(path, OWN)) as index:
        index.catch_up(town.store, town.id)
        [zoe, bo] = [one.signature for one in town.store.signatures(town.id)]
        raw = path.read_bytes()
        assert all(word not in raw for word in (b"Zo", b"zoe", b"ller", b"example"))
        assert zoe.id.hex.encode() in raw
        index.forget_one(town.id, zoe)
        assert (index.find("zoe"), index.find("bo")) == ([], [bo.id])
        assert zoe.id.hex.encode() not in path.read_bytes()
        assert (index.telling(town.id), index.forget(town.id)) == (4, 4)
        assert (index.telling(town.id), index.find("bo")) == (0, [])


def test_a_file_that_is_none_is_told(tmp_path: Path, index: FinderIndex) -> None:
    with pytest.raises(StoreUnavailableError, match="thrown away"):
        FinderIndex(tmp_path / "nowhere" / "finder.db", OWN)
    assert repr(index) == "<FinderIndex>"
