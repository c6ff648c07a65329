"""Concurrent histories: several workers on one petition, and an order that explains the end.

Each worker takes its steps one after the other while the others take theirs. Whatever they were
answered and whatever is there in the end must be what some order of all steps would have given,
each worker's own order kept. The order is searched for on a model of plain values.
"""

import multiprocessing
import traceback
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier as ProcessBarrier
from random import Random
from threading import Barrier, BrokenBarrierError
from typing import Protocol

from attrs import evolve, frozen

from petitionkit.errors import StoreUnavailableError
from petitionkit.facts import Event, Fact
from petitionkit.ledger import Delta, Entry, Notice, NoticeKind, Request, Situation, Watch
from petitionkit.limits import Choice
from petitionkit.petition import Petition
from petitionkit.store import Store
from petitionkit.tally import Tally
from petitionkit.testing.bench import look
from petitionkit.testing.oracle import first_reading
from petitionkit.testing.samples import (
    DAY_ZERO,
    a_claim,
    at,
    number_id,
    plain_petition,
    plain_signature,
    revision,
)

__all__ = ["Race", "Step", "Verb", "some_races", "with_processes", "with_threads"]

_PATIENCE = 300
_TRIES = 20
_LEVEL = 2
_SIGNERS = (1, 2, 3)


class Verb(Choice):
    """What a worker does in one call of the store."""

    SIGN = "sign"
    """Sign, unless the claim is held or the petition shut."""
    SIGN_BOTH = "sign both"
    """The same for this signer and the next, in one call."""
    LEAVE = "leave"
    """Withdraw whoever holds the claim."""
    SHUT = "shut"
    """Write on the petition that nobody may sign any more."""
    NOTE = "note"
    """Write something on the petition."""
    READ = "read"
    """Look at the count and at all holders."""


@frozen(kw_only=True)
class Step:
    """One call: ``number`` is unique in its race, and the minute of what it moves."""

    verb: Verb
    number: int
    who: int = 1

    def __repr__(self) -> str:
        """In the words of an office."""
        return f"{self.verb} {self.who} (step {self.number})"


Race = tuple[tuple[Step, ...], ...]
"""What each worker does, in order."""

Answer = object


def some_races(count: int, *, workers: int = 3, steps: int = 4, seed: int = 0) -> Sequence[Race]:
    """Races to run, the same for the same seed."""
    chance = Random(seed)  # noqa: S311 (no secrets here)
    verbs = [Verb.SIGN, Verb.SIGN, Verb.SIGN_BOTH, Verb.LEAVE, Verb.NOTE, Verb.READ, Verb.SHUT]
    return [
        tuple(
            tuple(
                Step(
                    verb=chance.choice(verbs),
                    number=1 + worker * steps + place,
                    who=chance.choice(_SIGNERS),
                )
                for place in range(steps)
            )
            for worker in range(workers)
        )
        for _ in range(count)
    ]


@frozen(kw_only=True)
class _Sheet:
    """The model: what is there after some of the steps."""

    holders: frozenset[tuple[int, int]] = frozenset()
    rows: frozenset[tuple[int, bool]] = frozenset()
    notes: tuple[str, ...] = ()
    moves: frozenset[tuple[int, int]] = frozenset()

    @property
    def count(self) -> int:
        return sum(amount for _, amount in self.moves)

    def sign(self, number: int, who: int) -> tuple["_Sheet", bool]:
        if "shut" in self.notes or who in dict(self.holders):
            return self, False
        signed = evolve(
            self,
            holders=self.holders | {(who, number)},
            rows=self.rows | {(number, True)},
            moves=self.moves | {(number, 1)},
        )
        return signed, True

    def after(self, step: Step) -> tuple["_Sheet", Answer]:
        held = dict(self.holders)
        match step.verb:
            case Verb.SIGN:
                sheet, won = self.sign(step.number, step.who)
                return sheet, [won]
            case Verb.SIGN_BOTH:
                sheet, first = self.sign(step.number, step.who)
                sheet, second = sheet.sign(_OTHER + step.number, _next(step.who))
                return sheet, [first, second]
            case Verb.LEAVE:
                gone = held.get(step.who, 0)
                if not gone:
                    return self, [False]
                left = evolve(
                    self,
                    holders=self.holders - {(step.who, gone)},
                    rows=self.rows - {(gone, True)} | {(gone, False)},
                    moves=self.moves | {(step.number, -1)},
                )
                return left, [True]
            case Verb.READ:
                return self, [(self.count, tuple(sorted(held.values())))]
            case _:
                return evolve(self, notes=(*self.notes, _word(step))), 2 + len(self.notes)


_OTHER = 1000


def _next(who: int) -> int:
    return who % len(_SIGNERS) + 1


