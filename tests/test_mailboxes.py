import pytest

from petitionkit.errors import InvalidValueError, NotFoundError
from petitionkit.mailboxes import (
    MAILBOX_RECIPE,
    MAILBOX_RECIPES,
    Confidence,
    Fold,
    MailboxRule,
    Provider,
    Recipe,
    mailbox,
    mailbox_recipe,
    providers,
    suspected_mailbox,
)
from petitionkit.problems import problem
from petitionkit.text import digest

PLAIN = None
"""One mailbox for each domain, and every dot and hyphen counts."""

# What each provider does, from its own pages or what others report: (local part, domain) of one
# mailbox in several spellings, and the name that it then has.
SPELLINGS: dict[str, tuple[list[str], str] | None] = {
    "Gmail (consumer)": (
        ["anna.b@gmail.com", "A.n.n.a.B@googlemail.com", "annab+x@gmail.com"],
        "annab@gmail.com",
    ),
    "Microsoft consumer (Outlook.com, Hotmail, Live, MSN)": PLAIN,
    "Yahoo Mail": PLAIN,
    "AOL / Verizon": PLAIN,
    "Fastmail": (
        ["anna@fastmail.com", "anna+x@fastmail.com", "shop@anna.fastmail.com"],
        "anna@fastmail.com",
    ),
    "Proton Mail": (
        ["anna.b@proton.me", "an-na_b@pm.me", "annab+x@protonmail.com", "ANNAB@protonmail.ch"],
        "annab@proton.me",
    ),
    "Apple iCloud": (
        ["anna.b@icloud.com", "anna.b@me.com", "Anna.B+x@mac.com"],
        "anna.b@icloud.com",
    ),
    "Apple private relay": PLAIN,
    "Forwarding relays with an address each": PLAIN,
    "Forwarding relays with a subdomain each": PLAIN,
    "Yandex": (
        ["anna.b@yandex.ru", "anna.b@ya.ru", "Anna.b@yandex.com", "anna.b+x@narod.ru"],
        "anna.b@yandex.ru",
    ),
    "Mail.ru Group": PLAIN,
    "Rambler": PLAIN,
    "Zoho": PLAIN,
    "HEY": PLAIN,
    "Tuta": PLAIN,
    "GMX / WEB.DE / mail.com (1&1)": PLAIN,
    "T-Online": PLAIN,
    "mailbox.org": PLAIN,
    "Posteo": PLAIN,
    "Runbox": PLAIN,
    "Mailfence": PLAIN,
    "Pobox": PLAIN,
    "NetEase": PLAIN,
    "Tencent": PLAIN,
    "La Poste, Libero, Orange, Free, SFR": PLAIN,
}
BY_SERVERS_ONLY = {
    "Google Workspace (custom domains)",
    "Microsoft 365 / Exchange Online (custom domains)",
    "Rackspace hosted mail (custom domains)",
}
NAMED = {provider.name: provider for provider in providers()}


def test_every_provider_of_the_table_is_tested() -> None:
    assert set(NAMED) == set(SPELLINGS) | BY_SERVERS_ONLY
    assert len(providers()) == len(NAMED)
    assert all(NAMED[name].domains for name in SPELLINGS)


@pytest.mark.parametrize("name", [name for name, said in SPELLINGS.items() if said is not PLAIN])
def test_a_provider_s_spellings_of_one_mailbox_have_one_name(name: str) -> None:
    said = SPELLINGS[name]
    assert said is not None
    spellings, expected = said
    assert {mailbox(one) for one in spellings} == {expected}
    # Every domain that the table gives the provider leads to the same place, or to its own.
    one_domain = any(rule.rule is Fold.ONE_DOMAIN for rule in NAMED[name].identity)
    local, _, home = expected.rpartition("@")
    for domain in NAMED[name].domains:
        assert mailbox(f"{local}+x@{domain}") == f"{local}@{home if one_domain else domain}"


