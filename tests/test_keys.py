import hashlib
import hmac

import pytest

from petitionkit.errors import KeyFileError
from petitionkit.keys import KeyRing, key_id

OLD, NEW = bytes(32), bytes(range(32))


def test_a_key_is_named_by_a_code_made_from_it() -> None:
    expected = hmac.new(NEW, b"petitionkit key id", hashlib.sha256).hexdigest()[:16]
    assert key_id(NEW) == expected
    assert key_id(OLD) != expected


def test_a_ring_names_its_keys_newest_first() -> None:
    assert KeyRing([NEW, OLD]).live == (key_id(NEW), key_id(OLD))


def test_a_code_is_hmac_sha_256_under_the_named_key() -> None:
    ring = KeyRing([NEW, OLD])
    for key in (NEW, OLD):
        assert ring.mac(key_id(key), b"m") == hmac.new(key, b"m", hashlib.sha256).digest()


def test_an_unknown_key_is_refused_by_its_id() -> None:
    with pytest.raises(KeyFileError, match=f"no key {key_id(OLD)} in this ring"):
        KeyRing([NEW]).mac(key_id(OLD), b"m")


def test_a_ring_needs_a_key() -> None:
    with pytest.raises(KeyFileError, match="at least one key"):
        KeyRing([])


def test_a_short_key_is_refused() -> None:
    with pytest.raises(KeyFileError, match="at least 32 random bytes"):
        KeyRing([NEW, bytes(31)])


@pytest.mark.parametrize("keys", [bytes(32), "x" * 32, ["x" * 32]])
def test_what_is_no_list_of_bytes_is_refused_by_a_sentence(keys: object) -> None:
    with pytest.raises(KeyFileError, match="takes a list of keys, each of them bytes"):
        KeyRing(keys)  # type: ignore[arg-type]
