"""``parse_email`` takes a short way for plain addresses; the library itself is the oracle."""

import unicodedata

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from petitionkit.contact import parse_email
from petitionkit.errors import InvalidValueError

ATOM = "abcxyzABCXYZ0189_!#$%&'*+-/=?^`{|}~"
PIECES = st.sampled_from(
    [
        ".",
        "..",
        "@",
        '"',
        " ",
        "\t",
        "\x00",
        "\u200b",
        "(",
        ")",
        "<",
        ">",
        ",",
        ";",
        "[",
        "]",
        "é",
        "e\u0301",
        "ß",
        "İ",
        "\u212a",
        "李",
        "\u05d0",
        "\u202e",
        "\ud800",
        "😀",
        "\uff0e",
        "\uff20",
        "xn--",
        "-",
        "--",
        "_",
        "\\",
        "\u3002",
        "\ufb01",
        "\u0958",
        "ﷺ",
    ]
)
NAMES = st.sampled_from(["info", "Info", "POSTMASTER", "Webmaster", "sales", "anna.b", "Anna+x"])
LOCALS = st.one_of(
    NAMES,
    st.text(ATOM, min_size=1, max_size=70),
    st.lists(st.text(ATOM, max_size=8), min_size=1, max_size=5).map(".".join),
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=12),
    st.integers(55, 70).map("l".__mul__),
)
LABELS = st.one_of(
    st.sampled_from(["example", "GMail", "bücher", "xn--bcher-kva", "παράδειγμα", "faß", "a-b"]),
    st.text("abcXYZ019-_", min_size=1, max_size=20),
    st.text(st.characters(codec="utf-8", categories=["L", "M", "N"]), min_size=1, max_size=8),
    st.integers(55, 65).map("d".__mul__),
    st.integers(10, 60).map("\u0430".__mul__),
    st.integers(10, 57).map(lambda n: ("\u0430" * n).encode("idna").decode()),
)
ENDS = st.sampled_from(["org", "com", "de", "рф", "xn--p1ai", "test", "local", "c", "1", "ORG", ""])
DOMAINS = st.tuples(st.lists(LABELS, max_size=4), ENDS).map(lambda p: ".".join([*p[0], p[1]]))


@st.composite
def near_the_limit(draw: st.DrawFn) -> str:
    """Addresses of 245 to 262 octets, plain and international."""
    letter = draw(st.sampled_from(["d", "\u0430", "é"]))
    size = len(letter.encode())
    puny = draw(st.booleans())
    labels: list[str] = []
    for _ in range(draw(st.integers(2, 4))):
        label = letter * draw(st.integers(20, 62 if size == 1 else 56))
        labels.append(label.encode("idna").decode() if puny and size > 1 else label)
    domain = ".".join([*labels, "org"])
    spare = draw(st.integers(245, 262)) - 1 - len(domain.encode())
    return f"{'l' * max(1, spare)}@{domain}"


@st.composite
def mutated(draw: st.DrawFn) -> str:
    address = f"{draw(LOCALS)}@{draw(DOMAINS)}"
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(address)))
        cut = draw(st.integers(0, 2))
        address = address[:place] + draw(PIECES) + address[place + cut :]
    return address


ADDRESSES = st.one_of(
    st.tuples(LOCALS, DOMAINS).map("@".join),
    mutated(),
    near_the_limit(),
    st.text(max_size=30),
    st.emails(),
)


def _oracle(text: str) -> str | None:
    try:
        return validate_email(
            text,
            allow_smtputf8=True,
            allow_empty_local=False,
            allow_quoted_local=False,
            allow_domain_literal=False,
            allow_display_name=False,
            strict=True,
            check_deliverability=False,
            test_environment=False,
            globally_deliverable=True,
        ).normalized
    except (EmailNotValidError, UnicodeError):
        return None


@given(ADDRESSES)
@settings(max_examples=2000)
@example("Info@example.org")
@example("anna@XN--BCHER-KVA.de")
@example("anna@b\u0301u\u0308cher.de")
@example(f"{'l' * 64}@{'d' * 63}.{'d' * 63}.{'d' * 61}")
@example(f"{'l' * 64}@{'d' * 63}.{'d' * 63}.{'d' * 62}")
def test_an_address_is_accepted_as_the_library_accepts_it(address: str) -> None:
    text = address.strip()
    expected = _oracle(text)
    if expected is None:
        event("refused")
        with pytest.raises(InvalidValueError) as caught:
            parse_email(address)
        assert len(caught.value.problems) == 1
        return
    event("accepted")
    kept = parse_email(address)
    local, _, domain = kept.rpartition("@")
    theirs, _, their_domain = expected.rpartition("@")
    assert domain == their_domain
    # The library lower-cases the dozen role names of RFC 2142; here the local part stays as given.
    assert local.lower() == theirs.lower()
    assert local in (theirs, unicodedata.normalize("NFC", text.rpartition("@")[0]))
    assert parse_email(kept) == kept
