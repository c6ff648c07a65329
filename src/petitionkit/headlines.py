"""What the counter on a petition's page says, as numbers; the sentence is the app's.

Decides the arithmetic of 'X and 922 others' and its plural: the starter is named only while
the starter is one of the supporters, so that nobody is promised twice or left out.
"""

from attrs import frozen

from petitionkit.facts import State
from petitionkit.petition import Petition
from petitionkit.plural import plural_category
from petitionkit.standing import Standing

__all__ = ["Headline", "headline"]


@frozen(kw_only=True)
class Headline:
    """A counter: ``named`` and ``others`` together are ``supporters``.

    ``named`` is empty where the starter does not stand among the supporters; then ``others``
    is everybody. ``category`` is the plural category of ``supporters`` and ``others_category``
    that of ``others`` in the language asked for. ``over``: the petition no longer takes
    signatures, so the past tense is due ('had 923 supporters') and nobody is called to join.
    """

    supporters: int
    category: str
    named: str
    others: int
    others_category: str
    over: bool


def headline(petition: Petition, standing: Standing, *, language: str = "") -> Headline:
    """Compute the counter; ``language`` defaults to the petition's first one."""
    tag = language or petition.text().language
    # A total declared in place of the signatures may leave no room for the starter.
    included = standing.starter_included and standing.supporters > 0
    others = standing.supporters - included
    return Headline(
        supporters=standing.supporters,
        category=plural_category(standing.supporters, tag),
        named=petition.starter.name if petition.starter and included else "",
        others=others,
        others_category=plural_category(others, tag),
        over=standing.status.state in (State.CLOSED, State.WITHDRAWN),
    )
