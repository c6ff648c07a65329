import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from petitionkit.duplicates import duckdb_engine
from petitionkit.duplicates.audit import Audit, audit
from petitionkit.duplicates.differences import stretches
from petitionkit.duplicates.finder import find
from petitionkit.duplicates.listings import Listing
from petitionkit.duplicates.proposals import explain, redacted
from petitionkit.duplicates.report import html_report
from petitionkit.duplicates.rows import canonical
from petitionkit.duplicates.rule_sets import load
from petitionkit.duplicates.rules import Tier
from petitionkit.duplicates.signals import SignalLimits
from petitionkit.plots import bars, line

T0 = datetime(2026, 3, 2, 8, tzinfo=UTC)
ROLL = load("roll")
COMPARISONS = tuple(comparison.name for comparison in ROLL.comparisons)
HOME = Listing(id="", address="1 High St", postcode="AB1 2CD")
LISTINGS = [
    evolve(HOME, id="a", name="Canary <b>Díaz</b>", email="canary@example.org", signed_at=T0),
    evolve(HOME, id="b", name="Canary <b>Díaz</b>", email="CANARY+x@example.org", source="web"),
    evolve(HOME, id="c", given="Canary", family="Bdíazb"),
    evolve(HOME, id="d", name="C Bdíazb", signed_at=T0 + timedelta(days=3)),
    evolve(HOME, id="e", name="Kai Bdíazb", email="canary@example.org", network="192.0.2.1"),
    Listing(id="f", name="Somebody Else", signed_at=T0 + timedelta(hours=1)),
]


class Checked(HTMLParser):
    """Refuses a page whose elements are not closed in their order, and counts them."""

    VOID = frozenset({"meta", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.attributes += attrs
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def checked(page: str) -> Checked:
    found = Checked()
    found.feed(page)
    found.close()
    assert found.open == []
    return found


def looked_at(*listings: Listing, limits: SignalLimits | None = None) -> Audit:
    return audit(ROLL, listings or LISTINGS, limits=limits, disposable={"example.org"})


def test_an_audit_counts_tiers_clusters_and_rules() -> None:
    found = looked_at()
    assert found.signatures == 6
    assert found.rule_set == ROLL.digest
    assert found.of(Tier.SAME_PERSON) == 1
    assert found.of(Tier.HOUSEHOLD) > 0
    tiers = [tuple(Tier).index(pair.tier) for pair in found.pairs]
    assert tiers == sorted(tiers)
    assert found.surplus == sum(len(c.members) - 1 for c in found.clusters)
    by_rule = {rule.rule: rule for rule in found.rules}
    assert tuple(by_rule) == tuple(rule.name for rule in ROLL.rules)
    for rule in found.rules:
        assert rule.pairs == sum(rule.rule in pair.rules for pair in found.pairs)
        assert rule.alone == sum(pair.rules == (rule.rule,) for pair in found.pairs)
    assert "f" not in found.listings
    assert "anary" not in repr(found)


def test_an_audit_on_duckdb_is_the_same() -> None:
    assert audit(ROLL, LISTINGS, engine=duckdb_engine.find) == audit(ROLL, LISTINGS)


def test_growth_is_counted_by_a_step_that_can_be_read() -> None:
    growth = looked_at().growth
    assert growth is not None
    assert growth.step == timedelta(hours=1)
    assert (sum(growth.counts), growth.counts[0], growth.counts[-1]) == (3, 1, 1)
    ages = [
        evolve(LISTINGS[0], id=str(n), signed_at=T0 + n * timedelta(days=9999)) for n in (0, 99)
    ]
    with_ages = looked_at(*ages).growth
    assert with_ages is not None
    assert with_ages.step == timedelta(days=365)
    assert looked_at(LISTINGS[1]).growth is None


def test_a_page_stands_alone_and_its_elements_nest() -> None:
    page = html_report(looked_at(limits=SignalLimits(in_range=1)), COMPARISONS)
    found = checked(page)
    assert found.seen.count("article") == len(looked_at().pairs)
    assert found.seen.count("svg") == 2
    assert not {"script", "link", "img", "iframe"} & set(found.seen)
    assert not {name for name, _ in found.attributes} & {"src", "href", "onclick"}


def test_what_signers_typed_is_text_in_the_page() -> None:
    page = html_report(looked_at(), COMPARISONS, title="<i>Roll</i>")
    assert "&lt;b&gt;Díaz" in page
    assert "<b>Díaz" not in page
    assert "<i>Roll" not in page


def test_differences_are_marked() -> None:
    page = html_report(looked_at(), COMPARISONS)
    assert "CANARY<mark>+x</mark>@example.org" in page


def test_a_redacted_page_names_nobody() -> None:
    crowd = [
        evolve(HOME, id=f"{n:03}", name=f"Canary{n} Finch{n}", email="canary@example.org")
        for n in range(60)
    ]
    for listings in (LISTINGS, crowd):
        found = looked_at(*listings, limits=SignalLimits(in_range=1))
        page = html_report(found, COMPARISONS, redact=True)
        assert not re.search("canary|díaz|high st|ab1|192|example", page, re.IGNORECASE)
        assert "•••" in page
        assert "canary" in html_report(found, COMPARISONS)


def test_no_more_than_the_limit_is_shown() -> None:
    page = html_report(looked_at(), COMPARISONS, limit=1)
    assert checked(page).seen.count("article") == len({pair.tier for pair in looked_at().pairs})
    assert "The first 1 are shown." in page


def test_a_roll_of_nothing_has_a_page() -> None:
    page = html_report(audit(ROLL, []), COMPARISONS)
    assert "No line says when it was signed." in page
    assert "Nothing was above its limit." in page
    assert "No block was too large" in page
    checked(page)


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (timedelta(minutes=1), "in each minute"),
        (timedelta(minutes=15), "in each 15 minutes"),
        (timedelta(hours=6), "in each 6 hours"),
        (timedelta(days=1), "in each day"),
    ],
)
def test_a_burst_names_its_step(step: timedelta, words: str) -> None:
    found = looked_at()
    assert found.growth is not None
    page = html_report(evolve(found, growth=evolve(found.growth, step=step)), COMPARISONS)
    assert f"signatures {words}<" in page


