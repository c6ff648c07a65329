import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given
from hypothesis import strategies as st
from pack_samples import KEY, OTHER_KEY

from petitionkit.errors import KeyFileError
from petitionkit.formats.pack.seal import PublicKey, SealingKey

ELSE = generate_private_key(SECP256R1())


@pytest.mark.parametrize(
    ("secret", "public", "message", "seal"),
    [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e"
            "39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f"
            "3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ),
    ],
)
def test_the_vectors_of_rfc_8032(secret: str, public: str, message: str, seal: str) -> None:
    key = SealingKey(secret=bytes.fromhex(secret))
    assert key.public == PublicKey(raw=bytes.fromhex(public))
    assert key.seal(bytes.fromhex(message)) == bytes.fromhex(seal)
    assert key.public.sealed(bytes.fromhex(message), bytes.fromhex(seal))


@given(message=st.binary(max_size=50), other=st.binary(max_size=50))
def test_a_seal_is_of_one_message_by_one_key(message: bytes, other: bytes) -> None:
    seal = KEY.seal(message)
    assert KEY.public.sealed(message, seal)
    assert KEY.public.sealed(other, seal) is (message == other)
    assert not OTHER_KEY.public.sealed(message, seal)


@given(secret=st.binary(min_size=32, max_size=32))
def test_keys_are_read_back_from_pem(secret: bytes) -> None:
    key = SealingKey(secret=secret)
    assert SealingKey.from_pem(key.to_pem()) == key
    assert PublicKey.from_pem(key.public.to_pem()) == key.public
    assert key.key_id == key.public.key_id
    assert len(key.key_id) == 32


def test_a_secret_is_in_no_repr() -> None:
    assert repr(KEY) == "SealingKey()"


@pytest.mark.parametrize(
    ("pem", "message"),
    [
        (b"", "no public key in PEM"),
        (b"\xff" * 90, "no public key in PEM"),
        (KEY.to_pem(), "no public key in PEM"),
        (
            ELSE.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
            "not one of Ed25519",
        ),
    ],
)
def test_what_is_no_public_key_is_refused(pem: bytes, message: str) -> None:
    with pytest.raises(KeyFileError, match=message):
        PublicKey.from_pem(pem)


@pytest.mark.parametrize(
    ("pem", "message"),
    [
        (b"", "no private key in PEM"),
        (KEY.public.to_pem(), "no private key in PEM"),
        (
            ELSE.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
            "not one of Ed25519",
        ),
        (
            ELSE.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x")),
            "is encrypted",
        ),
    ],
)
def test_what_is_no_private_key_is_refused(pem: bytes, message: str) -> None:
    with pytest.raises(KeyFileError, match=message):
        SealingKey.from_pem(pem)


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_a_key_has_thirty_two_bytes(size: int) -> None:
    with pytest.raises(KeyFileError, match="32 bytes"):
        SealingKey(secret=bytes(size))
    with pytest.raises(KeyFileError, match="32 bytes"):
        PublicKey(raw=bytes(size))


def test_who_lacks_the_extra_is_told_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)
    monkeypatch.delitem(sys.modules, "petitionkit.formats.pack.seal")
    with pytest.raises(ImportError, match=r"install petitionkit\[crypto\]"):
        import petitionkit.formats.pack.seal  # noqa: F401, PLC0415 (the import is what is tested)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl on this machine")
def test_anybody_verifies_with_openssl(tmp_path: Path) -> None:
    for name, content in {
        "key.pem": KEY.public.to_pem(),
        "message": b"a manifest",
        "seal": KEY.seal(b"a manifest"),
    }.items():
        (tmp_path / name).write_bytes(content)
    command = "openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in message -sigfile seal"
    done = subprocess.run(  # noqa: S603 (our own words)
        command.split(), cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert "Verified Successfully" in done.stdout, done.stderr
