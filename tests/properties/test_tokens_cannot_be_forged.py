import string
from datetime import UTC, datetime, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from petitionkit.keys import KeyRing
from petitionkit.problems import problem
from petitionkit.tokens import Purpose, Token, mint, read_token
from samples import KEYS

ALPHABET = string.ascii_letters + string.digits + "-_"
INSTANTS = st.datetimes(
    datetime(2000, 1, 1),  # noqa: DTZ001 (Hypothesis adds the zone)
    datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
GENERATIONS = st.integers(0, 65_535)
EARLY = datetime(1999, 1, 1, tzinfo=UTC)
INVALID = problem("token.invalid", "token")


@given(st.uuids(), GENERATIONS, INSTANTS, st.sampled_from(Purpose))
def test_a_token_says_what_it_was_made_with_until_its_whole_second(
    subject: object, generation: int, expires_at: datetime, purpose: Purpose
) -> None:
    token = mint(KEYS, purpose, subject, generation, expires_at)  # type: ignore[arg-type]
    second = expires_at.replace(microsecond=0)
    assert read_token(KEYS, purpose, token, second - timedelta(microseconds=1)) == Token(
        subject=subject,  # type: ignore[arg-type]
        generation=generation,
        expires_at=second,
    )
    for now in (second, expires_at, second + timedelta(days=1)):
        found = read_token(KEYS, purpose, token, now)
        assert getattr(found, "code", "") == "token.expired"


@given(st.uuids(), GENERATIONS, INSTANTS)
@settings(max_examples=15)
def test_every_change_of_one_character_is_refused(
    subject: object, generation: int, expires_at: datetime
) -> None:
    token = mint(KEYS, Purpose.CONFIRM, subject, generation, expires_at)  # type: ignore[arg-type]
    for place, old in enumerate(token):
        for new in ALPHABET + "+/=. ":
            if new != old:
                forged = token[:place] + new + token[place + 1 :]
                assert read_token(KEYS, Purpose.CONFIRM, forged, EARLY) == INVALID


@given(st.uuids(), GENERATIONS, INSTANTS, st.integers(0, 66), st.integers(0, 66))
def test_every_cut_is_refused(
    subject: object, generation: int, expires_at: datetime, start: int, length: int
) -> None:
    token = mint(KEYS, Purpose.CONFIRM, subject, generation, expires_at)  # type: ignore[arg-type]
    for cut in (token[:length], token[start + 1 :], token[:start] + token[start + 1 :]):
        assert read_token(KEYS, Purpose.CONFIRM, cut, EARLY) == INVALID


@given(st.binary(min_size=32, max_size=40), st.uuids(), st.sampled_from(Purpose))
def test_a_token_of_another_key_or_purpose_is_refused(
    key: bytes, subject: object, purpose: Purpose
) -> None:
    assume(key != bytes(range(32)))
    expires_at = datetime(2030, 1, 1, tzinfo=UTC)
    foreign = mint(KeyRing([key]), purpose, subject, 0, expires_at)  # type: ignore[arg-type]
    assert read_token(KEYS, purpose, foreign, EARLY) == INVALID
    own = mint(KEYS, purpose, subject, 0, expires_at)  # type: ignore[arg-type]
    for other in set(Purpose) - {purpose}:
        assert read_token(KEYS, other, own, EARLY) == INVALID


@given(st.text(max_size=80) | st.text(ALPHABET, min_size=60, max_size=70))
def test_no_text_is_a_token_by_chance(text: str) -> None:
    assert read_token(KEYS, Purpose.CONFIRM, text, EARLY) == INVALID