def test_large_blocks_are_told_in_the_page() -> None:
    crowd = [
        Listing(id=f"{n:03}", name=f"N{n} M{n}", email="office@example.org") for n in range(51)
    ]
    page = html_report(looked_at(*crowd), COMPARISONS)
    assert "Left out: 1" in page
    assert "office@example.org</td><td>51" in page


def test_a_proposal_explains_itself_and_can_be_redacted() -> None:
    rows = {listing.id: canonical(listing) for listing in LISTINGS}
    found = {(p.left, p.right): p for p in find(ROLL, rows.values()).pairs}
    proposal = explain(ROLL, found["a", "b"], rows["a"], rows["b"])
    assert str(proposal) == (
        "a and b: same_person (name same, mail same, phone blank, address same)"
    )
    mail = proposal.compared[1]
    assert (mail.comparison, mail.level, mail.columns) == ("mail", "same", ("mailbox",))
    assert mail.left == mail.right == ("canary@example.org",)
    assert "canary" not in repr(proposal)
    hidden = redacted(proposal)
    assert hidden.compared[1].left == ("•••",)
    assert hidden.compared[2].right == ("",)
    assert [c.level for c in hidden.compared] == [c.level for c in proposal.compared]
    assert proposal.rule_set == ROLL.digest


def test_lists_are_shown_as_words() -> None:
    rule_set = evolve(
        ROLL, comparisons=(evolve(ROLL.comparisons[0], shows=("words",)), *ROLL.comparisons[1:])
    )
    rows = [canonical(listing) for listing in LISTINGS[:2]]
    (pair,) = find(rule_set, rows).pairs
    assert explain(rule_set, pair, *rows).compared[0].left == ("b canary diaz",)


TEXTS = st.text("abBİß", max_size=12)


@given(TEXTS, TEXTS)
def test_stretches_put_together_are_the_texts(one: str, other: str) -> None:
    found = list(stretches(one, other))
    assert "".join(a for a, _, _ in found) == one
    assert "".join(b for _, b, _ in found) == other
    assert all(a.lower() == b.lower() for a, b, alike in found if alike)


@given(st.lists(st.integers(0, 10**7), max_size=300))
def test_plots_stay_inside_their_frame(counts: list[int]) -> None:
    for draw in (line, bars):
        svg = ET.fromstring(draw("a < b", counts, first="<", last="&"))  # noqa: S314 (our own)
        width, height = map(float, svg.attrib["viewBox"].split()[2:])
        for shape in svg.iter():
            for point in shape.get("points", "").split():
                x, y = map(float, point.split(","))
                assert 0 <= x <= width
                assert 0 <= y <= height
            if shape.tag.endswith("rect"):
                x, y, w, h = (float(shape.attrib[n]) for n in ("x", "y", "width", "height"))
                assert 0 <= x <= x + w <= width + 1
                assert 0 <= y <= y + h <= height


def test_the_line_ends_at_the_total_and_bars_leave_out_what_is_not_above_zero() -> None:
    assert ">6</text>" in line("t", [1, 2, 3], first="a", last="b")
    assert bars("t", [1, 0, 3, -2], first="a", last="b").count("<rect") == 2
