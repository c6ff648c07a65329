"""A state machine: a desk over any store beside an office that works everything out by hand.

Every verb, in any order, with clocks that step back and processes that end, tidily or not, between
two steps or in the middle of one.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from datetime import timedelta
from typing import TypeVar, cast
from uuid import UUID

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
)

from petitionkit.ledger import Entry, Request, Situation
from petitionkit.standing import Standing
from petitionkit.store import Accountable, Store
from petitionkit.testing.petition_steps import MINUTES
from petitionkit.testing.signature_steps import LINES, Lines, SignatureSteps
from petitionkit.testing.town import KNOWN_BY, LEVELS

__all__ = ["store_machine"]

T = TypeVar("T")


def store_machine(
    open_store: Callable[[], AbstractContextManager[Store]],
    reopen: Callable[[Store], Store] | None = None,
) -> type[RuleBasedStateMachine]:
    """Make the machine for one kind of store.

    ``open_store`` gives a fresh and empty store for one life; ``reopen`` gives another store over
    what one has kept, closed or not, where the store says that it survives that. Run the machine
    with ``hypothesis.stateful.run_state_machine_as_test``, or collect its ``TestCase``.
    """
    survived = reopen is not None

    class StoreMachine(_DeskBesideOffice):
        survives = survived

        def open_place(self) -> AbstractContextManager[Store]:
            return open_store()

        def reopen(self, store: Store) -> Store:
            return reopen(store) if reopen else store

    return StoreMachine


class _Killed(BaseException):
    """What ends a process in the middle of a decision."""


class _Dying:
    """Shows the last decision of a call what the rows say, and never lets it answer."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def sign(self, petition_id: UUID, requests: Sequence[Request[T]]) -> list[T]:
        def admit(_situation: Situation) -> Entry[T]:
            raise _Killed

        dying = [evolve(request, admit=admit) for request in requests[-1:]]
        return self._store.sign(petition_id, [*requests[:-1], *dying])


class _DeskBesideOffice(SignatureSteps):
    petitions = SignatureSteps.petitions
    survives = False

    def reopen(self, store: Store) -> Store:
        raise NotImplementedError  # pragma: no cover (machines are made for a store)

    # Time

    @rule(passing=MINUTES)
    def time_passes(self, passing: int) -> None:
        self.now += timedelta(minutes=passing)

    @rule(back=st.sampled_from([1, 10]))
    def the_clock_steps_back(self, back: int) -> None:
        self.now -= timedelta(minutes=back)

    @rule()
    def tick(self) -> None:
        before = self.standings()
        self.desk.tick()
        assert self.standings() == before
        for sheet in self.office.sheets.values():
            sheet.settle(self.now)
        assert self.desk.tick().settled == 0

    @rule(tidily=st.booleans())
    def the_process_ends_and_another_begins(self, tidily: bool) -> None:  # noqa: FBT001
        before = self.standings()
        if tidily and self.survives:
            self.store.close()
        self.begin_again()
        assert self.standings() == before

    @rule(petition=petitions, batch=LINES)
    def the_process_is_killed_while_a_roll_comes_in(self, petition: UUID, batch: Lines) -> None:
        before, rows = self.standings(), self.rows(petition)
        with suppress(_Killed):
            self.desk_over(cast("Store", _Dying(self.store))).intake(
                petition, self.submissions(batch)
            )
        self.begin_again()
        assert (self.standings(), self.rows(petition)) == (before, rows)

    def begin_again(self) -> None:
        self.store = self.reopen(self.store)
        self.exits.callback(self.store.close)
        self.desk = self.desk_over(self.store)

    # Laws

    def standings(self) -> list[Standing]:
        return [self.desk.standing(petition) for petition in self.office.sheets]

    @invariant()
    def the_count_is_the_number_of_counted_and_not_withdrawn_supporters(self) -> None:
        for petition, sheet in self.office.sheets.items():
            found = self.desk.standing(petition)
            assert found.supporters == self.office.supporters(petition) + sheet.paper()
            assert found.persons == self.office.supporters(petition, "person")
            assert found.organisations == self.office.supporters(petition, "organisation")
            live = {s.signature.id for s in self.store.signatures(petition) if s.signature.live}
            assert len(live) == self.office.supporters(petition)

    @invariant()
    def every_counter_agrees_with_the_signatures(self) -> None:
        for petition in self.office.sheets if isinstance(self.store, Accountable) else ():
            assert list(self.desk.drift(petition)) == []

    @invariant()
    def nobody_has_two_live_signatures_in_one_realm(self) -> None:
        seen = set()
        for petition, sheet in self.office.sheets.items():
            for numbered in self.store.signatures(petition):
                who = numbered.signature.particulars
                if numbered.signature.live:
                    person = KNOWN_BY.get(who.email) or who.name.lower()
                    assert (sheet.realm, person) not in seen
                    seen.add((sheet.realm, person))

    @invariant()
    def status_and_thresholds_are_what_the_office_works_out(self) -> None:
        for petition, sheet in self.office.sheets.items():
            found = self.desk.standing(petition)
            assert found.status.state.value == sheet.state(self.now)
            assert found.signing.answer == (sheet.state(self.now) == "open")
            reached = {t.key: t.reached_at for t in found.thresholds}
            wanted = LEVELS if sheet.rules else {}
            # What the clock that stepped back has ahead of it again is not so yet.
            known = {key: sheet.reached(key) for key in wanted}
            assert reached == {
                key: None if at is None or at > self.now else at for key, at in known.items()
            }

    @invariant()
    def the_office_is_told_once_of_all_that_came_about(self) -> None:
        told = sorted(
            (n.petition_id, n.kind.value, n.subject)
            for n in self.desk.notices(limit=10_000)
            if n.attempt_id is None
        )
        assert told == sorted(
            (petition, *news)
            for petition, sheet in self.office.sheets.items()
            for news in sheet.told
        )
