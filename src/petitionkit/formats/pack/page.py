"""The page of a pack: the petition, what was counted, and the roll, to read and to print.

Stands alone: nothing is loaded from elsewhere and no script runs, so that it can be filed as a
record. Every value is escaped: what people typed is text and nothing else. The roll is written
line by line between what stands above and below it.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from html import escape
from importlib.resources import files

from petitionkit.civil import zone
from petitionkit.disclosure import Disclosed
from petitionkit.facts import State
from petitionkit.formats.pack.census import Census
from petitionkit.formats.pack.manifest import Manifest
from petitionkit.formats.pack.view import RollView
from petitionkit.petition import CountEffect, Petition, PetitionText
from petitionkit.plots import STYLE, line

__all__ = ["above_roll", "below_roll", "row"]

_MONTHS = (
    "January February March April May June July August September October November December"
).split()
_POINTS = 400  # of the curve at most: more cannot be told apart
_WITHHELD = "the signer or a moderator wants them empty"
_EFFECTS = {
    CountEffect.ADDS: "added",
    CountEffect.REPLACES: "in place of the lines",
    CountEffect.LARGER_OF: "where it is larger",
}


def row(seen: RollView) -> str:
    """Write one line of the roll."""
    cells = "".join(f"<td>{escape(cell)}</td>" for cell in seen.cells)
    return f'<tr><td class="n">{seen.number}</td>{cells}</tr>\n'


def above_roll(manifest: Manifest, petition: Petition, census: Census) -> str:
    """Write everything that stands above the first line of the roll."""
    style = files("petitionkit.formats.pack").joinpath("page.css").read_text("utf-8")
    page = _Page(manifest, petition, census)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta http-equiv="Content-Security-Policy"'
        " content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{escape(manifest.title)}</title>\n<style>\n{STYLE}{style}{_narrow(manifest)}</style></head>\n"
        f"<body><main>\n{''.join(page.parts())}"
    )


def below_roll(manifest: Manifest) -> str:
    """Write everything that stands below the last line of the roll."""
    return (
        "</tbody></table></section></main>\n<footer><p>This page is a part of a pack. Whether it"
        " is as it was made can be verified by anyone who has the office's public key, with"
        f" the id <code>{escape(manifest.sealed_by)}</code>:"
        " <code>petitionkit verify FOLDER --key KEY.pem</code>.</p>"
        f"<p>Made by {escape(manifest.engine)}.</p></footer></body></html>\n"
    )


class _Page:
    def __init__(self, manifest: Manifest, petition: Petition, census: Census) -> None:
        self.manifest = manifest
        self.petition = petition
        self.census = census

    def parts(self) -> Iterator[str]:
        yield self.heading()
        yield "<section><h2>The petition</h2>\n"
        yield from map(self.text, self.current_texts())
        yield "</section>\n"
        yield self.counted()
        yield self.thresholds()
        yield self.growth()
        yield self.regions()
        yield self.roll()

    def moment(self, at: datetime) -> str:
        local = at.astimezone(zone(self.census.zone))
        return f"{_day(local.date())}, {local:%H:%M} ({self.census.zone})"

    def heading(self) -> str:
        made, to = self.manifest, self.manifest.addressee
        where = f", {escape(to.place)}" if to.place else ""
        facts = {
            "Started by": self.petition.starter.name if self.petition.starter else "",
            "Open from": self.moment(made.opened_at) if made.opened_at else "",
            "Status": self.status(),
            "As of": self.moment(made.made_at),
            "Rules": f"{made.policy_name} {made.policy_version}",
            "Known as": ", ".join(f"{one.system} {one.value}" for one in made.identifiers),
        }
        rows = "".join(
            f"<dt>{name}</dt><dd>{escape(text)}</dd>" for name, text in facts.items() if text
        )
        return (
            f'<header><p class="to">Petition to {escape(to.name)}{where}</p>'
            f'<h1 class="plain">{escape(made.title)}</h1>'
            f'<p class="supporters"><b>{made.counts.supporters:,}</b>'
            f" {'supporter' if made.counts.supporters == 1 else 'supporters'}</p>"
            f"<dl>{rows}</dl></header>\n"
        )

    def status(self) -> str:
        found = self.manifest.status
        since = f" since {self.moment(found.since)}" if found.since else ""
        because = f"; reason: {found.reason}" if found.reason else ""
        rule = f", by the rule {found.rule}" if found.state is State.CLOSED else ""
        return f"{found.state.value}{since}{rule}{because}"

    def current_texts(self) -> Iterator[PetitionText]:
        for language in dict.fromkeys(text.language for text in self.petition.texts):
            yield self.petition.text(language)

    def text(self, text: PetitionText) -> str:
        parts = (("", text.body), (' class="details"', text.details))
        paragraphs = "".join(
            f"<p{kind}>{'<br>'.join(map(escape, paragraph.splitlines()))}</p>"
            for kind, block in parts
            for paragraph in block.split("\n\n")
            if paragraph.strip()
        )
        title = f'<h3 class="plain">{escape(text.title)}</h3>'
        heading = title if text.title != self.manifest.title else ""  # which stands above already
        return f'<article lang="{escape(text.language)}">{heading}{paragraphs}</article>\n'

    def counted(self) -> str:
        counts, declared = self.manifest.counts, self.manifest.declared
        included = "declared ones included" if declared else ""
        rows = (
            ("Lines of the roll", f"{counts.lines:,}", ""),
            *(
                (("Lines with cells withheld", f"{counts.withheld:,}", _WITHHELD),)
                * (counts.withheld > 0)
            ),
            *(
                (
                    f"Declared {one.counter}",
                    f"{one.amount:,}",
                    f"{_EFFECTS[one.effect]}; by {one.source}, as of {_day(one.as_of.date())}",
                )
                for one in declared
            ),
            ("Persons", f"{counts.persons:,}", included),
            ("Organisations", f"{counts.organisations:,}", included),
            ("Supporters", f"{counts.supporters:,}", "what the rules add up"),
        )
        return (
            '<section class="together"><h2>What was counted</h2>'
            f"{_table(('what', 'number', 'note'), rows)}{''.join(self.versions())}</section>\n"
        )

    def versions(self) -> Iterator[str]:
        """Which text was signed, where there has been more than one."""
        if len(self.manifest.texts) > 1:
            yield '<p class="note">Signed were: '
            yield "; ".join(
                f"version {one.version} in {escape(one.language)} by {one.lines:,}"
                if one.version
                else f"the text with digest {escape(one.digest[:16])} by {one.lines:,}"
                for one in self.manifest.texts
            )
            yield ".</p>"

    def thresholds(self) -> str:
        reached = self.manifest.thresholds
        if not reached:
            return ""
        rows = (
            (one.key, f"{one.level:,}" if one.level else "", self.moment(one.reached_at))
            for one in reached
        )
        return (
            '<section class="together"><h2>Thresholds reached</h2>'
            f"{_table(('threshold', 'number', 'reached'), rows)}</section>\n"
        )

    def growth(self) -> str:
        if not self.census.days:
            return ""
        first, last, counts = _binned(self.census.days)
        ends = {"first": first.isoformat(), "last": last.isoformat()}
        beside = " Numbers that were declared are not in it." if self.manifest.declared else ""
        curve = line("Signatures of the roll in all, day by day", counts, **ends)
        return (
            f"<section><h2>Growth</h2><figure>{curve}<figcaption>"
            f"{self.census.lines:,} lines, signed from {_day(first)} to {_day(last)}."
            f"{beside}</figcaption></figure></section>\n"
        )

    def regions(self) -> str:
        found = sorted(self.census.regions.items(), key=lambda item: (-item[1], item[0]))
        if not any(region for region, _ in found):
            return ""
        rows = "".join(
            f'<tr><th scope="row">{escape(region) or "no region given"}</th>'
            f'<td class="n">{n:,}</td><td class="n">{n / self.census.lines:.1%}</td>'
            f'<td class="share">{_bar(n / found[0][1])}</td></tr>'
            for region, n in found
        )
        head = _head("region", "lines", "share", "bar")
        return (
            "<section><h2>Regions</h2><table><caption>Lines of the roll by region</caption>"
            f"{head}<tbody>{rows}</tbody></table></section>\n"
        )

    def roll(self) -> str:
        names = (name.replace("_", " ") for name in self.manifest.fields)
        return (
            '<section><h2>The roll</h2><table class="roll"><caption>'
            f"{self.census.lines:,} lines, in the order in which they were counted.</caption>"
            f"{_head('number', *names)}<tbody>\n"
        )


# What is one word, or a few, in every line: it is not broken for the sake of a long comment.
_SHORT = frozenset(
    {
        *(Disclosed.POSTAL_CODE, Disclosed.COUNTRY, Disclosed.CITIZENSHIP, Disclosed.BIRTH_DATE),
        *(Disclosed.KIND, Disclosed.LANGUAGE, Disclosed.CHANNEL),
        *(Disclosed.SIGNED_ON, Disclosed.SIGNED_AT),
    }
)


def _narrow(manifest: Manifest) -> str:
    columns = (n for n, name in enumerate(manifest.fields, 2) if name in _SHORT)
    cells = ", ".join(f".roll td:nth-child({n})" for n in columns)
    return f"{cells} {{ white-space: nowrap; }}\n" if cells else ""


def _day(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


_NUMBERS = ("number", "lines", "share")


def _head(*names: str) -> str:
    kinds = (' class="n"' if name in _NUMBERS else "" for name in names)
    cells = "".join(
        f'<th scope="col"{kind}>{escape(name)}</th>'
        for name, kind in zip(names, kinds, strict=True)
    )
    return f"<thead><tr>{cells}</tr></thead>"


def _table(names: tuple[str, str, str], rows: Iterable[tuple[str, str, str]]) -> str:
    body = "".join(
        f'<tr><th scope="row">{escape(name)}</th>'
        f'<td class="n">{number}</td><td>{escape(note)}</td></tr>'
        for name, number, note in rows
    )
    return f"<table>{_head(*names)}<tbody>{body}</tbody></table>"


def _bar(share: float) -> str:
    return (
        '<svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="bar" width="{100 * share:.1f}" height="8"/></svg>'
    )


def _binned(days: Mapping[date, int]) -> tuple[date, date, list[int]]:
    """First and last day, and counts in equal stretches of days between them."""
    first, last = min(days), max(days)
    length = (last - first).days + 1
    step = -(-length // _POINTS)
    counts = [0] * -(-length // step)
    for day, n in days.items():
        counts[(day - first).days // step] += n
    return first, last, counts
