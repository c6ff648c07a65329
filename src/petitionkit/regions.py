"""Regions in public statistics: where few have signed, nobody is to be told who they are.

A number of one or two in a small place says who signed. Decides which regions are shown and
which are put together; where the numbers come from is the caller's affair.
"""

from collections.abc import Mapping

from attrs import frozen

from petitionkit.disclosure import Disclosure, SmallRegions

__all__ = ["RegionCounts", "public_regions"]


@frozen(kw_only=True)
class RegionCounts:
    """Signatures by region as they may be published, in the order of their codes.

    ``others`` is how many have signed in regions that are not shown; None where that is not
    told either, because the policy withholds it or all regions together are too few. A region
    in which nobody has signed is not shown.
    """

    shown: tuple[tuple[str, int], ...] = ()
    others: int | None = 0


def public_regions(counts: Mapping[str, int], disclosure: Disclosure) -> RegionCounts:
    """Put together, or leave out, regions with fewer signatures than the policy's ``fewest``.

    What is left out is never fewer than that either: one small region alone could be told
    from the total less all others, so the smallest that could be shown joins it. ``counts``
    are signatures by the region's code.
    """
    by_size = sorted((amount, code) for code, amount in counts.items() if amount > 0)
    apart, hidden = list(by_size), 0
    while apart and (apart[0][0] < disclosure.fewest or 0 < hidden < disclosure.fewest):
        hidden += apart.pop(0)[0]
    told = disclosure.small_regions is SmallRegions.MERGED
    if 0 < hidden < disclosure.fewest:  # all regions together are too few
        return RegionCounts(others=None)
    return RegionCounts(
        shown=tuple(sorted((code, amount) for amount, code in apart)),
        others=hidden if told else None,
    )
