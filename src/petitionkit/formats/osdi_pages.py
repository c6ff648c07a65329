"""OSDI's pages of resources, with links to those beside them.

Decides how a page is said and checked; what its resources are is known to ``osdi``. Knows no
HTTP: links are made of the address that the caller gives. Source: osdi-docs.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen

from petitionkit.formats.json_text import parse
from petitionkit.formats.osdi import resource_faults
from petitionkit.formats.shapes import checked, is_count, is_text, keyed, listed, or_null, that

__all__ = ["Collection", "collection", "item_path", "read_collection"]

Plain = Mapping[str, Any]


@frozen(kw_only=True)
class Collection:
    """A page of resources; ``next`` and ``previous`` are addresses, None at the ends."""

    items: tuple[Plain, ...]
    page: int
    total_pages: int
    total_records: int
    next: str | None = None
    previous: str | None = None


def collection(
    items: Sequence[Plain], rel: str, *, url: str, page: int, per_page: int, total: int
) -> dict[str, Any]:
    """Make a page of resources, such as ``osdi:petitions``, with links to those beside it."""
    pages = max(1, -(-total // per_page))
    links: dict[str, Any] = {"self": {"href": f"{url}?page={page}"}}
    if page < pages:
        links["next"] = {"href": f"{url}?page={page + 1}"}
    if page > 1:
        links["previous"] = {"href": f"{url}?page={page - 1}"}
    return {
        "total_pages": pages,
        "per_page": per_page,
        "page": page,
        "total_records": total,
        "_links": links,
        "_embedded": {rel: list(items)},
    }


def read_collection(raw: bytes, rel: str) -> Collection:
    """Read a page of resources of one kind; raises ``UnreadableFileError`` with the place."""
    link = or_null(keyed({"href": or_null(that(is_text))}))
    counts = dict.fromkeys(("total_pages", "page", "total_records"), or_null(that(is_count)))
    shape = keyed(
        {
            **counts,
            "_links": or_null(keyed({"next": link, "previous": link})),
            "_embedded": keyed({rel: listed(resource_faults)}, rel),
        },
        "_embedded",
    )
    plain = checked(parse(raw), shape, raw, "osdi")
    links = plain.get("_links") or {}
    items = tuple(plain["_embedded"][rel])
    return Collection(
        items=items,
        page=plain.get("page") or 1,
        total_pages=plain.get("total_pages") or 1,
        total_records=plain.get("total_records") or len(items),
        next=(links.get("next") or {}).get("href"),
        previous=(links.get("previous") or {}).get("href"),
    )


def item_path(rel: str, number: int) -> str:
    """Where an item, counted from 0, stands in a page: the ``path`` of its resource's reader."""
    return f"_embedded.{rel}.{number}"
