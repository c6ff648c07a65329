import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitionkit.formats.cells import csv_plain, csv_safe

CELLS = st.text(st.sampled_from("'=+-@\t\r\n\uff1da 1"), max_size=6) | st.text(max_size=6)
FORMULA_STARTS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


@given(CELLS)
def test_reading_takes_off_exactly_what_writing_put_on(text: str) -> None:
    assert csv_plain(csv_safe(text)) == text


@given(CELLS)
def test_what_is_written_begins_with_no_formula(text: str) -> None:
    assert not csv_safe(text).startswith(FORMULA_STARTS)


@given(CELLS)
def test_only_what_is_marked_is_changed(text: str) -> None:
    if not text.lstrip("'").startswith(FORMULA_STARTS):
        assert csv_safe(text) == csv_plain(text) == text


@pytest.mark.parametrize(
    ("text", "cell"),
    [("=1+1", "'=1+1"), ("'=1", "''=1"), ("'t Hooft", "'t Hooft"), ("+44", "'+44"), ("", "")],
)
def test_cells_as_they_are_written(text: str, cell: str) -> None:
    assert csv_safe(text) == cell
