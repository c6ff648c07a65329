from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from attrs import evolve

from petitionkit.errors import InvalidValueError
from petitionkit.facts import Event
from petitionkit.parties import Addressee, Author, AuthorRole, Delivery, Party, PartyKind
from petitionkit.petition import (
    DeclaredCount,
    Edit,
    Identifier,
    Petition,
    PetitionText,
    Relation,
    RelationKind,
)
from petitionkit.problems import Problem, problem
from samples import (
    DEADLINE,
    ENGLISH,
    GERMAN,
    HOUR,
    PETITION_ID,
    STARTER,
    T0,
    fact,
    opened,
    petition,
)


def _problems(build: Callable[[], object]) -> list[Problem]:
    with pytest.raises(InvalidValueError) as caught:
        build()
    return list(caught.value.problems)


def test_a_name_is_tidied_where_it_stands() -> None:
    assert Party(kind=PartyKind.PERSON, name="  Zoe\u0308  Berg ").name == "Zoë Berg"
    assert Author(name=" A ").name == "A"
    assert (
        Addressee(key="council", name=" The  Council ", place=" Claremont ").name == "The Council"
    )


@pytest.mark.parametrize(
    "build",
    [
        lambda name: Party(kind=PartyKind.PERSON, name=name),
        lambda name: Author(name=name),
        lambda name: Addressee(key="a", name=name),
    ],
)
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("", problem("required", "name")),
        ("\u200b", problem("required", "name")),
        ("a" * 256, problem("too_long", "name", length=256, limit=255)),
        ("a\x00", problem("control_character", "name", character="U+0000")),
        ("=1", problem("formula_start", "name", character="=")),
        ("www.x", problem("contains_url", "name")),
    ],
)
def test_a_name_that_no_list_could_show_is_refused(
    build: Callable[[str], object], name: str, expected: Problem
) -> None:
    assert _problems(lambda: build(name)) == [expected]


def test_a_name_of_255_characters_is_taken() -> None:
    assert len(Party(kind=PartyKind.PERSON, name="ä" * 255).name) == 255


def test_kinds_are_read_from_their_names() -> None:
    assert Party(kind="organisation", name="A").kind is PartyKind.ORGANISATION
    assert Author(name="A", role="deputy").role is AuthorRole.DEPUTY


def test_title_and_body_are_refused_together() -> None:
    found = _problems(lambda: PetitionText(language="en", title="", body="a\x00" + "b" * 40_000))
    assert found == [
        problem("required", "title"),
        problem("control_character", "body", character="U+0000"),
        problem("too_long", "body", length=40_002, limit=40_000),
    ]


def test_a_title_has_at_most_512_characters() -> None:
    assert PetitionText(language="en", title="a" * 512).body == ""
    assert _problems(lambda: PetitionText(language="en", title="a" * 513)) == [
        problem("too_long", "title", length=513, limit=512)
    ]


@pytest.mark.parametrize("language", ["", "e", "en_GB", "english-", "en-ä", "12"])
def test_what_is_no_language_tag_is_refused(language: str) -> None:
    with pytest.raises(InvalidValueError, match="language"):
        PetitionText(language=language, title="A")


def test_a_text_digest_is_of_language_title_and_body() -> None:
    digests = {
        text.digest
        for text in (ENGLISH, GERMAN, evolve(ENGLISH, title="Keep it"), evolve(ENGLISH, body=""))
    }
    assert len(digests) == 4
    assert evolve(ENGLISH, version=2, edit=Edit.EDITORIAL).digest == ENGLISH.digest


def test_the_realm_is_the_petition_itself_unless_one_is_given() -> None:
    assert petition().realm == "01890a5d-ac96-774b-bcce-b302099a8057"
    assert evolve(petition(), realm="for-and-against").realm == "for-and-against"


def test_parts_that_contradict_each_other_are_all_named() -> None:
    def build() -> Petition:
        return Petition(
            id=PETITION_ID,
            starter=STARTER,
            texts=(ENGLISH, evolve(ENGLISH, title="Another")),
            addressees=(Addressee(key="a", name="A"), Addressee(key="a", name="B")),
            identifiers=(Identifier(system="uk", value="1"), Identifier(system="uk", value="1")),
            slugs=("park", " park "),
        )

    assert _problems(build) == [
        problem("repeated", "texts"),
        problem("repeated", "addressees"),
        problem("repeated", "identifiers"),
        problem("repeated", "slugs"),
    ]


def test_a_petition_without_text_is_refused() -> None:
    found = _problems(lambda: Petition(id=PETITION_ID, starter=STARTER, texts=()))
    assert found == [problem("required", "texts")]


def test_the_current_text_is_the_highest_version_in_the_language() -> None:
    second = evolve(ENGLISH, version=2, edit=Edit.MATERIAL, title="Keep all parks")
    known = evolve(petition(), texts=(second, ENGLISH, GERMAN))
    assert known.text("en") == second
    assert known.text("de") == GERMAN
    assert known.text("fr") == second
    assert known.text() == second
    assert known.title == "Keep all parks"


def test_the_last_fact_of_an_event_is_the_latest_and_of_equals_that_recorded_last() -> None:
    early = fact(Event.POLICY_PINNED, T0, subject="a")
    late = fact(Event.POLICY_PINNED, T0 + HOUR, subject="b")
    later = fact(Event.POLICY_PINNED, T0 + HOUR, subject="c")
    assert petition(late, early).policy_digest == "b"
    assert petition(late, later, early).policy_digest == "c"
    assert petition(late).last(Event.OPENED) is None


def test_a_petition_without_pinned_policy_has_no_digest() -> None:
    assert petition(opened()).policy_digest is None


def test_facts_are_added_behind_those_that_are_there() -> None:
    first, second = fact(Event.STARTED, T0), opened()
    assert petition(first).with_facts(second).facts == (first, second)


def test_a_fact_tells_its_figures_by_name() -> None:
    reached = evolve(fact(Event.THRESHOLD_REACHED, T0), numbers=(("level", 5), ("persons", 3)))
    assert reached.number("persons") == 3
    with pytest.raises(KeyError):
        reached.number("organisations")


@pytest.mark.parametrize(
    "build",
    [
        lambda: Identifier(system="", value="1"),
        lambda: Identifier(system="uk", value=""),
        lambda: Delivery(at=T0, count=-1),
        lambda: Addressee(key="", name="A"),
        lambda: PetitionText(language="en", title="A", version=0),
        lambda: DeclaredCount(counter="", amount=1, source="x", as_of=T0, recorded_at=T0),
        lambda: DeclaredCount(counter="x", amount=-1, source="x", as_of=T0, recorded_at=T0),
        lambda: DeclaredCount(counter="x", amount=1, source="", as_of=T0, recorded_at=T0),
        lambda: evolve(petition(), version=0),
        lambda: Relation(kind="cousin", petition_id=UUID(int=1)),
    ],
)
def test_values_out_of_range_are_refused(build: Callable[[], object]) -> None:
    with pytest.raises(InvalidValueError):
        build()


def test_instants_of_values_are_kept_in_utc() -> None:
    assert Relation(kind=RelationKind.SIMILAR, petition_id=UUID(int=1)).kind == "similar"
    assert opened().until == DEADLINE
    delivery = Delivery(at=T0, count=0)
    assert delivery.at.utcoffset() == timedelta()
