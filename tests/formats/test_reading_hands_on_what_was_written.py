"""Whatever ``csv.writer`` wrote, in whatever encoding, comes out cell for cell."""

import codecs
import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from petitionkit.formats.roll import inspect_roll, read_roll

HEADER = ("Name", "E-mail", "Signed at", "Comment")
ENCODINGS = {
    "utf-8": b"",
    "utf-8 with mark": codecs.BOM_UTF8,
    "utf-16-le": b"",
    "utf-16-le with mark": codecs.BOM_UTF16_LE,
    "utf-16-be": b"",
    "utf-16-be with mark": codecs.BOM_UTF16_BE,
    "latin-1": b"",
}
anything = st.text(max_size=12) | st.sampled_from(
    ['"', "a\nb", "\r\n", "=1", "山田", ",;|\t", "\0"]
)
latin = st.text(st.characters(max_codepoint=255), max_size=12)


def line_breaks(text: str) -> int:
    return text.replace("\r\n", "\n").replace("\r", "\n").count("\n")


@given(data=st.data())
def test_reading_hands_on_what_was_written(data: st.DataObject) -> None:
    name, mark = data.draw(st.sampled_from(sorted(ENCODINGS.items())))
    encoding = name.removesuffix(" with mark")
    cells = latin if encoding == "latin-1" else anything
    rows = data.draw(st.lists(st.lists(cells, min_size=1, max_size=5), max_size=12))
    delimiter = data.draw(st.sampled_from(",;|\t"))
    end = data.draw(st.sampled_from(["\n", "\r\n", "\r"]))
    text = io.StringIO(newline="")
    # Sparing with quotation marks, the writer leaves a line end that is not its own bare.
    broken = any({"\r", "\n"} & set(cell) for row in rows for cell in row)
    all_quoted = broken or data.draw(st.booleans())
    writer = csv.writer(
        text,
        delimiter=delimiter,
        lineterminator=end,
        quoting=csv.QUOTE_ALL if all_quoted else csv.QUOTE_MINIMAL,
    )
    writer.writerow(HEADER)
    expected = []
    for row in rows:
        number = 1 + line_breaks(text.getvalue())
        writer.writerow(row)
        if any(cell.strip() for cell in row):
            expected.append((number, tuple(row)))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "roll"
        path.write_bytes(mark + text.getvalue().encode(encoding))
        roll = inspect_roll(path, encoding="latin-1" if encoding == "latin-1" else None)
        found = [(line.number, line.cells) for line in read_roll(roll)]
    assert found == expected
    assert roll.lines == len(expected)
    assert roll.delimiter == delimiter
    assert roll.header == HEADER
