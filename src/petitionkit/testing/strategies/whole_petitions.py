"""Strategies for petitions: whole ones with all their parts, and ones that have a history.

What they draw can be written down and is in order by itself; a petition's facts need not be
what any policy leads to, for which see ``lives``.
"""

from datetime import UTC, datetime, timedelta
from functools import cache
from uuid import UUID

from attrs import evolve
from hypothesis import strategies as st

from petitionkit.facts import Event, Fact
from petitionkit.lifecycle import Place
from petitionkit.parties import Addressee, Answer, Author, AuthorRole, Delivery, Party, PartyKind
from petitionkit.petition import (
    CountEffect,
    DeclaredCount,
    Edit,
    Identifier,
    Petition,
    PetitionText,
    Relation,
    RelationKind,
)
from petitionkit.testing.strategies.clauses import COUNTERS

__all__ = ["declared_counts", "histories", "instants", "petitions"]

_START = datetime(2026, 3, 1, 12, tzinfo=UTC)


@cache
def instants() -> st.SearchStrategy[datetime]:
    """Instants in UTC, from 1970 to 2100."""
    return st.datetimes(
        datetime(1970, 1, 1),  # noqa: DTZ001 (Hypothesis adds the zone)
        datetime(2100, 1, 1),  # noqa: DTZ001
        timezones=st.just(UTC),
    )


_codes = st.text("abcxyz019-_.", max_size=10)
_words = st.text("aÄß李\u05d0 .'9", max_size=12).map("A{}z".format)
# Direction overrides are refused in every text of a petition, and have tests of their own.
_BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_free = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters=_BIDI), max_size=12
)


@cache
def declared_counts() -> st.SearchStrategy[DeclaredCount]:
    """Totals that somebody declares, of every effect."""
    return st.builds(
        DeclaredCount,
        counter=st.sampled_from(COUNTERS),
        amount=st.integers(0, 10**9),
        source=_words,
        as_of=instants(),
        recorded_at=instants(),
        effect=st.sampled_from(CountEffect),
    )


_facts = st.builds(
    Fact,
    event=st.sampled_from(Event),
    at=instants(),
    recorded_at=instants(),
    actor=_codes,
    rule=_codes,
    subject=_codes,
    until=st.none() | instants(),
    numbers=st.lists(st.tuples(_codes, st.integers(-(10**12), 10**12)), max_size=3).map(tuple),
    engine=_codes,
)
_texts = st.lists(
    st.builds(
        PetitionText,
        language=st.sampled_from(["en", "de", "pt-BR", "sr-Latn-RS"]),
        title=_words,
        body=_free.map("\n{}\n".format),
        version=st.integers(1, 9),
        edit=st.sampled_from(Edit),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda text: (text.language, text.version),
).map(tuple)
_clean_texts = _texts.filter(lambda texts: all("\x00" not in text.body for text in texts))
_addressees = st.lists(
    st.builds(
        Addressee,
        key=_codes.map("k{}".format),
        name=_words,
        place=_free,
        delivery=st.none()
        | st.builds(Delivery, at=instants(), count=st.integers(0, 10**9), receipt=_codes),
        answer=st.none() | st.builds(Answer, at=instants(), summary=_free, url=_codes),
    ),
    max_size=3,
    unique_by=lambda addressee: addressee.key,
).map(tuple)


@st.composite
def petitions(draw: st.DrawFn) -> Petition:
    """Any petition with all its parts; its facts need not be a history."""
    return Petition(
        id=draw(st.uuids()),
        office=draw(_free),
        realm=draw(_codes),
        starter=Party(
            kind=draw(st.sampled_from(PartyKind)), name=draw(_words), reference=draw(_codes)
        ),
        texts=draw(_clean_texts),
        addressees=draw(_addressees),
        authors=tuple(
            draw(
                st.lists(
                    st.builds(
                        Author,
                        name=_words,
                        role=st.sampled_from(AuthorRole),
                        reference=_codes,
                        accepted=st.none() | st.integers(1, 9),
                    ),
                    max_size=2,
                )
            )
        ),
        identifiers=tuple(
            draw(
                st.lists(
                    st.builds(Identifier, system=_words, value=_words),
                    max_size=2,
                    unique_by=lambda identifier: (identifier.system, identifier.value),
                )
            )
        ),
        slugs=tuple(draw(st.lists(_codes, max_size=3, unique=True))),
        related=tuple(
            draw(
                st.lists(
                    st.builds(Relation, kind=st.sampled_from(RelationKind), petition_id=st.uuids()),
                    max_size=2,
                )
            )
        ),
        declared=tuple(draw(st.lists(declared_counts(), max_size=3))),
        facts=tuple(draw(st.lists(_facts, max_size=4))),
        version=draw(st.integers(1, 10**6)),
    )


_SET_AN_END = (Event.OPENED, Event.EXTENDED, Event.REOPENED)


@st.composite
def histories(draw: st.DrawFn) -> Petition:
    """A petition whose facts follow the lifecycle table, hours apart, some at one instant."""
    place, at, ends = Place(), _START, None
    untold: Fact | None = None
    facts: list[Fact] = []
    for _ in range(draw(st.integers(0, 8))):
        at += timedelta(hours=draw(st.integers(0, 48)))
        if place.allows(Event.CLOSED) and ends is not None and at >= ends:
            # The time is up: the only move left is to record it, at the deadline.
            place = place.after(Event.CLOSED)
            closed = _plain(Event.CLOSED, ends, at, "window")
            untold = None if draw(st.booleans()) else closed
            if untold is None:
                facts.append(closed)
        allowed = [event for event in Event if place.allows(event)]
        # Most events change no state; those that do are the ones to try one after the other.
        steps = [event for event in allowed if place.after(event).state is not place.state]
        event = draw(st.sampled_from(steps or allowed) | st.sampled_from(allowed))
        if event is Event.REOPENED and untold is not None:
            # Only what is known to be closed is opened again: each step records what went before.
            facts.append(untold)
            untold = None
        fact = _plain(event, at, at, draw(_codes))
        if event in _SET_AN_END:
            ends = draw(st.none() | st.integers(1, 100).map(lambda h: _START + timedelta(hours=h)))
            ends = None if ends is not None and ends <= at else ends
            fact = evolve(fact, until=ends)
        facts.append(fact)
        place = place.after(event)
    base = draw(st.sampled_from(_BASES))
    return evolve(base, facts=tuple(facts))


def _plain(event: Event, at: datetime, recorded_at: datetime, subject: str) -> Fact:
    return Fact(event=event, at=at, recorded_at=recorded_at, rule="rule", subject=subject)


_BASES = [
    Petition(
        id=UUID("01890a5d-ac96-774b-bcce-b302099a8057"),
        starter=Party(kind=PartyKind.PERSON, name="Ada"),
        texts=(PetitionText(language="en", title="Keep the park"),),
    )
]
