"""Data keys: made once, wrapped and wrapped anew, destroyed for good, in memory and in a file."""

import os
import sys
from collections.abc import Iterator
from contextlib import closing
from importlib import import_module
from pathlib import Path
from uuid import UUID

import pytest
from attrs import evolve

from petitionkit.encryption import (
    DataKeys,
    MemoryWrappedKeys,
    SQLiteWrappedKeys,
    WrappedKey,
    WrappedKeys,
    WrappingRing,
)
from petitionkit.encryption.ciphers import Cipher, number_in
from petitionkit.errors import KeyFileError, StoreUnavailableError

OLD, NEW = bytes(range(32)), bytes(range(1, 33))
ONE, TWO = UUID(int=1), UUID(int=2)
KEY = WrappedKey(petition_id=ONE, number=1, key="k", wrapped=b"w" * 80)


@pytest.fixture(params=["memory", "file"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[WrappedKeys]:
    if request.param == "memory":
        yield MemoryWrappedKeys()
    else:
        with closing(SQLiteWrappedKeys(tmp_path / "keys.db")) as file:
            yield file


def test_a_file_is_shared_by_forked_processes_and_opened_again_when_closed(tmp_path: Path) -> None:
    with closing(SQLiteWrappedKeys(tmp_path / "keys.db")) as kept:
        child = os.fork()
        if not child:  # pragma: no cover (another process)
            kept.add(KEY)
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert kept.of(ONE) == [KEY]
        kept.close()
        kept.close()
        assert kept.of(ONE) == [KEY]


def test_who_lacks_the_extra_is_told_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)
    monkeypatch.delitem(sys.modules, "petitionkit.encryption.ciphers")
    with pytest.raises(ImportError, match=r"install petitionkit\[crypto\]"):
        import_module("petitionkit.encryption.ciphers")


def test_keys_come_back_in_order_and_by_petition(kept: WrappedKeys) -> None:
    assert (kept.of(ONE), kept.petitions()) == ([], [])
    second, other = evolve(KEY, number=2), evolve(KEY, petition_id=TWO)
    for key in (second, other, KEY):
        kept.add(key)
    assert (kept.of(ONE), kept.of(TWO)) == ([KEY, second], [other])
    assert kept.petitions() == [ONE, TWO]
    assert "w" * 80 not in repr(kept)


def test_of_two_keys_of_one_number_the_first_stands(kept: WrappedKeys) -> None:
    kept.add(KEY)
    kept.add(evolve(KEY, wrapped=b"x"))
    assert kept.of(ONE) == [KEY]


def test_a_key_is_replaced_where_it_is_there(kept: WrappedKeys) -> None:
    kept.replace(KEY)
    assert kept.of(ONE) == []
    kept.add(KEY)
    anew = evolve(KEY, key="n", wrapped=b"n")
    kept.replace(anew)
    assert kept.of(ONE) == [anew]


def test_one_key_is_dropped_and_the_others_stay(kept: WrappedKeys) -> None:
    kept.drop(ONE, 1)
    kept.add(KEY)
    kept.add(evolve(KEY, number=2))
    kept.drop(ONE, 1)
    assert kept.of(ONE) == [evolve(KEY, number=2)]


def test_what_is_destroyed_never_comes_again(kept: WrappedKeys) -> None:
    kept.add(KEY)
    for _ in range(2):
        kept.destroy(ONE)
        kept.add(KEY)
        kept.replace(KEY)
        kept.drop(ONE, 1)
        assert (kept.of(ONE), kept.petitions()) == (None, [])


def test_a_file_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailableError, match="data keys cannot be read"):
        SQLiteWrappedKeys(tmp_path / "no-folder" / "keys.db")


def test_a_key_is_made_once_and_found_by_whoever_comes_later(kept: WrappedKeys) -> None:
    text = DataKeys(kept, WrappingRing([OLD])).made(ONE).encrypt("Anna", "row")
    again = DataKeys(kept, WrappingRing([OLD])).made(ONE)
    assert again.newest == 1
    assert again.decrypt(text, "row") == "Anna"
    assert "Anna" not in text


