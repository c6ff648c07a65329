from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from petitionkit.problems import problem
from petitionkit.tokens import Purpose, Token, mint, read_token
from samples import BOTH_KEYS, KEYS, OTHER_KEYS

SUBJECT = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
EXPIRY = datetime(2026, 4, 1, tzinfo=UTC)
BEFORE = EXPIRY - timedelta(microseconds=1)
TOKEN = mint(KEYS, Purpose.CONFIRM, SUBJECT, 3, EXPIRY)
INVALID = problem("token.invalid", "token")


def test_a_token_has_67_url_safe_characters() -> None:
    assert len(TOKEN) == 67
    assert set(TOKEN) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_the_same_arguments_make_the_same_token() -> None:
    again = mint(KEYS, Purpose.CONFIRM, SUBJECT, 3, EXPIRY + timedelta(microseconds=999_999))
    assert again == TOKEN
    assert mint(KEYS, Purpose.CONFIRM, SUBJECT, 3, EXPIRY + timedelta(seconds=1)) != TOKEN


def test_a_token_holds_until_its_expiry_and_not_at_it() -> None:
    says = Token(subject=SUBJECT, generation=3, expires_at=EXPIRY)
    assert read_token(KEYS, Purpose.CONFIRM, TOKEN, BEFORE) == says
    assert read_token(KEYS, Purpose.CONFIRM, TOKEN, EXPIRY) == problem(
        "token.expired", "token", expired_at="2026-04-01T00:00:00Z"
    )


def test_a_token_is_void_for_another_purpose() -> None:
    assert read_token(KEYS, Purpose.WITHDRAW, TOKEN, BEFORE) == INVALID


def test_a_token_outlives_a_rotation_while_its_key_is_live() -> None:
    assert isinstance(read_token(BOTH_KEYS, Purpose.CONFIRM, TOKEN, BEFORE), Token)
    assert read_token(OTHER_KEYS, Purpose.CONFIRM, TOKEN, BEFORE) == INVALID
    newest = mint(BOTH_KEYS, Purpose.CONFIRM, SUBJECT, 3, EXPIRY)
    assert isinstance(read_token(OTHER_KEYS, Purpose.CONFIRM, newest, BEFORE), Token)


@pytest.mark.parametrize(
    "token",
    [
        *("", "x", TOKEN + "=", TOKEN + "A", TOKEN + "\n", " " + TOKEN, TOKEN + TOKEN),
        *("\ud800" * 67, "=" * 67, "\x00" * 67, "\u00e4" * 67, "A" * 67, "A" * 10_000),
        *(TOKEN[:-1], TOKEN[1:], TOKEN[:-1] + "="),
    ],
)
def test_what_is_no_token_is_refused(token: str) -> None:
    assert read_token(KEYS, Purpose.CONFIRM, token, BEFORE) == INVALID


def test_the_other_base64_alphabet_makes_no_twin() -> None:
    tokens = [mint(KEYS, Purpose.CONFIRM, UUID(int=n), 0, EXPIRY) for n in range(50)]
    twins = [t.replace("-", "+").replace("_", "/") for t in tokens if "-" in t or "_" in t]
    assert len(twins) > 10
    for twin in twins:
        assert read_token(KEYS, Purpose.CONFIRM, twin, BEFORE) == INVALID
