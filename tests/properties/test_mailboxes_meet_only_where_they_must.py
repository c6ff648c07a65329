from hypothesis import assume, given, settings
from hypothesis import strategies as st

from petitionkit.contact import parse_email
from petitionkit.mailboxes import (
    MAILBOX_RECIPES,
    Fold,
    MailboxRule,
    Provider,
    Recipe,
    mailbox,
    mailbox_recipe,
    providers,
    suspected_mailbox,
)

ATOM = "abcXYZ019_-'ßéÄ"
LABELS = st.text("abcXYZ019+._-", max_size=8)
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


PLAIN = st.lists(st.text("abcdxyz019", min_size=1, max_size=5), min_size=1, max_size=4)
FOLDING = [provider for provider in providers() if provider.domains]


@st.composite
def spelled(draw: st.DrawFn, provider: Provider, words: list[str], home: str) -> str:
    """One of the ways to write to a mailbox, by what the provider's pages say."""
    said = {rule.rule: rule.value for rule in provider.identity}
    ignored = said.get(Fold.IGNORED, "")
    joint = st.text(ignored, max_size=2) if ignored else st.just(".")
    local = words[0] + "".join(draw(joint) + word for word in words[1:])
    shown = "".join(draw(st.sampled_from([char, char.upper()])) for char in local)
    if said.get(Fold.USER_IN_SUBDOMAIN) is not None and "." not in local and draw(st.booleans()):
        return f"{draw(st.text('abc', min_size=1))}@{shown}.{home}"
    domain = draw(st.sampled_from(provider.domains)) if Fold.ONE_DOMAIN in said else home
    cased = draw(st.sampled_from([domain, domain.upper(), domain.title()]))
    return f"{shown}{draw(st.just('') | LABELS.map('+'.__add__))}@{cased}"


@given(st.data(), st.sampled_from(FOLDING), PLAIN)
@settings(max_examples=400)
def test_two_spellings_of_one_mailbox_meet(
    data: st.DataObject, provider: Provider, words: list[str]
) -> None:
    home = data.draw(st.sampled_from(provider.domains))
    one, other = (data.draw(spelled(provider, words, home)) for _ in range(2))
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