def _word(step: Step) -> str:
    return "shut" if step.verb is Verb.SHUT else f"note {step.number}"


def _signing(number: int, who: int) -> Request[bool]:
    def admit(seen: Situation) -> Entry[bool]:
        shut = any(fact.subject == "shut" for fact in seen.petition.facts)
        if shut or seen.holders:
            return Entry(answer=False)
        petition_id = seen.petition.id
        # Rows of several races have ids of their own.
        own = number_id(petition_id.int * 10_000 + number)
        signature = evolve(plain_signature(1), id=own, petition_id=petition_id)
        notice = Notice(id=own, kind=NoticeKind.CONFIRM, petition_id=petition_id, at=at(number))
        return Entry(
            answer=True,
            signature=signature,
            claims=(a_claim(who),),
            deltas=(Delta(counters=("supporters",), amount=1, at=at(number % _OTHER)),),
            notices=(notice,),
        )

    return Request(admit=admit, claims=(a_claim(who),))


def _leaving(number: int, who: int) -> Request[bool]:
    def admit(seen: Situation) -> Entry[bool]:
        if not seen.holders:
            return Entry(answer=False)
        gone = evolve(seen.holders[0], withdrawn_at=at(number))
        moves = (Delta(counters=("supporters",), amount=-1, at=at(number)),)
        return Entry(answer=True, signature=gone, release=True, deltas=moves)

    return Request(admit=admit, claims=(a_claim(who),))


def _reading() -> Request[tuple[int, tuple[int, ...]]]:
    def admit(seen: Situation) -> Entry[tuple[int, tuple[int, ...]]]:
        holders = tuple(sorted(_number(holder.id.int) for holder in seen.holders))
        return Entry(answer=(seen.counts.get("supporters", 0), holders))

    return Request(admit=admit, claims=tuple(a_claim(who) for who in _SIGNERS))


def _number(row: int) -> int:
    return row % 10_000


def _take(store: Store, petition: int, step: Step) -> Answer:
    """Take a step at the store."""
    key = number_id(petition)
    match step.verb:
        case Verb.SIGN:
            return store.sign(key, [_signing(step.number, step.who)])
        case Verb.SIGN_BOTH:
            other = _signing(_OTHER + step.number, _next(step.who))
            return store.sign(key, [_signing(step.number, step.who), other])
        case Verb.LEAVE:
            return store.sign(key, [_leaving(step.number, step.who)])
        case Verb.READ:
            return store.sign(key, [_reading()])
        case _:
            fact = Fact(
                event=Event.TEXT_CHANGED, at=DAY_ZERO, recorded_at=DAY_ZERO, subject=_word(step)
            )

            def change(seen: Petition, tally: Tally) -> object:
                watches = tuple(_watch(level.level) for level in tally.levels)
                return revision(seen.with_facts(fact), watches=watches)

            return store.update(key, change).version  # type: ignore[arg-type]


def _watch(level: int) -> Watch:
    return Watch(counter="supporters", level=level, since=DAY_ZERO)


def _end(store: Store, petition: int) -> Answer:
    """What is there in the end."""
    key = number_id(petition)
    rows = [one.signature for one in store.signatures(key)]
    holders = look(store, *(a_claim(who) for who in _SIGNERS), petition=petition).holdings
    digests = {a_claim(who).digest: who for who in _SIGNERS}
    tally = store.tally(key)
    return (
        {(_number(row.id.int), row.withdrawn_at is None) for row in rows},
        {(digests[one.digest], _number(one.holder.int)) for one in holders if one.holder.int},
        tuple(fact.subject for fact in store.petition(key).facts[1:]),
        tally.count("supporters"),
        tally.reached_at("supporters", _LEVEL),
        {_number(n.id.int) for n in store.notices(limit=100_000) if n.petition_id == key},
    )


def _expected(sheet: _Sheet) -> Answer:
    moves = [(number % _OTHER, amount) for number, amount in sheet.moves]
    reached = first_reading(_LEVEL, 0, moves)
    return (
        set(sheet.rows),
        set(sheet.holders),
        sheet.notes,
        sheet.count,
        None if reached is None else at(reached),
        {number for number, _ in sheet.rows},
    )


def _explained(race: Race, answers: Sequence[Sequence[Answer]], end: Answer) -> bool:
    """Whether some order of the steps gives these answers and this end."""
    done: set[tuple[tuple[int, ...], _Sheet]] = set()
    begun = [((0,) * len(race), _Sheet())]
    while begun:
        places, sheet = begun.pop()
        over = all(place == len(steps) for place, steps in zip(places, race, strict=True))
        if over and _expected(sheet) == end:
            return True
        for worker, place in enumerate(places):
            if place < len(race[worker]):
                later, answer = sheet.after(race[worker][place])
                if answer != answers[worker][place]:
                    continue
                ahead = (*places[:worker], place + 1, *places[worker + 1 :])
                if (ahead, later) not in done:
                    done.add((ahead, later))
                    begun.append((ahead, later))
    return False


