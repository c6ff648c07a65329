"""A census: what the lines of a roll come to, counted while they pass.

By counter, by day, by region and by the text that was signed; memory grows with those and not
with the lines. It holds no name.
"""

from collections import Counter
from datetime import date

from attrs import Factory, define

from petitionkit.civil import local_date
from petitionkit.counting import ORGANISATIONS, PERSONS, SUPPORTERS, total
from petitionkit.formats.pack.manifest import Counts, SignedText
from petitionkit.petition import Petition
from petitionkit.signature import Signature
from petitionkit.tally import Count, Tally

__all__ = ["Census"]


@define(kw_only=True)
class Census:
    """Lines so far, counted; days are those of the zone. ``regions`` has '' for none given."""

    zone: str
    lines: int = 0
    withheld: int = 0
    counters: Counter[str] = Factory(Counter)
    days: Counter[date] = Factory(Counter)
    regions: Counter[str] = Factory(Counter)
    texts: Counter[tuple[str, str]] = Factory(Counter)

    def add(self, signature: Signature) -> int:
        """Count a signature; returns the number of its line."""
        self.lines += 1
        self.counters.update(signature.counters)
        self.days[local_date(signature.signed_at, self.zone)] += 1
        self.regions[signature.particulars.region] += 1
        self.texts[signature.text_digest, signature.language] += 1
        return self.lines

    def counts(self, petition: Petition) -> Counts:
        """Put the lines together with what the petition declares beside them."""
        counted = Tally(
            counts=tuple(Count(counter=c, amount=n) for c, n in sorted(self.counters.items()))
        )
        return Counts(
            lines=self.lines,
            withheld=self.withheld,
            persons=total(petition, counted, PERSONS),
            organisations=total(petition, counted, ORGANISATIONS),
            supporters=total(petition, counted, SUPPORTERS),
        )

    def signed_texts(self, petition: Petition) -> tuple[SignedText, ...]:
        """How many lines signed which text, those of most lines first."""
        versions = {text.digest: text.version for text in petition.texts}
        return tuple(
            SignedText(digest=digest, lines=n, language=language, version=versions.get(digest, 0))
            for (digest, language), n in sorted(
                self.texts.items(), key=lambda item: (-item[1], item[0])
            )
        )