@pytest.mark.parametrize("name", [name for name, said in SPELLINGS.items() if said is PLAIN])
def test_other_providers_have_one_mailbox_for_each_domain_and_every_sign(name: str) -> None:
    assert NAMED[name].identity == ()
    for domain in NAMED[name].domains:
        for local in ("anna", "an.na", "an-na", "an_na"):
            assert mailbox(f"{local.title()}+label@{domain.upper()}") == f"{local}@{domain}"


@pytest.mark.parametrize("name", sorted(BY_SERVERS_ONLY))
def test_providers_known_by_their_mail_servers_have_the_rule_of_every_domain(name: str) -> None:
    assert NAMED[name].domains == ()
    assert NAMED[name].identity == NAMED[name].suspicion == ()


@pytest.mark.parametrize("provider", providers(), ids=lambda provider: provider.name)
def test_what_makes_two_one_is_never_of_low_confidence(provider: Provider) -> None:
    assert Confidence.LOW not in {rule.confidence for rule in provider.identity}
    if provider.identity or provider.suspicion:
        assert provider.sources or provider.notes


@pytest.mark.parametrize(
    ("address", "box"),
    [
        ("Anna.B+petitions+2@example.org", "anna.b@example.org"),
        ("+anna@example.org", "+anna@example.org"),
        ("+anna+x@example.org", "+anna@example.org"),
        ("anna+@example.org", "anna@example.org"),
        (".+x@gmail.com", ".@gmail.com"),
        ("ÄNNE@bücher.de", "änne@bücher.de"),
        ("J\u030canna@example.org", "\u01f0anna@example.org"),
        ("anna.b@mail.gmail.com", "anna.b@mail.gmail.com"),
        ("x@a.b.fastmail.com", "x@a.b.fastmail.com"),
        ("anna.b@yahoo.co.jp", "anna.b@yahoo.co.jp"),
    ],
)
def test_the_mailbox_of_an_address(address: str, box: str) -> None:
    assert mailbox(address) == box


@pytest.mark.parametrize(
    ("one", "other", "proposed"),
    [
        ("nick-shop@yahoo.com", "nick-news@yahoo.com", True),
        ("nick-shop@yahoo.com", "nick-shop@yahoo.co.uk", False),
        ("an-na@yandex.ru", "an.na@ya.ru", True),
        ("an_na@fastmail.com", "x@an-na.fastmail.com", True),
        ("a@holder.anonaddy.com", "b@holder.anonaddy.com", True),
        ("a@holder.33mail.com", "a@other.33mail.com", False),
        ("anna-news@example.org", "anna@example.org", True),
        ("an-na@gmail.com", "an@gmail.com", False),
        ("an-na@outlook.com", "an@outlook.com", False),
        ("anna@example.org", "anna@example.com", False),
    ],
)
def test_suspicion_proposes_a_pair_that_identity_keeps_apart(
    one: str, other: str, *, proposed: bool
) -> None:
    assert mailbox(one) != mailbox(other)
    assert (suspected_mailbox(one) == suspected_mailbox(other)) is proposed


def test_an_older_recipe_goes_on_answering_as_it_did() -> None:
    first = mailbox_recipe(1)
    assert mailbox("Anna.B+x@googlemail.com", first) == "annab@gmail.com"
    assert mailbox("an-na@pm.me", first) == "an-na@pm.me"
    assert suspected_mailbox("an-na@example.org", first) == "an-na@example.org"
    assert [mailbox_recipe(version).version for version in MAILBOX_RECIPES] == [2, 1]
    assert mailbox_recipe() == mailbox_recipe(MAILBOX_RECIPE)


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        (1, "2586d7274ee81dc1"),
        (2, "0044b90e6f911200"),
    ],
)
def test_a_recipe_is_never_edited_once_claims_were_made_with_it(
    version: int, expected: str
) -> None:
    rules = mailbox_recipe(version).identity
    lines = (
        f"{one.name} {one.ignored!r} {one.same!r} {one.separators!r} {one.alias_of} "
        f"{one.user_in_subdomain}"
        for one in sorted(rules, key=lambda rule: rule.name)
    )
    assert digest(*lines)[:16] == expected


def test_there_is_no_recipe_that_nobody_wrote() -> None:
    for ask in (mailbox_recipe, providers):
        with pytest.raises(NotFoundError, match="there are: 2, 1"):
            ask(3)


