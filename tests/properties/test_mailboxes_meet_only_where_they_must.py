from hypothesis import assume, given, settings
from hypothesis import strategies as st

from petitionkit.contact import parse_email
from petitionkit.mailboxes import mailbox

ATOM = "abcXYZ019_-'ßéÄ"
WORDS = st.lists(st.text(ATOM, min_size=1, max_size=5), min_size=1, max_size=4)
LABELS = st.text("abcXYZ019+._-", max_size=8)
LOCALS = st.lists(st.text(ATOM + "+", min_size=1, max_size=6), min_size=1, max_size=4).map(".".join)
WITHOUT_LABEL = st.lists(st.text(ATOM, min_size=1, max_size=6), min_size=1, max_size=4).map(
    ".".join
)
DOMAINS = st.sampled_from(["gmail.com", "googlemail.com", "example.org", "bücher.de", "x.co.uk"])


@given(LOCALS, DOMAINS)
@settings(max_examples=500)
def test_the_mailbox_of_a_mailbox_is_itself(local: str, domain: str) -> None:
    once = mailbox(parse_email(f"{local}@{domain}"))
    assert mailbox(once) == once


@given(WORDS, st.data())
@settings(max_examples=300)
def test_spellings_of_one_gmail_mailbox_meet(words: list[str], data: st.DataObject) -> None:
    plain = "".join(words).lower()
    spelled = data.draw(
        st.sampled_from([".".join(words), "".join(words), ".".join("".join(words))])
    )
    shown = data.draw(st.sampled_from([spelled, spelled.lower(), spelled.swapcase()]))
    assume(shown.lower() == spelled.lower())
    label = data.draw(st.just("") | LABELS.map("+".__add__))
    host = data.draw(st.sampled_from(["gmail.com", "GoogleMail.com", "GMAIL.COM"]))
    assert mailbox(f"{shown}{label}@{host}") == f"{plain}@gmail.com"


def _told_apart_by(local: str) -> str:
    lower = local.lower()
    first, rest = lower[0], lower[1:]
    return first + rest.split("+", 1)[0]


@given(LOCALS, LOCALS)
@settings(max_examples=500)
def test_locals_of_an_unknown_provider_meet_only_for_case_and_label(one: str, other: str) -> None:
    same = _told_apart_by(one) == _told_apart_by(other)
    assert (mailbox(f"{one}@example.org") == mailbox(f"{other}@example.org")) is same


@given(WITHOUT_LABEL, st.integers(0, 5), st.booleans())
def test_a_dot_more_is_another_mailbox_except_at_gmail(local: str, place: int, swap: bool) -> None:  # noqa: FBT001
    cut = place % len(local)
    assume(cut and "." not in local[cut - 1 : cut + 1])
    other = f"{local[:cut]}.{local[cut:]}".swapcase() if swap else f"{local[:cut]}.{local[cut:]}"
    assume(other.lower() == f"{local[:cut]}.{local[cut:]}".lower())
    assert mailbox(f"{local}@example.org") != mailbox(f"{other}@example.org")
    assert mailbox(f"{local}@gmail.com") == mailbox(f"{other}@gmail.com")


@given(LOCALS, st.sampled_from(["example.org", "example.com", "bücher.de"]), LOCALS)
def test_mailboxes_of_two_domains_never_meet(one: str, domain: str, other: str) -> None:
    assert mailbox(f"{one}@{domain}") != mailbox(f"{other}@gmail.com")
