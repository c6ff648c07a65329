"""What a catalogue promises: petitions are found by what they are, page by page, and in time."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from attrs import evolve

from petitionkit.catalogue import Catalogue, Listed, Order, Search
from petitionkit.errors import AlreadyExistsError, NotFoundError
from petitionkit.facts import Event, Fact, State
from petitionkit.ledger import Watch
from petitionkit.parties import Addressee, Party, PartyKind
from petitionkit.petition import Petition, PetitionText
from petitionkit.store import Store
from petitionkit.testing.bench import counted, raises
from petitionkit.testing.promises.opening import StoreOpener
from petitionkit.testing.samples import (
    DAY_ZERO,
    LATE,
    NOON,
    always,
    at,
    number_id,
    plain_petition,
    revision,
)

__all__ = ["CatalogueConformance"]

_TICK = timedelta(microseconds=1)
_ANYTHING = Search(order=Order.OLDEST)


def _listing(store: Store) -> Catalogue:
    assert isinstance(store, Catalogue)
    return store


def _found(store: Store, search: Search = _ANYTHING, when: datetime = NOON) -> list[int]:
    """Numbers of the petitions that are listed."""
    return [one.petition_id.int for one in _listing(store).listed(search, when)]


def _one(store: Store, when: datetime, *states: State) -> list[bool]:
    """Whether the state of the only petition holds; nothing where it is not listed."""
    return [one.holds for one in _listing(store).listed(Search(states=states), when)]


def _begun(n: int, minute: float) -> Petition:
    fact = Fact(event=Event.STARTED, at=at(minute), recorded_at=LATE)
    return plain_petition(n, facts=(fact,))


_OAK = plain_petition(
    1,
    starter=Party(kind=PartyKind.PERSON, name="Ada", reference="account 7"),
    texts=(
        PetitionText(language="en", title="Save the oak"),
        PetitionText(language="pt-BR", title="Salve o carvalho"),
    ),
    addressees=(Addressee(key="council", name="Council", place="Claremont"),),
    tags=("trees", "Parks"),
)
_BENCH = plain_petition(
    2,
    texts=(PetitionText(language="en", title="A bench"),),
    addressees=(Addressee(key="mayor", name="Mayor", place="Claremont"),),
    tags=("parks",),
)


class CatalogueConformance(StoreOpener):
    """The contract of ``petitionkit.catalogue.Catalogue``, besides that of a store."""

    def test_petitions_are_found_by_whatever_they_are_listed_under(self) -> None:
        with self.open_store() as store:
            store.add(revision(_OAK))
            store.add(revision(_BENCH))
            for search, wanted in (
                (Search(), [1, 2]),
                (Search(addressee="council"), [1]),
                (Search(place="Claremont"), [1, 2]),
                (Search(starter="account 7"), [1]),
                (Search(language="en"), [1, 2]),
                (Search(language="pt-BR"), [1]),
                (Search(language="pt"), []),
                (Search(tag="parks"), [2]),
                (Search(tag="Parks"), [1]),
                (Search(tag="council"), []),
                (Search(place="Claremont", tag="trees", addressee="council"), [1]),
                (Search(place="Claremont", tag="trees", addressee="mayor"), []),
            ):
                assert sorted(_found(store, search)) == wanted, search

    def test_a_petition_is_listed_under_what_it_is_now(self) -> None:
        with self.open_store() as store:
            store.add(revision(_OAK))
            changed = evolve(_OAK, starter=None, addressees=_BENCH.addressees, tags=("trees",))
            store.update(number_id(1), always(revision(changed)))
            for gone in (
                Search(addressee="council"),
                Search(starter="account 7"),
                Search(tag="Parks"),
            ):
                assert _found(store, gone) == [], gone
            assert _found(store, Search(addressee="mayor", tag="trees")) == [1]

    def test_a_write_that_fails_leaves_the_lists_as_they_were(self) -> None:
        with self.open_store() as store:
            store.add(revision(evolve(_OAK, slugs=("oak",))))
            store.add(revision(_BENCH))
            taken = evolve(_BENCH, slugs=("oak",), tags=("trees",))
            made = revision(taken, state=State.CLOSED)
            raises(AlreadyExistsError, store.update, number_id(2), always(made))
            assert _found(store, Search(tag="trees")) == [1]
            assert _found(store, Search(tag="parks", states=(State.OPEN,))) == [2]

    def test_offices_are_listed_apart_or_together(self) -> None:
        with self.open_store() as store:
            for n, name in enumerate(("north", "south", "")):
                store.add(revision(plain_petition(n, office=name, tags=("trees",))))
            assert _found(store, Search(office="south", tag="trees")) == [1]
            assert _found(store, Search(office="")) == [2]
            assert _found(store, Search(office="Nor")) == []
            assert sorted(_found(store)) == [0, 1, 2]

    def test_those_begun_last_or_first_come_first_and_then_their_ids_decide(self) -> None:
        with self.open_store() as store:
            for n, minute in ((3, 1), (1, 2), (5, 0), (4, 1)):
                store.add(revision(_begun(n, minute)))
            store.add(revision(plain_petition(2, facts=()), as_of=at(1)))
            assert _found(store, Search(order=Order.OLDEST)) == [5, 2, 3, 4, 1]
            assert _found(store, Search(order=Order.NEWEST)) == [1, 4, 3, 2, 5]

    def test_a_petition_keeps_its_place_whatever_is_written_to_it(self) -> None:
        with self.open_store() as store:
            for n in (1, 2):
                store.add(revision(_begun(n, n)))
            earlier = Fact(event=Event.COUNT_DECLARED, at=at(-9), recorded_at=NOON)
            told = _begun(2, 2).with_facts(earlier)
            store.update(number_id(2), always(revision(told, as_of=NOON)))
            assert _found(store) == [1, 2]

    def test_every_state_is_told_as_it_was_stored(self) -> None:
        with self.open_store() as store:
            for n, state in enumerate(State):
                store.add(revision(_begun(n, n), state=state))
            assert list(_listing(store).listed(_ANYTHING, NOON)) == [
                Listed(petition_id=number_id(n), state=state) for n, state in enumerate(State)
            ]
            for n, state in enumerate(State):
                assert _found(store, Search(states=(state,))) == [n]
            assert sorted(_found(store, Search(states=tuple(State)[:2]))) == [0, 1]

    def test_a_state_holds_from_when_it_was_stored_until_it_is_due(self) -> None:
        with self.open_store() as store:
            store.add(revision(plain_petition(), as_of=at(3), due_at=NOON))
            for when in (at(3), at(3) + _TICK, NOON - _TICK):
                assert _one(store, when, State.OPEN) == [True], when
                assert _one(store, when, State.CLOSED) == [], when
            for when in (at(3) - _TICK, NOON, LATE):
                assert _one(store, when, State.CLOSED) == [False], when
                assert _one(store, when) == [False], when
            made = revision(plain_petition(), state=State.CLOSED, as_of=NOON)
            store.update(number_id(1), always(made))
            assert _one(store, LATE, State.CLOSED) == [True]
            assert _one(store, LATE, State.OPEN) == []
            assert _one(store, NOON - _TICK, State.OPEN) == [False]

    def test_what_does_not_hold_is_listed_only_where_the_rest_agrees(self) -> None:
        with self.open_store() as store:
            store.add(revision(evolve(_OAK, office="north"), due_at=at(0)))
            assert _found(store, Search(states=(State.CLOSED,), tag="trees")) == [1]
            assert _found(store, Search(states=(State.CLOSED,), tag="parks")) == []
            assert _found(store, Search(states=(State.CLOSED,), office="south")) == []

    def test_a_state_holds_no_longer_than_until_a_watched_level_is_reached(self) -> None:
        with self.open_store() as store:
            watch = Watch(counter="supporters", level=3, since=DAY_ZERO)
            store.add(revision(plain_petition(), watches=(watch,)))
            counted(store, (1, 2))
            assert _one(store, at(9), State.OPEN) == [True]
            counted(store, (5, 1))
            assert _one(store, at(9), State.CLOSED) == [False]
            assert _one(store, at(9)) == [False]
            assert _one(store, at(5) - _TICK, State.CLOSED) == []
            assert _one(store, at(5) - _TICK) == [True]
            store.update(number_id(1), lambda p, _tally: revision(p, as_of=at(9), watches=(watch,)))
            assert _one(store, at(9), State.OPEN) == [True]

    def test_pages_of_petitions_neither_skip_nor_repeat_while_others_arrive(self) -> None:
        for order in Order:
            with self.open_store() as store:
                for n in range(1, 10):
                    store.add(revision(evolve(_begun(n, n % 4), tags=("trees",))))
                first = _found(store, Search(order=order))
                pages = list(_turned(store, Search(order=order, tag="trees")))
                assert [n for n in pages if n < 100] == first, order
                assert len(set(pages)) == len(pages), order

    def test_nothing_comes_after_a_petition_that_is_not_there(self) -> None:
        with self.open_store() as store:
            store.add(revision(plain_petition()))
            unknown = number_id(9)
            raises(NotFoundError, _listing(store).listed, Search(), NOON, after=unknown)


def _turned(store: Store, search: Search) -> Iterator[int]:
    """Turn the pages of two, and have others sign, change and begin petitions meanwhile."""
    after = None
    for turn in range(1, 9):
        page = _listing(store).listed(search, NOON, after=after, limit=2)
        assert page, "what was begun meanwhile stands at the end, and there is none"
        yield from (one.petition_id.int for one in page)
        after = page[-1].petition_id
        counted(store, (turn, turn), petition=turn)
        told = Fact(event=Event.FOUND, at=at(turn), recorded_at=NOON)
        store.update(after, always(revision(store.petition(after).with_facts(told))))
        for n, minute in ((100 + turn, -turn), (200 + turn, 9 + turn)):
            store.add(revision(evolve(_begun(n, minute), tags=("trees",))))