TABLE = Recipe(
    version=1000,
    identity=[
        MailboxRule(name="*", separators=""),
        MailboxRule(name="*.org", ignored="-"),
        MailboxRule(name="*.Example.org", ignored="_", separators=""),
        MailboxRule(name="example.org", ignored=".", separators="+-"),
        MailboxRule(name="example.net", alias_of="example.org"),
        MailboxRule(name="*.example.net", alias_of="example.org"),
        MailboxRule(name="same.org", same="-._"),
        MailboxRule(name="both.org", ignored="-", separators="-+"),
    ],
)


@pytest.mark.parametrize(
    ("address", "box"),
    [
        ("a.b-c+d@EXAMPLE.org", "ab@example.org"),
        ("a.b-c@example.net", "ab@example.org"),
        ("a.b-c@deep.down.example.net", "ab@example.org"),
        ("a_.b+c@mail.example.org", "a.b+c@mail.example.org"),
        ("a_.b+c@deep.mail.example.org", "a.b+c@deep.mail.example.org"),
        ("a-_.b+c@other.org", "a_.b@other.org"),
        ("a-_.b+c@other.com", "a-_.b+c@other.com"),
        ("a_b.c-d@same.org", "a-b-c-d@same.org"),
        ("a-b+c@both.org", "ab@both.org"),
    ],
)
def test_an_office_s_own_table_is_read_from_the_domain_up(address: str, box: str) -> None:
    assert mailbox(address, TABLE) == box


def test_a_table_without_a_general_rule_folds_labels_there() -> None:
    bare = Recipe(version=1001, identity=[MailboxRule(name="example.org", separators="")])
    assert mailbox("a.b+c@example.com", bare) == "a.b@example.com"
    assert suspected_mailbox("a-b+c@example.com", bare) == "a-b@example.com"
    assert mailbox("a.b+c@example.org", bare) == "a.b+c@example.org"


@pytest.mark.parametrize(
    "name", ["*", "*.com", "*.example.com", "example.co.uk", "a-b.org", "*.bücher.de", "X.ORG"]
)
def test_a_rule_has_the_name_of_a_domain_or_of_what_lies_below_it(name: str) -> None:
    assert MailboxRule(name=name).name == name.lower()


@pytest.mark.parametrize(
    "name",
    ["", "example", "**", "*com", "*.", "a..org", ".org", "-a.org", "a-.org", "a_b.org", "a.*.org",
     "a@b.org", f"{'d' * 64}.org", "a.org\n"],
)  # fmt: skip
def test_other_names_of_rules_are_refused(name: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        MailboxRule(name=name)
    assert caught.value.problems == (problem("mailbox_rule.name", "name"),)


def test_all_that_is_wrong_with_a_rule_is_told_at_once() -> None:
    with pytest.raises(InvalidValueError) as caught:
        MailboxRule(name="a." * 50 + "org", ignored="." * 11, same="é", user_in_subdomain=True)
    assert [str(found) for found in caught.value.problems] == [
        "name: has 103 characters; at most 100 are allowed [too_long]",
        "ignored: must be at most 10 printable characters of ASCII [mailbox_rule.characters]",
        "same: must be at most 10 printable characters of ASCII [mailbox_rule.characters]",
        "user_in_subdomain: has no place here; leave it out [misplaced]",
    ]


def test_a_table_with_two_rules_of_a_name_or_an_alias_of_nothing_is_refused() -> None:
    rules = [
        MailboxRule(name="a.org"),
        MailboxRule(name="A.org"),
        MailboxRule(name="b.org", alias_of="c.org"),
        MailboxRule(name="d.org", alias_of="b.org"),
        MailboxRule(name="e.org", alias_of="*"),
        MailboxRule(name="*"),
    ]
    with pytest.raises(InvalidValueError) as caught:
        Recipe(version=1000, identity=rules)
    assert caught.value.problems == (
        problem("repeated", "a.org"),
        problem("mailbox_rule.alias", "b.org"),
        problem("mailbox_rule.alias", "d.org"),
        problem("mailbox_rule.alias", "e.org"),
    )