def _prepare(store: Store, races: Sequence[Race]) -> None:
    for petition in range(1, 1 + len(races)):
        store.add(revision(plain_petition(petition), watches=(_watch(_LEVEL),)))


def _judge(store: Store, races: Sequence[Race], answers: Sequence[Sequence[list[Answer]]]) -> None:
    """Raise ``AssertionError`` for the first race that no order explains."""
    for petition, race in enumerate(races, start=1):
        given = [worker[petition - 1] for worker in answers]
        end = _end(store, petition)
        if not _explained(race, given, end):
            told = "\n".join(
                f"worker {n}: {list(zip(steps, said, strict=True))}"
                for n, (steps, said) in enumerate(zip(race, given, strict=True), start=1)
            )
            raise AssertionError(f"no order of the steps explains\n{told}\nand the end {end}")


class _Waits(Protocol):
    def wait(self, timeout: float | None = None) -> int:
        """Wait for the others."""
        ...  # pragma: no cover (a protocol's body never runs)


def _run(store: Store, races: Sequence[Race], worker: int, barrier: _Waits) -> list[list[Answer]]:
    """One worker's part in all races, each begun together with the others."""
    found = []
    for petition, race in enumerate(races, start=1):
        barrier.wait(_PATIENCE)
        found.append([_take_again(store, petition, step) for step in race[worker]])
    return found


def _take_again(store: Store, petition: int, step: Step) -> Answer:
    """Take a step, again where the store says that nothing was written and to try again."""
    for _ in range(_TRIES):
        try:
            return _take(store, petition, step)
        except StoreUnavailableError as error:
            if not error.retryable:
                raise
    return _take(store, petition, step)


def with_threads(
    store: Store,
    races: Sequence[Race],
    together: Callable[[Sequence[Callable[[], None]]], None],
) -> None:
    """Run races with a thread for each worker, all on one store that is empty.

    ``together`` runs calls in threads of their own. ``AssertionError`` where the end of a race
    cannot be explained.
    """
    workers = len(races[0])
    barrier = Barrier(workers)
    answers: list[list[list[Answer]]] = [[]] * workers
    _prepare(store, races)

    def work(worker: int) -> None:
        answers[worker] = _run(store, races, worker, barrier)

    together([partial(work, worker) for worker in range(workers)])
    _judge(store, races, answers)


def _in_process(
    opener: Callable[[], Store],
    races: Sequence[Race],
    worker: int,
    barrier: ProcessBarrier,
    answers: Connection,
) -> None:  # pragma: no cover (runs in a process of its own, which may be measured or not)
    try:
        with closing(opener()) as store:
            answers.send(_run(store, races, worker, barrier))
    except BrokenBarrierError:
        answers.send("")  # whoever broke it says why
    except BaseException:  # whatever it was, the others are not to wait for this one
        barrier.abort()
        answers.send(traceback.format_exc())
        raise


def with_processes(
    store: Store,
    opener: Callable[[], Store],
    races: Sequence[Race],
    *,
    patience: float = _PATIENCE,
) -> None:
    """Run races with a process for each worker; ``opener`` opens what ``store`` has kept, there.

    ``AssertionError`` where the end of a race cannot be explained, and where a process fails or
    has not answered after ``patience`` seconds.
    """
    fresh = multiprocessing.get_context("spawn")
    workers = len(races[0])
    barrier = fresh.Barrier(workers)
    _prepare(store, races)
    pipes = [fresh.Pipe(duplex=False) for _ in range(workers)]
    processes = [
        fresh.Process(target=_in_process, args=(opener, races, worker, barrier, sends))
        for worker, (_, sends) in enumerate(pipes)
    ]
    for process in processes:
        process.start()
    try:
        answers = []
        for worker, (receives, sends) in enumerate(pipes):
            sends.close()  # so that the end of a process is the end of its pipe
            if not receives.poll(patience):
                raise AssertionError(f"worker {worker + 1} did not answer in {patience} seconds")
            try:
                answers.append(receives.recv())
            except EOFError as error:
                raise AssertionError(f"worker {worker + 1} failed in its process") from error
    finally:
        for process in processes:
            process.join(patience)
            process.kill()
    for worker, said in enumerate(answers, start=1):
        if isinstance(said, str) and said:
            raise AssertionError(f"worker {worker} failed in its process:\n{said}")
    _judge(store, races, answers)
