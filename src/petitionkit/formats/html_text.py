"""Text out of HTML: what a reader would read of it, paragraphs apart.

Keeps no markup, no script and no style, and cleans nothing for a browser. The standard
library's parser takes time by the square of hostile markup; this scan goes through it once.
"""

import re
from html import unescape

from petitionkit.text import clean_block

__all__ = ["text_of_html"]

_BREAKS = dict.fromkeys(("br", "li", "tr", "ul", "ol", "table"), "\n") | dict.fromkeys(
    "p div h1 h2 h3 h4 h5 h6 blockquote hr pre".split(), "\n\n"
)
_UNREAD = ("script", "style")
_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)|<[!?]")
_MANY_LINES = re.compile(r"\n{3,}")


def text_of_html(markup: str) -> str:
    """Read HTML as text; what is no markup comes back as it is, tidied."""
    if "<" not in markup and "&" not in markup:
        return clean_block(markup)
    parts: list[str] = []
    at = 0
    for tag in _TAG.finditer(markup):
        if tag.start() < at:
            continue  # within a comment, a script or another tag
        parts.append(_shown(markup[at : tag.start()]))
        name = (tag[1] or "").lower()
        at = _end(markup, tag)
        if name in _UNREAD and not tag[0].startswith("</"):
            closing = re.compile(f"</{name}", re.IGNORECASE).search(markup, at)
            at = closing.start() if closing else len(markup)
        mark = _BREAKS.get(name, "")
        parts.append("" if mark == "\n" and tag[0].startswith("</") else mark)
        if at == len(markup):
            break  # a tag that is never closed hides the rest, as in a browser
    parts.append(_shown(markup[at:]))
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return clean_block(_MANY_LINES.sub("\n\n", "\n".join(lines)))


def _shown(text: str) -> str:
    """Text between tags, where a line end is a blank like any other."""
    return " ".join(unescape(text).split("\n"))


def _end(markup: str, tag: re.Match[str]) -> int:
    """Where a tag or a comment ends; the end of all where it does not."""
    mark = "-->" if markup.startswith("<!--", tag.start()) else ">"
    found = markup.find(mark, tag.end())
    return len(markup) if found < 0 else found + len(mark)
