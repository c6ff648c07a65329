"""Every broken store is rejected, by the promise that it breaks and in its words."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar
from uuid import UUID

import broken_keyed_stores as keyed
import broken_stores as broken
import pytest
from callers import joined
from encrypting import RING
from hypothesis import Phase, settings

from petitionkit.encryption import DataKeys, EncryptedStore, MemoryWrappedKeys
from petitionkit.errors import PetitionkitError, StoreUnavailableError
from petitionkit.ledger import Request
from petitionkit.store import Store
from petitionkit.stores.memory import MemoryStore
from petitionkit.stores.sqlite import SQLiteStore, migrate
from petitionkit.testing import (
    Caller,
    CatalogueConformance,
    ErasingConformance,
    JoiningConformance,
    KeyedConformance,
    StoreConformance,
)
from petitionkit.testing.bench import together
from petitionkit.testing.races import Step, Verb, some_races, with_processes, with_threads

T = TypeVar("T")

BROKEN: list[tuple[type[MemoryStore], str]] = [
    (broken.ForgetsUniquenessUnderThreads, "of threads that race for one claim one wins"),
    (
        broken.ForgetsUniquenessUnderThreads,
        "what threads did at once is explained by some order of their steps",
    ),
    (
        broken.LosesUpdatesUnderThreads,
        "what threads did at once is explained by some order of their steps",
    ),
    (
        broken.TearsABatch,
        "what threads did at once is explained by some order of their steps",
    ),
    (broken.CountsAWithdrawalTwice, "counters move by the deltas exactly"),
    (broken.ForgetsThatALevelWasReached, "a reading stays when the count falls later"),
    (
        broken.ReadsLevelsInTheOrderOfArrival,
        "a line that comes late moves the reading to where it belongs",
    ),
    (broken.LosesMicroseconds, "every field of a signature comes back"),
    (broken.NormalisesNames, "every field of a signature comes back"),
    (broken.FoldsTheCaseOfClaims, "claims that differ by the case of a letter are two"),
    (broken.MixesSlots, "slots of one claim are held apart"),
    (broken.KeepsClaimsByPetition, "petitions of one realm share claims"),
    (broken.ReleasesTooLittle, "claims change hands within one call"),
    (broken.TearsABatch, "a decision that raises undoes those before it"),
    (broken.ShowsEachDecisionTheBeginning, "a decision sees the effect of those before it"),
    (
        broken.WrapsWhatDecisionsRaise,
        "an exception of the kits own kind comes out unchanged",
    ),
    (broken.PagesByOffset, "pages neither skip nor repeat while signatures arrive"),
    (
        broken.GivesAChangedRowANewNumber,
        "a signature of the same id replaces the row and keeps its number",
    ),
    (broken.DropsNoticesOnRollback, "a write that fails drops no notice of an earlier one"),
    (broken.SendsWhatWasNotCommitted, "a decision that raises undoes those before it"),
    (broken.ListsNoticesById, "notices of every method come oldest first"),
    (broken.LeasesForNobody, "what is leased is nobody elses until the lease ends"),
    (broken.LetsAnybodyPutOff, "whoever lost the lease puts nothing off"),
    (broken.DropsTheDead, "the dead are kept apart with their reason"),
    (
        broken.KeepsPersonalDataOfUsedAttempts,
        "an attempt of the same id takes the place of the first",
    ),
    (broken.CountsTheAttemptsOwnMail, "mails to a mailbox are counted after an instant"),
    (
        broken.RemembersTheLastAmendmentOnly,
        "amendments come back in order and with their signature alone",
    ),
    (
        broken.LeavesWhatStoodBefore,
        "what stood before is written anew where an entry says so",
    ),
    (broken.WatchesNothingAnew, "an entry that watches a level anew forgets its reading"),
    (
        broken.ForgetsKeysOfReleasedClaims,
        "keys that claims were made with are remembered for ever",
    ),
    (broken.RingsForNobody, "a petition is due as soon as a watched level is reached"),
    (broken.ListsDuePetitionsById, "petitions are due in the order of their instants"),
    (broken.OverwritesOnAdd, "a taken id is refused and the first petition stays"),
    (
        broken.TakesTheVersionFromTheChange,
        "a changed petition gets the next version whatever the change says",
    ),
    (broken.LosesUpdatesUnderThreads, "updates from threads all take effect"),
    (broken.AsksForNothingThatIsNotThere, "an unknown petition is not found by any method"),
]
COUNTS_ONCE = "whoever is erased and signs again counts once and figures stay"
BROKEN_ERASING: list[tuple[type[MemoryStore], str]] = [
    (
        broken.KeepsPersonalDataAfterErasure,
        "attempts are blanked so many at a time and those of one petition",
    ),
    (broken.KeepsTracesOfErasedAttempts, "traces of the petition go with its attempts"),
    (broken.ReleasesTheClaimsOfWhoeverIsErased, "claims stay where they are not released"),
    (broken.ReleasesTheClaimsOfWhoeverIsErased, COUNTS_ONCE),
    (broken.KeepsTheClaimsOfWhoeverIsErased, COUNTS_ONCE),
    (broken.ForgetsToCountWhoeverIsErased, COUNTS_ONCE),
    (
        broken.KeepsWhatStoodBeforeErasing,
        "what is kept beside an erased signature says nothing more",
    ),
]
BROKEN_CATALOGUES: list[tuple[type[MemoryStore], str]] = [
    (
        broken.PagesTheCatalogueByOffset,
        "pages of petitions neither skip nor repeat while others arrive",
    ),
    (broken.TrustsStatesForEver, "a state holds from when it was stored until it is due"),
    (
        broken.TrustsStatesBeforeTheyWereStored,
        "a state holds from when it was stored until it is due",
    ),
    (
        broken.TrustsStatesAfterALevelWasReached,
        "a state holds no longer than until a watched level is reached",
    ),
    (
        broken.LeavesOutWhatDoesNotHold,
        "what does not hold is listed only where the rest agrees",
    ),
    (broken.ListsUnderWhatItWas, "a petition is listed under what it is now"),
    (broken.MixesOffices, "offices are listed apart or together"),
    (
        broken.ListsPetitionsById,
        "those begun last or first come first and then their ids decide",
    ),
    (
        broken.ListsByTheLatestChange,
        "a petition keeps its place whatever is written to it",
    ),
]
BROKEN_JOINING = [
    (
        broken.CommitsTheCallersTransaction,
        "the apps rows and the stores are committed together",
    ),
    (
        broken.JoinsOnlyAfterTheCallersFirstStatement,
        "they are rolled back together when the store wrote first",
    ),
    (
        broken.RollsBackTheCallersTransaction,
        "a call that fails leaves the callers own writes and no others",
    ),
    (
        broken.CommitsWhenItIsClosed,
        "closing the store leaves the callers transaction open",
    ),
]


def name_of(one: object) -> str:
    return getattr(one, "__name__", "")


def complaint(suite: object, promise: str) -> Exception:
    """What comes out of one promise of a suite."""
    # RuntimeError: what a store that lost half of its rows may well come to.
    with pytest.raises((AssertionError, PetitionkitError, RuntimeError)) as caught:
        getattr(suite, f"test_{promise.replace(' ', '_')}")()
    return caught.value


@pytest.mark.parametrize(("kind", "promise"), BROKEN, ids=name_of)
def test_a_broken_store_is_rejected_by_the_promise_that_it_breaks(
    kind: type[MemoryStore], promise: str
) -> None:
    class Suite(StoreConformance):
        races = 60

        def open_store(self) -> AbstractContextManager[Store]:
            return nullcontext(kind())

    found = complaint(Suite(), promise)
    assert found.__notes__ == [f"broken promise: {promise}"]


@pytest.mark.parametrize(("kind", "promise"), BROKEN_ERASING, ids=name_of)
def test_a_store_that_erases_badly_is_rejected_by_the_promise_that_it_breaks(
    kind: type[MemoryStore], promise: str
) -> None:
    class Suite(ErasingConformance):
        def open_store(self) -> AbstractContextManager[Store]:
            return nullcontext(kind())

    # Before it may stand what Hypothesis has to say of a history.
    assert complaint(Suite(), promise).__notes__[-1] == f"broken promise: {promise}"


@pytest.mark.parametrize(
    ("kind", "promise"),
    [
        (keyed.DestroysNothing, "everybody behind a destroyed key reads as erased"),
        (keyed.TellsWhatStoodBefore, "everybody behind a destroyed key reads as erased"),
        (keyed.DestroysNothing, "whoever signed still holds their claim"),
        (keyed.DestroysAllKeys, "people of other petitions are read as before"),
        (keyed.DestroysAllKeys, "destroying again and keys of nobody changes nothing"),
        (keyed.CountsWhoeverIsErasedOut, "what counts rest on is as it was"),
        (keyed.ForgetsThatKeysAreDestroyed, "nobody is taken in without a key"),
    ],
)
def test_a_store_that_destroys_keys_badly_is_rejected_by_the_promise_that_it_breaks(
    kind: type[EncryptedStore], promise: str
) -> None:
    class Suite(KeyedConformance):
        def open_store(self) -> AbstractContextManager[Store]:
            return nullcontext(kind(MemoryStore(), DataKeys(MemoryWrappedKeys(), RING)))

    assert complaint(Suite(), promise).__notes__[-1] == f"broken promise: {promise}"


@pytest.mark.parametrize(("kind", "promise"), BROKEN_CATALOGUES, ids=name_of)
def test_a_store_that_lists_badly_is_rejected_by_the_promise_that_it_breaks(
    kind: type[MemoryStore], promise: str
) -> None:
    class Suite(CatalogueConformance):
        def open_store(self) -> AbstractContextManager[Store]:
            return nullcontext(kind())

    assert complaint(Suite(), promise).__notes__ == [f"broken promise: {promise}"]


@pytest.mark.parametrize(("kind", "promise"), BROKEN_JOINING, ids=name_of)
def test_a_store_that_joins_badly_is_rejected_by_the_promise_that_it_breaks(
    kind: type[broken._Joined], promise: str
) -> None:
    class Suite(JoiningConformance):
        def open_joined(self) -> AbstractContextManager[tuple[Store, Caller]]:
            return joined(broken.joining(kind))

    found = complaint(Suite(), promise)
    assert found.__notes__ == [f"broken promise: {promise}"]


class InProcesses(StoreConformance):
    """A store that forgets uniqueness where it is another process that signs."""

    races = 40

    @contextmanager
    def open_store(self) -> Iterator[Store]:
        with TemporaryDirectory() as folder:
            self.path = Path(folder) / "petitions.db"
            migrate(self.path)
            with closing(broken.ForgetsUniquenessOfProcesses(self.path)) as store:
                yield store

    def opener(self, store: Store) -> Callable[[], Store]:  # noqa: ARG002 (the path tells enough)
        return partial(broken.ForgetsUniquenessOfProcesses, self.path)


def test_a_store_that_forgets_other_processes_is_rejected_in_its_words() -> None:
    promise = "what processes did at once is explained by some order of their steps"
    found = complaint(InProcesses(), promise)
    assert found.__notes__ == [f"broken promise: {promise}"]
    assert "no order of the steps explains" in str(found)


@pytest.mark.parametrize(("refusals", "retryable"), [(5, True), (21, True), (1, False)])
def test_a_store_may_ask_to_try_again_but_not_for_ever(*, refusals: int, retryable: bool) -> None:
    class Overtaken(MemoryStore):
        left = refusals

        def sign(self, petition_id: UUID, requests: Sequence[Request[T]]) -> list[T]:
            if self.left:
                self.left -= 1
                raise StoreUnavailableError("somebody was quicker", retryable=retryable)
            return super().sign(petition_id, requests)

    races = some_races(1, workers=1)
    if refusals == 5:
        with_threads(Overtaken(), races, together)
    else:
        with pytest.raises(StoreUnavailableError):
            with_threads(Overtaken(), races, together)


def test_processes_that_fail_or_hang_are_told_of() -> None:
    races = some_races(1)
    with pytest.raises(AssertionError, match="worker 1 failed in its process"):
        with_processes(MemoryStore(), int, races)  # type: ignore[arg-type]
    with pytest.raises(AssertionError, match="worker 1 failed in its process"):
        with_processes(MemoryStore(), partial(os._exit, 1), races)
    with pytest.raises(AssertionError, match="worker 1 did not answer in 0 seconds"):
        with_processes(MemoryStore(), MemoryStore, races, patience=0)


def test_a_process_that_fails_says_why_and_the_others_do_not_wait_for_it(tmp_path: Path) -> None:
    reads, notes = Step(verb=Verb.READ, number=1), Step(verb=Verb.NOTE, number=2)
    migrate(tmp_path / "store.db")
    opener = partial(broken.LosesItsTemper, tmp_path / "store.db")
    with (
        closing(SQLiteStore(tmp_path / "store.db")) as store,
        pytest.raises(AssertionError, match=r"(?s)worker 2 failed in its process:.*not again"),
    ):
        with_processes(store, opener, [((reads,), (notes,))] * 2, patience=60)


class Killed(StoreConformance):
    """A store that keeps everything, as long as nobody pulls the plug."""

    @contextmanager
    def open_store(self) -> Iterator[Store]:
        self.disk = broken.Disk()
        yield broken.WritesItsFileWhenItIsClosed(self.disk)

    def reopen(self, store: Store) -> Store:  # noqa: ARG002 (the disk tells enough)
        return broken.WritesItsFileWhenItIsClosed(self.disk)


@pytest.fixture
def _no_shrinking() -> Iterator[None]:
    """Whoever only wants to know that a law fails need not wait for its shortest example."""
    settings.register_profile("unshrunk", settings(), phases=[Phase.generate])
    settings.load_profile("unshrunk")
    yield
    settings.load_profile("default")


@pytest.mark.usefixtures("_no_shrinking")
def test_a_store_that_loses_what_was_written_before_a_crash_is_rejected_by_the_machine() -> None:
    promise = "a desk over this store agrees with an office that works by hand"
    assert complaint(Killed(), promise).__notes__[-1] == f"broken promise: {promise}"


class ClosedForGood(MemoryStore):
    def close(self) -> None:
        self._shelves = None  # type: ignore[assignment]


class Unkept(StoreConformance):
    lives = 10

    def open_store(self) -> AbstractContextManager[Store]:
        return closing(ClosedForGood())


def test_a_store_that_does_not_survive_is_not_closed_in_the_middle_of_a_life() -> None:
    Unkept().test_a_desk_over_this_store_agrees_with_an_office_that_works_by_hand()


def _divide() -> None:
    divmod(1, 0)


def test_what_a_thread_raises_comes_out() -> None:
    with pytest.raises(ZeroDivisionError):
        together([lambda: None, _divide])


def test_a_suite_says_which_hook_is_missing() -> None:
    with pytest.raises(NotImplementedError, match="give open_store"):
        StoreConformance().test_closing_twice_is_closing_once()
    with pytest.raises(NotImplementedError, match="give open_joined"):
        JoiningConformance().open_joined()
    with pytest.raises(NotImplementedError, match="say how to open again what"):
        StoreConformance().reopen(MemoryStore())
    with pytest.raises(NotImplementedError, match="say how another process opens"):
        StoreConformance().opener(MemoryStore())