def test_the_same_text_in_the_same_place_is_encrypted_alike_and_elsewhere_not() -> None:
    keys = DataKeys(MemoryWrappedKeys(), WrappingRing([OLD]))
    one, two = keys.made(ONE), keys.made(TWO)
    assert one.encrypt("Anna", "row") == one.encrypt("Anna", "row")
    places = {
        one.encrypt("Anna", "row"),
        one.encrypt("Anna", "r", "ow"),
        two.encrypt("Anna", "row"),
    }
    assert len(places) == 3
    with pytest.raises(KeyFileError, match="does not decrypt"):
        one.decrypt(one.encrypt("Anna", "row"), "another row")


@pytest.mark.parametrize("text", ["\x1f1.", "\x1f1.????", "\x1f1.QUJD", "\x1fx.QUJD"])
def test_what_was_never_encrypted_is_refused(text: str) -> None:
    keys = DataKeys(MemoryWrappedKeys(), WrappingRing([OLD])).made(ONE)
    with pytest.raises(KeyFileError):
        keys.decrypt(text, "row")


def test_rewrapping_leaves_the_texts_and_frees_the_old_wrapping_key(kept: WrappedKeys) -> None:
    first = DataKeys(kept, WrappingRing([OLD]))
    text = first.made(ONE).encrypt("Anna", "row")
    first.made(TWO)
    both = DataKeys(kept, WrappingRing([NEW, OLD]))
    assert (both.rewrap(), both.rewrap()) == (2, 0)
    assert DataKeys(kept, WrappingRing([NEW])).of(ONE).decrypt(text, "row") == "Anna"
    with pytest.raises(KeyFileError, match="in this ring"):
        DataKeys(kept, WrappingRing([OLD])).of(ONE)


def test_a_wrapped_key_serves_its_own_petition_alone(kept: WrappedKeys) -> None:
    keys = DataKeys(kept, WrappingRing([OLD]))
    keys.made(ONE)
    [moved] = kept.of(ONE) or ()
    kept.add(evolve(moved, petition_id=TWO))
    with pytest.raises(KeyFileError, match="does not decrypt"):
        keys.of(TWO)


def test_a_renewed_key_is_used_from_then_on_by_everybody(kept: WrappedKeys) -> None:
    here, there = (DataKeys(kept, WrappingRing([OLD])) for _ in range(2))
    before = here.made(ONE).encrypt("Anna", "row")
    assert there.renew(ONE).newest == 2
    after = here.made(ONE)
    assert number_in(after.encrypt("Anna", "row")) == 2
    assert after.decrypt(before, "row") == "Anna"


def test_keys_that_nothing_uses_are_retired_and_the_newest_stays(kept: WrappedKeys) -> None:
    keys = DataKeys(kept, WrappingRing([OLD]))
    for _ in range(3):
        keys.renew(ONE)
    assert keys.retire(ONE, {2}) == [2]
    assert [one.number for one in kept.of(ONE) or ()] == [2, 3]
    old = keys.of(ONE).encrypt("Anna", "row").replace("\x1f3", "\x1f1")
    with pytest.raises(KeyFileError, match="no data key 1"):
        keys.of(ONE).decrypt(old, "row")


def test_a_destroyed_key_is_gone_here_and_wherever_it_was_known(kept: WrappedKeys) -> None:
    here, there = (DataKeys(kept, WrappingRing([OLD])) for _ in range(2))
    text = here.made(ONE).encrypt("Anna", "row")
    there.destroy(ONE)
    for keys in (here.of(ONE), here.made(ONE)):
        assert keys.destroyed
        assert keys.decrypt(text, "row") is None
        with pytest.raises(KeyFileError, match="was destroyed"):
            keys.encrypt("Anna", "row")
    assert there.retire(ONE, {1}) == []


def test_keys_of_the_wrong_size_are_refused() -> None:
    with pytest.raises(KeyFileError, match="64 bytes"):
        Cipher(bytes(32))
    with pytest.raises(KeyFileError, match="at least one key"):
        WrappingRing([])
    with pytest.raises(KeyFileError, match="at least 32"):
        WrappingRing([OLD, bytes(31)])


def test_nothing_shows_a_key() -> None:
    keys = DataKeys(MemoryWrappedKeys(), WrappingRing([OLD]), random_bytes=lambda n: b"s" * n)
    shown = [keys, keys.made(ONE), WrappingRing([OLD]), KEY, Cipher(b"s" * 64)]
    said = " ".join(map(repr, shown))
    assert "sss" not in said
    assert "www" not in said
    assert OLD.hex() not in said
    assert "<DataKeys in <MemoryWrappedKeys of 1 petitions>>" in said
