"""The report of an audit: one HTML page that stands alone.

Shows pairs side by side with their differences marked, clusters with their doubts, what each rule
proposed, signals, growth. Nothing is loaded from elsewhere and no script runs, so that the page
can be kept as a record. Every value is escaped: what a signer typed is text and nothing else.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from html import escape
from importlib.resources import files

from petitionkit.civil import instant_text
from petitionkit.duplicates.audit import Audit
from petitionkit.duplicates.clusters import Cluster, Doubt
from petitionkit.duplicates.differences import stretches
from petitionkit.duplicates.finder import Pair
from petitionkit.duplicates.listings import Listing
from petitionkit.duplicates.rules import Tier
from petitionkit.plots import STYLE, bars, line

__all__ = ["html_report"]

_TIERS = {
    Tier.SAME_PERSON: ("Same person", "A mailbox or telephone and a compatible name."),
    Tier.LIKELY: ("Likely", "Most of these are one person; look before you act."),
    Tier.REVIEW: ("Review", "Could be either. A person has to decide."),
    Tier.HOUSEHOLD: ("Household", "People who live together. Not duplicates."),
}
_DOUBTS = {
    Doubt.BRIDGE: "held together by a single pair that is not certain",
    Doubt.HOUSEHOLD: "holds two people of one household",
    Doubt.LARGE: "unusually large",
}
_SHOWN = ("name", "email", "phone", "address", "town", "postcode", "birth_date", "source")
_HIDDEN = "•••"
_DAY = timedelta(days=1)


def html_report(
    audit: Audit,
    levels: Iterable[str],
    *,
    title: str = "Audit of a roll",
    limit: int = 200,
    redact: bool = False,
) -> str:
    """Write the page; ``levels`` names the comparisons of the rule set, in their order.

    ``limit`` pairs of each tier are shown side by side, and as many clusters. With ``redact`` no
    value of anybody's is in the page, only which parts there were.
    """
    page = _Page(audit, tuple(levels), limit=limit, redact=redact)
    style = files("petitionkit.duplicates").joinpath("report.css").read_text("utf-8")
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy"'
        " content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape(title)}</title><style>{style}{STYLE}</style></head>"
        f"<body><h1>{escape(title)}</h1>{''.join(page.parts())}</body></html>\n"
    )


def _words(step: timedelta) -> str:
    for unit, length in (("day", _DAY), ("hour", _DAY / 24), ("minute", _DAY / 1440)):
        if count := step // length:
            return f"{count} {unit}s" if count > 1 else unit
    raise AssertionError  # pragma: no cover (a step of growth is a minute at least)


class _Page:
    def __init__(
        self, audit: Audit, comparisons: tuple[str, ...], *, limit: int, redact: bool
    ) -> None:
        self.audit = audit
        self.comparisons = comparisons
        self.limit = limit
        self.redact = redact

    def parts(self) -> Iterator[str]:
        yield self.summary()
        yield self.rules()
        yield self.growth()
        for tier in Tier:
            yield self.tier(tier)
        yield self.clusters()
        yield self.signals()
        yield self.left_out()

    def summary(self) -> str:
        found = self.audit
        cells = "".join(
            f'<div class="count {tier}"><b>{found.of(tier):,}</b>{escape(name)}</div>'
            for tier, (name, _) in _TIERS.items()
        )
        return (
            f'<p class="lead">{found.signatures:,} signatures were compared by the rules'
            f" <code>{escape(found.rule_set)}</code>. If every cluster below is one person,"
            f" <b>{found.surplus:,}</b> signatures are too many.</p>"
            f'<div class="counts">{cells}</div>'
            "<p>Pairs are proposals. Nothing was removed or changed.</p>"
        )

    def rules(self) -> str:
        rows = "".join(
            f'<tr class="{rule.tier}"><td>{escape(rule.rule)}</td>'
            f"<td>{escape(_TIERS[rule.tier][0])}</td>"
            f"<td>{rule.pairs:,}</td><td>{rule.alone:,}</td></tr>"
            for rule in self.audit.rules
        )
        return (
            "<h2>What the rules proposed</h2><table><thead><tr><th>rule</th><th>tier</th>"
            f"<th>pairs</th><th>alone</th></tr></thead><tbody>{rows}</tbody></table>"
        )

    def growth(self) -> str:
        growth = self.audit.growth
        if growth is None:
            return "<h2>Growth</h2><p>No line says when it was signed.</p>"
        ends = {
            "first": instant_text(growth.since),
            "last": instant_text(growth.since + len(growth.counts) * growth.step),
        }
        step = f"signatures in each {_words(growth.step)}"
        return (
            f"<h2>Growth</h2>{line('signatures in all', growth.counts, **ends)}"
            f"<h2>Bursts</h2><p>{escape(step)}</p>{bars(step, growth.counts, **ends)}"
        )

    def tier(self, tier: Tier) -> str:
        name, meaning = _TIERS[tier]
        pairs = [pair for pair in self.audit.pairs if pair.tier is tier]
        shown = "".join(map(self.pair, pairs[: self.limit]))
        return (
            f'<h2 class="{tier}">{escape(name)}: {len(pairs):,}</h2><p>{escape(meaning)}'
            f"{self._of(len(pairs))}</p>{shown}"
        )

    def _of(self, total: int) -> str:
        return f" The first {self.limit:,} are shown." if total > self.limit else ""

    def pair(self, pair: Pair) -> str:
        left, right = self.audit.listings[pair.left], self.audit.listings[pair.right]
        rows = "".join(self._row(name, left, right) for name in _SHOWN)
        levels = ", ".join(
            f"{escape(name)} <b>{escape(level)}</b>"
            for name, level in zip(self.comparisons, pair.levels, strict=True)
        )
        return (
            f'<article class="{pair.tier}"><table><thead><tr><th></th>'
            f"<th>{escape(pair.left)}</th><th>{escape(pair.right)}</th></tr></thead>"
            f"<tbody>{rows}</tbody></table>"
            f"<p>{escape('; '.join(pair.rules))}<br>{levels}<br>"
            f"met by {escape(', '.join(pair.keys))}</p></article>"
        )

    def _row(self, name: str, left: Listing, right: Listing) -> str:
        one, other = self._value(left, name), self._value(right, name)
        if not one and not other:
            return ""
        alike = [(escape(a), escape(b), same) for a, b, same in stretches(one, other)]
        cells = (
            "".join(a if same else f"<mark>{a}</mark>" for a, _, same in alike if a),
            "".join(b if same else f"<mark>{b}</mark>" for _, b, same in alike if b),
        )
        label = escape(name.replace("_", " "))
        return f"<tr><th>{label}</th><td>{cells[0]}</td><td>{cells[1]}</td></tr>"

    def _value(self, listing: Listing, name: str) -> str:
        value = str(getattr(listing, name))
        if name == "name":
            value = value or f"{listing.given} {listing.family}".strip()
        return _HIDDEN if value and self.redact else value

    def clusters(self) -> str:
        # Those with a doubt first, then the larger: what a moderator has to see.
        found = sorted(self.audit.clusters, key=lambda c: (not c.doubts, -len(c.members), c.id))
        doubtful = sum(bool(cluster.doubts) for cluster in found)
        rows = "".join(map(self.cluster, found[: self.limit]))
        return (
            f"<h2>Clusters: {len(found):,}</h2><p>{doubtful:,} of them are doubtful."
            f"{self._of(len(found))}</p><table><thead><tr><th>members</th>"
            f"<th>weakest pair</th><th>doubts</th></tr></thead><tbody>{rows}</tbody></table>"
        )

    def cluster(self, cluster: Cluster) -> str:
        members = ", ".join(
            escape(f"{row} {self._value(self.audit.listings[row], 'name')}")
            for row in cluster.members
        )
        doubts = "; ".join(_DOUBTS[doubt] for doubt in cluster.doubts)
        weakest = f"{_TIERS[cluster.weakest.tier][0]}: {cluster.weakest.rules[0]}"
        return f"<tr><td>{members}</td><td>{escape(weakest)}</td><td>{escape(doubts)}</td></tr>"

    def signals(self) -> str:
        rows = "".join(
            f"<tr><td>{escape(s.kind)}</td>"
            f"<td>{escape(_HIDDEN if self.redact else s.subject)}</td>"
            f"<td>{escape(s.reason())}</td>"
            f"<td>{instant_text(s.since) if s.since else ''}</td></tr>"
            for s in self.audit.signals[: self.limit]
        )
        if not rows:
            return "<h2>Signals</h2><p>Nothing was above its limit.</p>"
        return (
            f"<h2>Signals: {len(self.audit.signals):,}</h2><p>Counts above their limits. Schools,"
            f" firms and news make such counts too.{self._of(len(self.audit.signals))}</p>"
            "<table><thead><tr><th>kind</th><th>of</th><th>reason</th><th>since</th></tr></thead>"
            f"<tbody>{rows}</tbody></table>"
        )

    def left_out(self) -> str:
        if not self.audit.oversized:
            return "<h2>Left out</h2><p>No block was too large to be compared.</p>"
        rows = "".join(
            f"<tr><td>{escape(block.key)}</td>"
            f"<td>{escape(_HIDDEN if self.redact else ' '.join(block.values))}</td>"
            f"<td>{block.rows:,}</td></tr>"
            for block in self.audit.oversized[: self.limit]
        )
        return (
            f"<h2>Left out: {len(self.audit.oversized):,}</h2><p>More rows share these values than"
            f" the key's cap; they were not compared by it.{self._of(len(self.audit.oversized))}"
            "</p><table><thead><tr><th>key</th><th>value</th><th>rows</th></tr></thead>"
            f"<tbody>{rows}</tbody></table>"
        )
