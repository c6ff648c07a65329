from hypothesis import assume, given, settings
from hypothesis import strategies as st

from petitionkit.contact import parse_email
from petitionkit.mailboxes import (
    MAILBOX_RECIPES,
    MailboxRule,
    Recipe,
    mailbox,
    mailbox_recipe,
    suspected_mailbox,
)
from petitionkit.testing.strategies import spellings

ATOM = "abcXYZ019_-'ßéÄ"
LOCALS = st.lists(st.text(ATOM + "+", min_size=1, max_size=6), min_size=1, max_size=4).map(".".join)
WITHOUT_LABEL = st.lists(st.text(ATOM, min_size=1, max_size=6), min_size=1, max_size=4).map(
    ".".join
)
DOMAINS = st.sampled_from(
    "gmail.com googlemail.com pm.me ya.ru mac.com u.fastmail.fm a.33mail.com yahoo.com"
    " example.org bücher.de x.co.uk".split()
)
VERSIONS = st.sampled_from(MAILBOX_RECIPES)

SIGNS = st.text("ab._-+=", max_size=3)
NAMES = ["*", "*.org", "*.example.org", "example.org", "sub.example.org", "example.com"]


@st.composite
def recipes(draw: st.DrawFn) -> Recipe:
    rules = []
    for name in draw(st.lists(st.sampled_from(NAMES), unique=True)):
        in_subdomain = name.startswith("*.") and draw(st.booleans())
        separators = draw(SIGNS)
        rules.append(
            MailboxRule(
                name=name,
                ignored=draw(SIGNS),
                same=draw(SIGNS),
                separators=separators,
                user_in_subdomain=in_subdomain,
            )
        )
    if "example.com" in {rule.name for rule in rules}:
        rules.append(MailboxRule(name=draw(st.sampled_from(["a.net", "*.net"])),
                                 alias_of="example.com"))  # fmt: skip
    return Recipe(version=1000, identity=rules)


@given(LOCALS, DOMAINS, VERSIONS)
@settings(max_examples=300)
def test_the_mailbox_of_a_mailbox_is_itself(local: str, domain: str, version: int) -> None:
    recipe = mailbox_recipe(version)
    once = mailbox(parse_email(f"{local}@{domain}"), recipe)
    assert mailbox(once, recipe) == once


@given(
    recipes(),
    st.text("abAB._-+=\u0301\u0338É", min_size=1, max_size=8),
    st.sampled_from(["x", "sub.example.org", "a.b.example.org", "a.net", "b.a.net", "c.com"]),
)
@settings(max_examples=600)
def test_the_mailbox_of_a_mailbox_is_itself_whatever_the_table(
    recipe: Recipe, local: str, domain: str
) -> None:
    once = mailbox(f"{local}@{domain}", recipe)
    assert mailbox(once, recipe) == once
    assert once.count("@") == 1
    assert not once.startswith("@")


@given(spellings())
@settings(max_examples=400)
def test_two_spellings_of_one_mailbox_meet(written: tuple[str, str]) -> None:
    one, other = written
    assert mailbox(one) == mailbox(other)
    assert suspected_mailbox(one) == suspected_mailbox(other)


def _told_apart_by(local: str) -> str:
    lower = local.lower()
    first, rest = lower[0], lower[1:]
    return first + rest.split("+", 1)[0]


@given(LOCALS, LOCALS)
@settings(max_examples=300)
def test_locals_of_an_unknown_provider_meet_only_for_case_and_label(one: str, other: str) -> None:
    same = _told_apart_by(one) == _told_apart_by(other)
    assert (mailbox(f"{one}@example.org") == mailbox(f"{other}@example.org")) is same


DOTS_IGNORED = ("gmail.com", "googlemail.com", "proton.me", "protonmail.com", "pm.me")


@given(WITHOUT_LABEL, st.integers(0, 5), st.sampled_from(["example.org", "me.com", *DOTS_IGNORED]))
def test_a_dot_more_is_another_mailbox_save_where_dots_are_ignored(
    local: str, place: int, domain: str
) -> None:
    cut = place % len(local)
    assume(cut and "." not in local[cut - 1 : cut + 1])
    # Where nothing else is left, what a provider ignores is kept: no mailbox has an empty name.
    assume(any(map(str.isalnum, local)))
    other = f"{local[:cut]}.{local[cut:]}"
    same = mailbox(f"{local}@{domain}") == mailbox(f"{other}@{domain}")
    assert same is (domain in DOTS_IGNORED)


@given(LOCALS, st.sampled_from(["example.org", "example.com", "bücher.de", "yahoo.com"]), LOCALS)
def test_mailboxes_of_two_domains_never_meet(one: str, domain: str, other: str) -> None:
    assert mailbox(f"{one}@{domain}") != mailbox(f"{other}@gmail.com")


@given(LOCALS, LOCALS, DOMAINS)
@settings(max_examples=300)
def test_whoever_is_one_is_also_suspected(one: str, other: str, domain: str) -> None:
    if mailbox(f"{one}@{domain}") == mailbox(f"{other}@{domain}"):
        assert suspected_mailbox(f"{one}@{domain}") == suspected_mailbox(f"{other}@{domain}")
