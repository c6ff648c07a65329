import unicodedata

from hypothesis import example, given, settings
from hypothesis import strategies as st

from petitionkit.identity import name_key
from petitionkit.text import clean, clean_block, encode, folded, text_problems

PARTS = st.lists(st.text(st.characters(codec="utf-8"), max_size=5), max_size=4)
CONFUSING = st.lists(st.text("0123456789:,a", max_size=4), max_size=4)
ANY_TEXT = st.text(max_size=12)


@given(PARTS | CONFUSING, PARTS | CONFUSING)
@settings(max_examples=500)
@example(["ab", "c"], ["a", "bc"])
@example(["1:a,", ""], ["1:a", ","])
@example([], [""])
def test_encode_is_injective(one: list[str], other: list[str]) -> None:
    assert (encode(*one) == encode(*other)) is (one == other)


def _decoded(raw: bytes) -> list[str]:
    parts = []
    while raw:
        length, _, rest = raw.partition(b":")
        size = int(length)
        parts.append(rest[:size].decode())
        assert rest[size : size + 1] == b","
        raw = rest[size + 1 :]
    return parts


@given(PARTS | CONFUSING)
def test_what_was_encoded_can_be_read_back(parts: list[str]) -> None:
    assert _decoded(encode(*parts)) == parts


@given(ANY_TEXT)
@settings(max_examples=1000)
@example("\u1fb3")
@example("\u0345\u03b1")
@example("e\u200d\u0301")
@example("\u1e9e")
@example("\u3164")
@example("\u0130")
def test_folding_twice_is_folding_once(value: str) -> None:
    assert folded(folded(value)) == folded(value)


@given(ANY_TEXT)
@settings(max_examples=1000)
@example("\u00a8")
@example("\u0301")
def test_text_that_shows_something_never_folds_to_nothing(value: str) -> None:
    shows_letter = any(unicodedata.category(c)[0] in "LNSP" for c in value)
    blank = set("\u115f\u1160\u3164\uffa0\u2800")
    if shows_letter and not blank & set(value):
        assert folded(value)


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=8))
@settings(max_examples=500)
def test_an_accepted_name_never_folds_to_nothing(value: str) -> None:
    if not text_problems(value, "name", max_length=255, label=True):
        assert folded(value)
        assert clean(value)


@given(ANY_TEXT)
def test_spellings_of_one_text_fold_alike(value: str) -> None:
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert folded(unicodedata.normalize(form, value)) == folded(value)


@given(ANY_TEXT)
@settings(max_examples=300)
def test_tidying_twice_is_tidying_once(value: str) -> None:
    assert clean(clean(value)) == clean(value)
    assert clean_block(clean_block(value)) == clean_block(value)


@given(ANY_TEXT, st.booleans(), st.booleans())
@settings(max_examples=500)
def test_what_is_accepted_holds_nothing_that_deceives(
    value: str,
    block: bool,  # noqa: FBT001
    label: bool,  # noqa: FBT001
) -> None:
    if text_problems(value, "f", max_length=10, block=block, label=label):
        return
    kept = clean_block(value) if block else clean(value)
    assert 0 < len(kept) <= 10
    controls = {c for c in value if unicodedata.category(c) in ("Cc", "Cs")}
    assert controls <= (set("\t\n\r") if block else set())
    assert not set(value) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    if label:
        assert kept[0] not in "=+-@"
        assert "://" not in kept or not kept.split("://", 1)[1].strip() or kept[0] == ":"


@given(st.text(st.characters(max_codepoint=127), max_size=12))
@settings(max_examples=500)
def test_ascii_goes_a_shorter_way_to_the_same_place(value: str) -> None:
    invisible = "\u200b"  # dropped in folding, and no longer ASCII
    assert folded(value) == folded(value + invisible)
    assert name_key(value) == name_key(value + invisible)
    assert clean(value) == " ".join(unicodedata.normalize("NFC", value).split())
