"""A promise that a store cannot make is not collected, and its suite says why."""

import unittest
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import pytest

from petitionkit.store import Store
from petitionkit.stores.memory import MemoryStore
from petitionkit.testing import StoreConformance

RACE = "test_of_threads_that_race_for_one_claim_one_wins"
PROCESSES = "test_what_processes_did_at_once_is_explained_by_some_order_of_their_steps"


class ForOneThread(StoreConformance, unittest.TestCase):
    __test__ = False  # it is looked at here, not run
    threads = False

    def open_store(self) -> AbstractContextManager[Store]:
        return nullcontext(MemoryStore())


class ForManyAgain(ForOneThread):
    threads = True

    def opener(self, store: Store) -> Callable[[], Store]:
        raise NotImplementedError(store)


class WithoutAPromise(ForManyAgain):
    test_closing_twice_is_closing_once = None  # type: ignore[assignment]
    test_of_threads_that_race_for_one_claim_one_wins = None  # type: ignore[assignment]


class StillWithoutIt(WithoutAPromise):
    pass


def names(suite: type[unittest.TestCase]) -> set[str]:
    return set(unittest.defaultTestLoader.getTestCaseNames(suite))


def test_a_suite_leaves_out_what_its_store_cannot_do_and_says_why() -> None:
    left_out = dict(ForOneThread.left_out)
    assert left_out.pop(PROCESSES) == "opener is not given"
    assert RACE in left_out
    assert set(left_out.values()) == {"threads = False"}
    assert names(ForOneThread).isdisjoint(ForOneThread.left_out)


def test_what_a_subclass_can_do_again_is_taken_up_again() -> None:
    assert ForManyAgain.left_out == {}
    assert names(ForManyAgain) == names(ForOneThread) | ForOneThread.left_out.keys()


def test_what_somebody_took_out_by_hand_stays_out() -> None:
    gone = {RACE, "test_closing_twice_is_closing_once"}
    assert names(WithoutAPromise) == names(ForManyAgain) - gone
    assert names(StillWithoutIt) == names(WithoutAPromise)
    assert WithoutAPromise.left_out == {}


@pytest.mark.parametrize("suite", [ForOneThread, ForManyAgain])
def test_nothing_is_skipped(suite: type[unittest.TestCase]) -> None:
    result = unittest.TestResult()
    suite("test_closing_twice_is_closing_once").run(result)
    assert (result.testsRun, result.skipped, result.failures) == (1, [], [])
