import io
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petitionkit.errors import UnreadableFileError
from petitionkit.facts import Event, Fact
from petitionkit.formats.decidim import Initiative, read_initiatives, write_initiatives
from petitionkit.petition import Identifier, Petition, PetitionText

NOW = datetime(2024, 6, 1, tzinfo=UTC)
NEW_ID = UUID(int=7)
HEADER = (
    "reference;title/en;title/ca;description/en;state;created_at;published_at;"
    "signature_end_date;signatures;hashtag;scope/id"
)
ROW = (
    "BCN-INIT-1;Keep the park;;<p>It is <b>ours</b>.</p>;accepted;2024-01-01 08:00:00 UTC;"
    "2024-01-02T08:00:00+01:00;2024-03-31;321;park;"
)


def read(path: Path, text: str, zone: str = "Europe/Madrid") -> list[Initiative]:
    path.write_text(text, "utf-8")
    return list(read_initiatives(path, new_id=lambda: NEW_ID, now=NOW, zone_key=zone))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "initiatives.csv"


def test_an_initiative_is_a_petition_whose_total_is_known(path: Path) -> None:
    [found] = read(path, f"{HEADER}\n{ROW}\n")
    petition = found.petition
    assert [(t.language, t.title, t.body) for t in petition.texts] == [
        ("en", "Keep the park", "It is ours.")
    ]
    assert petition.identifiers == (Identifier(system="decidim", value="BCN-INIT-1"),)
    assert petition.declared[0].amount == 321
    end = datetime(2024, 3, 31, 22, tzinfo=UTC)  # the end of that day in Madrid, in summer
    assert [(f.event, f.at, f.until) for f in petition.facts] == [
        (Event.STARTED, datetime(2024, 1, 1, 8, tzinfo=UTC).replace(hour=7), None),
        (Event.OPENED, datetime(2024, 1, 2, 7, tzinfo=UTC), end),
        (Event.CLOSED, end, None),
    ]
    assert found.unmapped == ("hashtag",)


def test_one_that_was_never_published_has_only_begun(path: Path) -> None:
    [found] = read(path, "reference;title/en;signatures;state;created_at\nA;Park;0;created;\n")
    assert found.petition.facts == ()


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("", "roll.empty", 0),
        ("reference;signatures\nA;1\n", "decidim.no_header", 1),
        ("name;title/en\nA;1\n", "decidim.no_header", 1),
        (HEADER + "\n" + ROW.replace("321", "many"), "decidim.wrong_value", 2),
        (HEADER + "\n" + ROW.replace("321", "9" * 30), "decidim.wrong_value", 2),
        (HEADER + "\n" + ROW.replace("2024-03-31", "soon"), "decidim.wrong_value", 2),
        (HEADER + "\n" + ROW.replace("2024-01-01 08", "x"), "decidim.wrong_value", 2),
        (HEADER + "\n" + ROW.replace("Keep the park", ""), "decidim.wrong_value", 2),
        (HEADER + "\nA;\n", "decidim.wrong_value", 2),
        (HEADER.replace("/en", "/e}n") + "\n" + ROW, "decidim.wrong_value", 2),
        (HEADER + "\n" + ROW.replace("BCN-INIT-1", ""), "decidim.wrong_value", 2),
    ],
)
def test_what_is_none_is_refused_with_its_line(path: Path, text: str, code: str, line: int) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        read(path, text)
    assert (caught.value.problem_code, caught.value.line) == (code, line)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="cannot be read"):
        list(read_initiatives(tmp_path, new_id=lambda: NEW_ID, now=NOW))


WORDS = st.text("ab <&>=+-'ä;\"\n", max_size=9)
# HTML keeps neither runs of blanks nor more than one empty line.
BODIES = st.text("ab<&>=+-'ä;\"\n", max_size=9).filter(lambda text: "\n\n\n" not in text)
MIDNIGHTS = st.integers(1, 20_000).map(
    lambda day: datetime.fromordinal(719_163 + day).replace(tzinfo=UTC)
)
MOMENTS = st.integers(0, 10**9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@st.composite
def initiatives(draw: st.DrawFn) -> tuple[Petition, int]:
    """A petition that says only what the file can."""
    languages = draw(st.sampled_from([("en",), ("en", "ca")]))
    texts = tuple(
        PetitionText(language=one, title=draw(WORDS.map("A{}z".format)), body=draw(BODIES))
        for one in languages
    )
    opened, until = draw(st.none() | MOMENTS), draw(st.none() | MIDNIGHTS)
    facts: list[tuple[Event, datetime, str, datetime | None]] = [
        (Event.STARTED, draw(MOMENTS), "created_at", None)
    ]
    if opened:
        facts.append((Event.OPENED, opened, "published_at", until))
    if opened and until and draw(st.booleans()):
        facts.append((Event.CLOSED, until, "signature_end_date", None))
    petition = Petition(
        id=NEW_ID,
        texts=texts,
        identifiers=(Identifier(system="decidim", value=draw(WORDS.map("R{}".format))),),
        facts=tuple(
            Fact(
                event=event,
                at=at,
                recorded_at=NOW,
                rule=f"decidim:{column}",
                subject="window" if event is Event.CLOSED else "",
                until=end,
            )
            for event, at, column, end in facts
        ),
    )
    return petition, draw(st.integers(0, 10**9))


@given(st.lists(initiatives(), max_size=3))
@settings(max_examples=100)
def test_initiatives_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, told: list[tuple[Petition, int]]
) -> None:
    file = io.BytesIO()
    assert write_initiatives(file, told, languages=("en", "ca")) == len(told)
    path = tmp_path_factory.mktemp("decidim") / "a.csv"
    found = read(path, file.getvalue().decode(), "UTC")
    assert [(one.petition.declared[0].amount, one.unmapped) for one in found] == [
        (count, ()) for _, count in told
    ]
    for one, (petition, _) in zip(found, told, strict=True):
        assert one.petition.texts == petition.texts
        assert one.petition.identifiers == petition.identifiers
        assert one.petition.facts == petition.facts


def test_a_petition_without_a_reference_goes_by_its_id(path: Path) -> None:
    file = io.BytesIO()
    bare = Petition(id=NEW_ID, texts=(PetitionText(language="fr", title="Parc"),))
    write_initiatives(file, [(bare, 1)], languages=("en", "fr"))
    [found] = read(path, file.getvalue().decode())
    assert found.petition.identifiers[0].value == str(NEW_ID)
    assert [one.language for one in found.petition.texts] == ["fr"]
