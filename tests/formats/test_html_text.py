import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitionkit.formats.html_text import text_of_html


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("", ""),
        ("Plain\ntext", "Plain\ntext"),
        ("1 &lt; 2 &amp; 3&nbsp;a", "1 < 2 & 3 a"),
        ("<p>One</p><p>Two <b>bold</b> word</p>", "One\n\nTwo bold word"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<ul><li>x</li><li>y</li></ul>", "x\ny"),
        ("<style>p{}</style><script>1</script>a</script>b", "ab"),
        ("<p>open <i>never closed", "open never closed"),
        ("a <!-- <p>no > --> b", "a b"),
        ("a <!-- never closed", "a"),
        ("a <b never closed", "a"),
        ("a < b, a <3 c & d", "a < b, a <3 c & d"),
        ("<script>never closed <p>", ""),
    ],
)
def test_html_is_read_as_text(markup: str, text: str) -> None:
    assert text_of_html(markup) == text


@given(st.text("<>&;/!-pbr \n\"'=a", max_size=60))
def test_anything_can_be_read(markup: str) -> None:
    assert "\x00" not in text_of_html(markup)


@pytest.mark.parametrize("unit", ["<", "<a ", "&", "<!--", "<p", "</", '<a b="'])
def test_hostile_markup_takes_no_more_than_its_length(unit: str) -> None:
    """Ten times as much takes nothing like a hundred times as long."""

    def seconds(times: int) -> float:
        begun = time.process_time()
        text_of_html(unit * times)
        return time.process_time() - begun

    small = min(seconds(100_000) for _ in range(3))
    assert min(seconds(1_000_000) for _ in range(3)) < 50 * small + 0.05
