"""What every store promises, one promise per test, for whoever writes one.

Subclass ``StoreContract`` and give ``open_store``. Needs nothing of pytest but a collector of
plain methods. Hypothesis stays inside inner functions: ``@given`` on an inherited method fails
its health check as soon as there are two subclasses.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count, groupby
from threading import Barrier, Thread
from typing import TypeVar
from uuid import UUID

from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from petitionkit.errors import AlreadyExistsError, NotFoundError, StoreContractError
from petitionkit.ledger import (
    Claim,
    Delta,
    Entry,
    Notice,
    NoticeKind,
    Request,
    Revision,
    Situation,
    Watch,
)
from petitionkit.petition import (
    Addressee,
    Answer,
    Author,
    AuthorRole,
    CountEffect,
    DeclaredCount,
    Delivery,
    Edit,
    Event,
    Fact,
    Identifier,
    Party,
    PartyKind,
    Petition,
    PetitionText,
    Relation,
    RelationKind,
    State,
)
from petitionkit.signature import (
    Attempt,
    Attestation,
    AttestationKind,
    Channel,
    Particulars,
    Provenance,
    Role,
    Signature,
)
from petitionkit.store import SLUG, Store
from petitionkit.tally import Count, LevelReading, Tally

T = TypeVar("T")

NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
DAY_ZERO = datetime(2026, 1, 1, tzinfo=UTC)
ASTRAL = "Ǆ e\u0301 \U0001d504nna \U0001f469\U0001f3fd\u200d\U0001f680 مرحبا"
EARLY = datetime(1, 1, 2, tzinfo=UTC)
LATE = datetime(9999, 12, 30, 23, 59, 59, 999999, tzinfo=UTC)


class Refusal(Exception):  # noqa: N818 (what a decision raises is its own affair)
    """Raised by decisions under test, and known to no store."""


def number_id(n: int) -> UUID:
    return UUID(int=n)


def at(minutes: float) -> datetime:
    return DAY_ZERO + timedelta(minutes=minutes)


def plain_petition(n: int = 1, **parts: object) -> Petition:
    made = Petition(
        id=number_id(n),
        starter=Party(kind=PartyKind.PERSON, name="Ada"),
        texts=(PetitionText(language="en", title="Save the oak"),),
        facts=(Fact(event=Event.STARTED, at=DAY_ZERO, recorded_at=DAY_ZERO),),
    )
    return evolve(made, **parts)


def full_petition(n: int = 1) -> Petition:
    """A petition in which no field has its default."""
    return Petition(
        id=number_id(n),
        office="Länsi",
        realm="shared realm",
        starter=Party(kind=PartyKind.ORGANISATION, name=ASTRAL, reference="account 7"),
        texts=(
            PetitionText(language="en", title="Title", body="Line one\nLine two " + ASTRAL),
            PetitionText(language="en", title="Title 2", body="b", version=2, edit=Edit.MATERIAL),
            PetitionText(language="pt-BR", title="Título"),
        ),
        addressees=(
            Addressee(
                key="council",
                name="Council",
                place="Claremont",
                delivery=Delivery(at=NOON, count=3, receipt="R-1"),
                answer=Answer(at=LATE, summary="No.\nSorry.", url="https://example.org/a"),
            ),
        ),
        authors=(Author(name="Bo", role=AuthorRole.DEPUTY, reference="r", accepted=2),),
        identifiers=(Identifier(system="uk", value="241584"),),
        slugs=("save-the-oak", "oak"),
        related=(Relation(kind=RelationKind.FOLLOWS, petition_id=number_id(99)),),
        declared=(
            DeclaredCount(
                counter="supporters",
                amount=12,
                source="paper",
                as_of=NOON,
                recorded_at=LATE,
                effect=CountEffect.LARGER_OF,
            ),
        ),
        facts=(
            Fact(
                event=Event.OPENED,
                at=NOON,
                recorded_at=LATE,
                actor="clerk 4",
                rule="window",
                subject="s",
                until=LATE,
                numbers=(("level", 3), ("supporters", 4)),
                engine="petitionkit 9",
            ),
        ),
        version=1,
    )


def full_signature(n: int = 1, petition: int = 1) -> Signature:
    """A signature in which no field has its default."""
    return Signature(
        id=number_id(n),
        petition_id=number_id(petition),
        particulars=Particulars(
            name=ASTRAL,
            email="ä.b@exämple.org",
            phone="+442079460000",
            comment="one\n\ttwo 'quoted' \"twice\"; -- no statement",
            kind=PartyKind.ORGANISATION,
        ),
        role=Role.STARTER,
        provenance=Provenance(channel=Channel.PAPER, source="sha256:12", line=7),
        text_digest="d" * 64,
        language="pt-BR",
        signed_at=EARLY,
        counted_at=NOON,
        withdrawn_at=LATE,
        counters=("organisations", "starter", "supporters"),
        attestations=(
            Attestation(kind=AttestationKind.CLERK, at=NOON, by="clerk 4"),
            Attestation(kind=AttestationKind.MAIL_LINK, at=LATE),
        ),
    )


def plain_signature(n: int = 1, petition: int = 1, *, when: datetime = NOON) -> Signature:
    return Signature(
        id=number_id(n),
        petition_id=number_id(petition),
        particulars=Particulars(name=f"Signer {n}"),
        text_digest="d",
        language="en",
        signed_at=when,
        counted_at=when,
        counters=("supporters",),
    )


def full_attempt(n: int = 1, petition: int = 1) -> Attempt:
    return Attempt(
        id=number_id(n),
        petition_id=number_id(petition),
        particulars=full_signature().particulars,
        received_at=EARLY,
        expires_at=LATE,
        text_digest="t" * 64,
        language="fi",
        generation=3,
        signature_id=number_id(77),
    )


def a_notice(n: int = 1, petition: int = 1) -> Notice:
    return Notice(id=number_id(n), kind=NoticeKind.CLOSED, petition_id=number_id(petition), at=NOON)


def a_claim(n: int = 1, *, slot: int = 0, key: str = "k1") -> Claim:
    return Claim(kind="mailbox", key=key, digest=n.to_bytes(32, "big"), slot=slot)


def revision(
    petition: Petition,
    *,
    watches: tuple[Watch, ...] = (),
    due_at: datetime | None = None,
    notices: tuple[Notice, ...] = (),
) -> Revision[Petition]:
    return Revision(
        answer=petition,
        petition=petition,
        state=State.OPEN,
        due_at=due_at,
        watches=watches,
        notices=notices,
    )


def watch_from_now_on(store: Store, *watches: Watch, due_at: datetime | None = None) -> None:
    store.update(number_id(1), lambda p, _tally: revision(p, watches=tuple(watches), due_at=due_at))


def write(store: Store, *entries: Entry[T], petition: int = 1) -> list[T]:
    """Enter what needs no deciding, in one transaction."""
    requests = [Request(admit=lambda _seen, entry=entry: entry) for entry in entries]
    return store.sign(number_id(petition), requests)


def counted(store: Store, *moves: tuple[float, int], petition: int = 1) -> None:
    """Move the counter of supporters, each at its minute, in one transaction."""
    deltas = tuple(Delta(counters=("supporters",), amount=n, at=at(m)) for m, n in moves)
    write(store, Entry(answer=None, deltas=deltas), petition=petition)


def look(store: Store, *claims: Claim, petition: int = 1, **named: UUID) -> Situation:
    """What a decision sees that asks for these claims and rows."""
    seen: list[Situation] = []

    def admit(situation: Situation) -> Entry[None]:
        seen.append(situation)
        return Entry(answer=None)

    store.sign(number_id(petition), [Request(admit=admit, claims=claims, **named)])
    return seen[-1]


def everything(store: Store) -> object:
    """All that a store shows, to compare before and after."""
    petitions = store.petitions(limit=1000)
    return (
        [store.petition(p) for p in petitions],
        [store.tally(p) for p in petitions],
        [store.signatures(p) for p in petitions],
        [store.attempt(number_id(n)) for n in range(1, 20)],
        list(store.due(limit=1000)),
        list(store.notices(limit=1000)),
        list(store.claim_keys()),
    )


Moves = Sequence[tuple[int, int]]


def first_reading(level: int, since: int, moves: Moves) -> int | None:
    """Brute force: ask every instant in turn whether the running sum stood at the level.

    What a counter shows at an instant is every state that it goes through within that instant,
    and the last one until the next.
    """
    instants = sorted({when for when, _ in moves} | {since})
    ordered = sorted(moves, key=lambda move: move[0])
    stands = 0
    for instant in instants:
        within = [amount for when, amount in ordered if when == instant]
        shown = [] if within else [stands]
        for amount in within:
            stands += amount
            shown.append(stands)
        if instant >= since and any(n >= level for n in shown):
            return instant
    return None


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[object], int]:
    """Batches of (minute, amount), and watches (level, since), in any order of arrival."""
    steps: list[object] = []
    for _ in range(draw(st.integers(1, 6))):
        if draw(st.booleans()):
            steps.append((draw(st.integers(1, 4)), draw(st.integers(0, 8))))
        amounts = st.sampled_from([1, 1, 1, 2, -1, -2])
        steps.append(draw(st.lists(st.tuples(st.integers(0, 8), amounts), max_size=5)))
    if draw(st.booleans()):
        steps.append((draw(st.integers(1, 4)), draw(st.integers(0, 8))))
    return steps, draw(st.integers(0, 2))


class StoreContract:
    """The contract of ``petitionkit.store.Store``, in executable sentences.

    ``threads`` says that one store may be used by several threads at once.
    """

    threads = True

    def open_store(self) -> AbstractContextManager[Store]:
        """Give a fresh and empty store, with its schema applied."""
        raise NotImplementedError

    @contextmanager
    def store_with_petition(self, *petitions: Petition) -> Iterator[Store]:
        """A store that holds these petitions, or a plain one."""
        with self.open_store() as store:
            for petition in petitions or (plain_petition(),):
                store.add(revision(petition))
            yield store

    # Policies

    def test_a_policy_comes_back_as_it_was_added(self) -> None:
        with self.open_store() as store:
            store.add_policy("d1", ASTRAL)
            assert store.policy("d1") == ASTRAL

    def test_adding_a_policy_again_changes_nothing(self) -> None:
        with self.open_store() as store:
            store.add_policy("d1", "first")
            store.add_policy("d1", "second")
            assert store.policy("d1") == "first"

    def test_an_unknown_policy_is_not_found(self) -> None:
        with self.open_store() as store:
            raises(NotFoundError, store.policy, "nowhere")

    # Petitions

    def test_every_field_of_a_petition_comes_back(self) -> None:
        with self.store_with_petition(full_petition()) as store:
            assert store.petition(number_id(1)) == full_petition()

    def test_adding_answers_what_its_revision_says(self) -> None:
        with self.open_store() as store:
            assert store.add(revision(full_petition())) == full_petition()

    def test_an_unknown_petition_is_not_found_by_any_method(self) -> None:
        with self.store_with_petition() as store:
            nobody = number_id(404)
            before = everything(store)
            raises(NotFoundError, store.petition, nobody)
            raises(NotFoundError, store.tally, nobody)
            raises(NotFoundError, store.signatures, nobody)
            raises(NotFoundError, store.sign, nobody, [Request(admit=unreachable)])
            raises(NotFoundError, store.update, nobody, unreachable)
            assert everything(store) == before

    def test_a_taken_id_is_refused_and_the_first_petition_stays(self) -> None:
        with self.store_with_petition(full_petition()) as store:
            before = everything(store)
            raises(
                AlreadyExistsError, store.add, revision(plain_petition(1), notices=(a_notice(),))
            )
            assert everything(store) == before

    def test_a_slug_is_taken_within_its_office_alone(self) -> None:
        first = plain_petition(1, office="north", slugs=("oak",))
        with self.store_with_petition(first) as store:
            same = plain_petition(2, office="north", slugs=("elm", "oak"))
            raises(AlreadyExistsError, store.add, revision(same))
            assert store.find("north", SLUG, "elm") is None
            store.add(revision(evolve(same, office="south")))
            assert store.find("north", SLUG, "oak") == number_id(1)
            assert store.find("south", SLUG, "oak") == number_id(2)

    def test_an_identifier_is_taken_within_its_office_and_system_alone(self) -> None:
        def named(n: int, office: str, system: str) -> Petition:
            return plain_petition(
                n, office=office, identifiers=(Identifier(system=system, value="7"),)
            )

        with self.store_with_petition(named(1, "north", "uk")) as store:
            raises(AlreadyExistsError, store.add, revision(named(2, "north", "uk")))
            store.add(revision(named(3, "south", "uk")))
            store.add(revision(named(4, "north", "fi")))
            assert store.find("north", "uk", "7") == number_id(1)
            assert store.find("south", "uk", "7") == number_id(3)
            assert store.find("north", "fi", "7") == number_id(4)
            assert store.petitions() == [number_id(n) for n in (1, 3, 4)]

    def test_a_name_taken_by_an_update_is_refused_and_nothing_changes(self) -> None:
        first, second = plain_petition(1, slugs=("oak",)), plain_petition(2, slugs=("elm",))
        with self.store_with_petition(first, second) as store:
            before = everything(store)
            raises(
                AlreadyExistsError,
                store.update,
                number_id(2),
                lambda p, _tally: revision(
                    evolve(p, slugs=("ash", "oak")), notices=(a_notice(),), due_at=NOON
                ),
            )
            assert everything(store) == before
            assert store.find("", SLUG, "elm") == number_id(2)
            assert store.find("", SLUG, "ash") is None

    def test_a_name_that_is_given_up_is_free_again(self) -> None:
        first, second = plain_petition(1, slugs=("oak",)), plain_petition(2)
        with self.store_with_petition(first, second) as store:
            store.update(number_id(1), lambda p, _t: revision(evolve(p, slugs=("elm",))))
            store.update(number_id(2), lambda p, _t: revision(evolve(p, slugs=("oak",))))
            assert store.find("", SLUG, "oak") == number_id(2)
            assert store.find("", SLUG, "elm") == number_id(1)

    def test_a_name_that_a_petition_has_twice_is_its_own(self) -> None:
        twice = plain_petition(
            1, slugs=("oak",), identifiers=(Identifier(system=SLUG, value="oak"),)
        )
        with self.store_with_petition(twice) as store:
            assert store.find("", SLUG, "oak") == number_id(1)

    def test_petitions_are_listed_by_id_in_pages(self) -> None:
        some = [plain_petition(n) for n in (5, 1, 4, 2, 3)]
        with self.store_with_petition(*some) as store:
            assert store.petitions() == [number_id(n) for n in (1, 2, 3, 4, 5)]
            assert store.petitions(limit=2) == [number_id(1), number_id(2)]
            assert store.petitions(after=number_id(2), limit=2) == [number_id(3), number_id(4)]
            assert store.petitions(after=number_id(5)) == []

    # Updates

    def test_an_update_sees_petition_and_tally_and_answers_as_it_says(self) -> None:
        with self.store_with_petition() as store:
            counted(store, (1, 2))
            seen: list[tuple[Petition, Tally]] = []

            def change(petition: Petition, tally: Tally) -> Revision[str]:
                seen.append((petition, tally))
                return Revision(answer="done", petition=petition, state=State.OPEN)

            assert store.update(number_id(1), change) == "done"
            expected = Tally(counts=(Count(counter="supporters", amount=2),))
            assert seen[-1] == (plain_petition(), expected)

    def test_an_update_changes_every_field(self) -> None:
        with self.store_with_petition(plain_petition()) as store:
            wanted = evolve(
                full_petition(), facts=(*plain_petition().facts, *full_petition().facts)
            )
            store.update(number_id(1), lambda _p, _t: revision(wanted))
            assert store.petition(number_id(1)) == evolve(wanted, version=2)

    def test_a_changed_petition_gets_the_next_version_whatever_the_change_says(self) -> None:
        with self.store_with_petition() as store:
            for version in (1, 40):
                store.update(
                    number_id(1),
                    lambda p, _t, v=version: revision(evolve(p, slugs=(f"s{v}",), version=v)),
                )
            assert store.petition(number_id(1)).version == 3

    def test_an_equal_petition_keeps_its_version(self) -> None:
        with self.store_with_petition(full_petition()) as store:
            store.update(number_id(1), lambda p, _t: revision(p, due_at=NOON))
            assert store.petition(number_id(1)) == full_petition()

    def test_signatures_leave_the_petitions_version_alone(self) -> None:
        with self.store_with_petition() as store:
            write(store, Entry(answer=None, signature=plain_signature(), claims=(a_claim(),)))
            assert store.petition(number_id(1)).version == 1

    def test_facts_are_added_in_order(self) -> None:
        with self.store_with_petition() as store:
            more = [
                Fact(event=Event.TEXT_CHANGED, at=at(m), recorded_at=NOON, subject=str(m))
                for m in (9, 3, 3, 5)
            ]
            for fact in more:
                store.update(number_id(1), lambda p, _t, f=fact: revision(p.with_facts(f)))
            assert store.petition(number_id(1)).facts == (*plain_petition().facts, *more)

    def test_dropping_a_fact_is_refused_and_nothing_changes(self) -> None:
        with self.store_with_petition() as store:
            before = everything(store)
            raises(
                StoreContractError,
                store.update,
                number_id(1),
                lambda p, _t: revision(evolve(p, facts=()), notices=(a_notice(),)),
            )
            assert everything(store) == before

    def test_altering_a_fact_is_refused_and_nothing_changes(self) -> None:
        with self.store_with_petition() as store:
            before = everything(store)
            altered = evolve(plain_petition().facts[0], actor="somebody else")
            raises(
                StoreContractError,
                store.update,
                number_id(1),
                lambda p, _t: revision(evolve(p, facts=(altered, *p.facts))),
            )
            assert everything(store) == before

    def test_a_change_that_raises_leaves_no_trace_and_its_exception_comes_out(self) -> None:
        with self.store_with_petition(full_petition()) as store:
            before = everything(store)
            mine = Refusal("no")

            def change(_petition: Petition, _tally: Tally) -> Revision[None]:
                raise mine

            assert raises(Refusal, store.update, number_id(1), change) is mine
            assert everything(store) == before

    # Signatures

    def test_every_field_of_a_signature_comes_back(self) -> None:
        with self.store_with_petition() as store:
            write(store, Entry(answer=None, signature=full_signature()))
            assert store.signature(number_id(1)) == full_signature()
            assert [s.signature for s in store.signatures(number_id(1))] == [full_signature()]

    def test_a_signature_without_the_optional_parts_comes_back(self) -> None:
        with self.store_with_petition() as store:
            bare = evolve(plain_signature(), counters=())
            write(store, Entry(answer=None, signature=bare))
            assert store.signature(number_id(1)) == bare

    def test_an_unknown_signature_is_none(self) -> None:
        with self.store_with_petition() as store:
            assert store.signature(number_id(404)) is None

    def test_a_signature_of_the_same_id_replaces_the_row_and_keeps_its_number(self) -> None:
        with self.store_with_petition() as store:
            for n in (1, 2):
                write(store, Entry(answer=None, signature=plain_signature(n)))
            before = store.signatures(number_id(1))
            write(store, Entry(answer=None, signature=full_signature(1)))
            after = store.signatures(number_id(1))
            assert [s.number for s in after] == [s.number for s in before]
            assert [s.signature for s in after] == [full_signature(1), plain_signature(2)]

    def test_answers_come_in_the_order_of_the_requests(self) -> None:
        with self.store_with_petition() as store:
            assert write(store, *(Entry(answer=n) for n in range(7))) == list(range(7))
            assert write(store) == []

    def test_an_entry_without_rows_writes_nothing(self) -> None:
        with self.store_with_petition() as store:
            before = everything(store)
            write(store, Entry(answer=None, claims=(a_claim(),), release=True))
            assert everything(store) == before
            assert look(store, a_claim()).holders == ()

    def test_a_decision_sees_the_petition_as_it_stands(self) -> None:
        with self.store_with_petition(full_petition()) as store:
            assert look(store).petition == full_petition()

    def test_a_decision_sees_the_effect_of_those_before_it(self) -> None:
        with self.store_with_petition() as store:
            seen: list[tuple[dict[str, int], tuple[Signature, ...], Attempt | None]] = []
            attempts = (full_attempt(9), evolve(full_attempt(9), generation=4))

            def admit(situation: Situation) -> Entry[None]:
                turn = len(seen)
                seen.append((dict(situation.counts), situation.holders, situation.attempt))
                if turn > 1:
                    return Entry(answer=None)
                return Entry(
                    answer=None,
                    signature=plain_signature(1 + turn),
                    claims=(a_claim(1, slot=turn),),
                    attempt=attempts[turn],
                    deltas=(Delta(counters=("supporters", "persons"), amount=1, at=NOON),),
                )

            request = Request(admit=admit, claims=(a_claim(),), attempt_id=number_id(9))
            store.sign(number_id(1), [request] * 3)
            one, two = plain_signature(1), plain_signature(2)
            assert seen == [
                ({}, (), None),
                ({"persons": 1, "supporters": 1}, (one,), attempts[0]),
                ({"persons": 2, "supporters": 2}, (one, two), attempts[1]),
            ]

    def test_a_decision_sees_a_signature_changed_before_it_in_the_same_call(self) -> None:
        with self.store_with_petition() as store:
            write(store, Entry(answer=None, signature=plain_signature(), claims=(a_claim(),)))
            gone = evolve(plain_signature(), withdrawn_at=LATE)
            seen: list[Situation] = []

            def admit(situation: Situation) -> Entry[None]:
                seen.append(situation)
                return Entry(answer=None, signature=gone if len(seen) == 1 else None)

            request = Request(admit=admit, claims=(a_claim(),), signature_id=number_id(1))
            store.sign(number_id(1), [request, request])
            assert [s.signature for s in seen] == [plain_signature(), gone]
            assert [s.holders for s in seen] == [(plain_signature(),), (gone,)]

    def test_a_decision_that_raises_undoes_those_before_it(self) -> None:
        with self.store_with_petition() as store:
            watch_from_now_on(store, Watch(counter="supporters", level=1, since=DAY_ZERO))
            write(store, Entry(answer=None, signature=plain_signature(9), claims=(a_claim(9),)))
            before = everything(store)
            mine = Refusal("no")

            def refuse(_situation: Situation) -> Entry[None]:
                raise mine

            full = Entry(
                answer=None,
                signature=plain_signature(1),
                claims=(a_claim(1, key="never"),),
                attempt=full_attempt(2),
                deltas=(Delta(counters=("supporters",), amount=1, at=NOON),),
                notices=(a_notice(),),
            )
            freeing = Entry(answer=None, signature=plain_signature(9), release=True)
            requests = [
                Request(admit=lambda _s: full),
                Request(admit=lambda _s: freeing),
                Request(admit=refuse),
            ]
            assert raises(Refusal, store.sign, number_id(1), requests) is mine
            assert everything(store) == before
            assert look(store, a_claim(1)).holders == ()
            assert look(store, a_claim(9)).holders == (plain_signature(9),)

    def test_an_exception_of_the_kits_own_kind_comes_out_unchanged(self) -> None:
        with self.store_with_petition() as store:
            mine = NotFoundError("something that the decision looked for")

            def admit(_situation: Situation) -> Entry[None]:
                raise mine

            request = Request(admit=admit)
            assert raises(NotFoundError, store.sign, number_id(1), [request]) is mine

    # Claims

    def test_holders_are_each_listed_once_in_the_order_of_their_numbers(self) -> None:
        with self.store_with_petition() as store:
            for n, claims in ((8, (1, 2)), (3, (3, 4)), (5, (5,))):
                entry = Entry(
                    answer=None,
                    signature=plain_signature(n),
                    claims=tuple(a_claim(c) for c in claims),
                )
                write(store, entry)
            asked = [a_claim(n) for n in (4, 3, 2, 1, 6)]
            assert look(store, *asked).holders == (plain_signature(8), plain_signature(3))

    def test_a_claim_that_another_signature_holds_is_refused_whole(self) -> None:
        with self.store_with_petition() as store:
            write(store, Entry(answer=None, signature=plain_signature(1), claims=(a_claim(1),)))
            before = everything(store)
            rival = Entry(
                answer=None,
                signature=plain_signature(2),
                claims=(a_claim(2), a_claim(1)),
                deltas=(Delta(counters=("supporters",), amount=1, at=NOON),),
            )
            # Once as a decision that looked at the holders of its claims, once as one that did not.
            for asked in (rival.claims, ()):
                request = Request(admit=lambda _s: rival, claims=asked)
                raises(StoreContractError, store.sign, number_id(1), [request])
                assert everything(store) == before
                assert look(store, a_claim(2)).holders == ()

    def test_a_claim_taken_earlier_in_the_same_call_is_held(self) -> None:
        with self.store_with_petition() as store:
            before = everything(store)
            entries = [
                Entry(answer=None, signature=plain_signature(n), claims=(a_claim(1),))
                for n in (1, 2)
            ]
            raises(StoreContractError, write, store, *entries)
            assert everything(store) == before

    def test_claiming_again_what_one_holds_changes_nothing(self) -> None:
        with self.store_with_petition() as store:
            entry = Entry(answer=None, signature=plain_signature(1), claims=(a_claim(1),))
            write(store, entry)
            before = everything(store)
            store.sign(number_id(1), [Request(admit=lambda _s: entry, claims=(a_claim(1),))])
            write(store, entry, entry)
            assert everything(store) == before
            assert look(store, a_claim(1)).holders == (plain_signature(1),)

    def test_slots_of_one_claim_are_held_apart(self) -> None:
        with self.store_with_petition() as store:
            for n in (1, 2):
                claims = (a_claim(1, slot=n),)
                write(store, Entry(answer=None, signature=plain_signature(n), claims=claims))
            assert look(store, a_claim(1)).holders == (plain_signature(1), plain_signature(2))
            third = Entry(answer=None, signature=plain_signature(3), claims=(a_claim(1, slot=2),))
            raises(StoreContractError, write, store, third)

    def test_petitions_of_one_realm_share_claims(self) -> None:
        pair = [plain_petition(n, realm="both") for n in (1, 2)]
        with self.store_with_petition(*pair) as store:
            holder = plain_signature(1, petition=1)
            write(store, Entry(answer=None, signature=holder, claims=(a_claim(),)))
            assert look(store, a_claim(), petition=2).holders == (holder,)
            rival = Entry(
                answer=None, signature=plain_signature(2, petition=2), claims=(a_claim(),)
            )
            raises(StoreContractError, write, store, rival, petition=2)

    def test_petitions_of_different_realms_do_not_meet(self) -> None:
        with self.store_with_petition(plain_petition(1), plain_petition(2)) as store:
            for n in (1, 2):
                entry = Entry(
                    answer=None, signature=plain_signature(n, petition=n), claims=(a_claim(),)
                )
                write(store, entry, petition=n)
            assert look(store, a_claim(), petition=2).holders == (plain_signature(2, petition=2),)

    def test_releasing_frees_all_claims_of_that_signature_and_no_other(self) -> None:
        with self.store_with_petition() as store:
            for n in (1, 2):
                claims = (a_claim(n), a_claim(10 + n))
                write(store, Entry(answer=None, signature=plain_signature(n), claims=claims))
            gone = evolve(plain_signature(1), withdrawn_at=LATE)
            write(store, Entry(answer=None, signature=gone, release=True))
            held = look(store, *(a_claim(n) for n in (1, 2, 11, 12))).holders
            assert held == (plain_signature(2),)
            assert store.signature(number_id(1)) == gone
            claims = (a_claim(1), a_claim(11))
            write(store, Entry(answer=None, signature=plain_signature(3), claims=claims))
            assert look(store, a_claim(11)).holders == (plain_signature(3),)

    def test_claims_change_hands_within_one_call(self) -> None:
        with self.store_with_petition() as store:
            write(store, Entry(answer=None, signature=plain_signature(1), claims=(a_claim(),)))
            gone = Entry(answer=None, signature=plain_signature(1), release=True)
            next_one = Entry(answer=None, signature=plain_signature(2), claims=(a_claim(),))
            again = Entry(
                answer=None, signature=plain_signature(2), claims=(a_claim(2),), release=True
            )
            write(store, gone, next_one)
            assert look(store, a_claim()).holders == (plain_signature(2),)
            write(store, again)
            assert look(store, a_claim()).holders == ()
            assert look(store, a_claim(2)).holders == (plain_signature(2),)

    def test_keys_that_claims_were_made_with_are_remembered_for_ever(self) -> None:
        with self.store_with_petition() as store:
            assert store.claim_keys() == []
            claims = (a_claim(1, key="k2"), a_claim(2, key="k1"))
            write(store, Entry(answer=None, signature=plain_signature(1), claims=claims))
            write(store, Entry(answer=None, signature=plain_signature(1), release=True))
            assert store.claim_keys() == ["k1", "k2"]

    def test_many_requests_in_one_call_find_all_their_holders(self) -> None:
        with self.store_with_petition() as store:
            many = range(1, 1201)
            write(
                store,
                *(
                    Entry(answer=None, signature=plain_signature(n), claims=(a_claim(n),))
                    for n in many
                ),
            )
            seen: list[tuple[Signature, ...]] = []

            def admit(situation: Situation) -> Entry[None]:
                seen.append(situation.holders)
                return Entry(answer=None)

            requests = [Request(admit=admit, claims=(a_claim(n),)) for n in many]
            store.sign(number_id(1), requests)
            assert seen == [(plain_signature(n),) for n in many]

    # Attempts

    def test_every_field_of_an_attempt_comes_back(self) -> None:
        with self.store_with_petition() as store:
            write(store, Entry(answer=None, attempt=full_attempt()))
            assert store.attempt(number_id(1)) == full_attempt()
            assert look(store, attempt_id=number_id(1)).attempt == full_attempt()

    def test_an_unknown_attempt_is_none(self) -> None:
        with self.store_with_petition() as store:
            assert store.attempt(number_id(404)) is None
            assert look(store, attempt_id=number_id(404)).attempt is None

    def test_an_attempt_of_the_same_id_takes_the_place_of_the_first(self) -> None:
        with self.store_with_petition() as store:
            used = evolve(full_attempt(), particulars=None, signature_id=None, generation=0)
            write(store, Entry(answer=None, attempt=full_attempt()))
            write(store, Entry(answer=None, attempt=used))
            assert store.attempt(number_id(1)) == used

    def test_an_attempt_brings_its_signature_into_sight(self) -> None:
        with self.store_with_petition() as store:
            attempt = evolve(full_attempt(), signature_id=number_id(5))
            write(store, Entry(answer=None, attempt=attempt, signature=plain_signature(5)))
            assert look(store, attempt_id=number_id(1)).signature == plain_signature(5)

    def test_rows_of_another_petition_are_not_in_sight(self) -> None:
        with self.store_with_petition(plain_petition(1), plain_petition(2)) as store:
            write(store, Entry(answer=None, signature=plain_signature(1), attempt=full_attempt(1)))
            named = {"attempt_id": number_id(1), "signature_id": number_id(1)}
            assert look(store, **named).signature == plain_signature(1)
            elsewhere = look(store, petition=2, **named)
            assert (elsewhere.attempt, elsewhere.signature) == (None, None)

    # Paging

    def test_signatures_come_in_the_order_in_which_they_were_written(self) -> None:
        with self.store_with_petition() as store:
            write(store, *(Entry(answer=None, signature=plain_signature(n)) for n in (7, 3)))
            write(store, *(Entry(answer=None, signature=plain_signature(n)) for n in (9, 1)))
            found = store.signatures(number_id(1))
            assert [s.signature.id.int for s in found] == [7, 3, 9, 1]
            assert [s.number for s in found] == sorted({s.number for s in found})
            assert found[0].number > 0

    def test_pages_neither_skip_nor_repeat_while_signatures_arrive(self) -> None:
        with self.store_with_petition(plain_petition(1), plain_petition(2)) as store:
            arriving = count(1)

            def arrive(n: int) -> None:
                for _ in range(n):
                    mine, other = next(arriving), 1000 + next(arriving)
                    write(store, Entry(answer=None, signature=plain_signature(mine)))
                    elsewhere = plain_signature(other, petition=2)
                    write(store, Entry(answer=None, signature=elsewhere), petition=2)

            arrive(5)
            read: list[UUID] = []
            last = 0
            while page := store.signatures(number_id(1), after=last, limit=3):
                assert len(page) <= 3
                read += [numbered.signature.id for numbered in page]
                last = page[-1].number
                if len(read) < 12:
                    arrive(1)
            everyone = [s.signature.id for s in store.signatures(number_id(1))]
            assert read == everyone
            assert len(read) > 5

    # Notices

    def test_every_field_of_a_notice_comes_back(self) -> None:
        with self.store_with_petition() as store:
            full = Notice(
                id=number_id(1),
                kind=NoticeKind.CONFIRM,
                petition_id=number_id(1),
                at=NOON,
                attempt_id=number_id(2),
                subject="debate",
            )
            bare = a_notice(3)
            write(store, Entry(answer=None, notices=(full, bare)))
            assert store.notices() == [full, bare]

    def test_notices_of_every_method_come_oldest_first(self) -> None:
        with self.open_store() as store:
            store.add(revision(plain_petition(), notices=(a_notice(9),)))
            write(store, Entry(answer=None, notices=(a_notice(2), a_notice(8))))
            store.update(number_id(1), lambda p, _t: revision(p, notices=(a_notice(1),)))
            assert [n.id.int for n in store.notices()] == [9, 2, 8, 1]
            assert [n.id.int for n in store.notices(limit=2)] == [9, 2]

    def test_a_notice_stays_until_it_is_acknowledged(self) -> None:
        with self.store_with_petition() as store:
            write(store, Entry(answer=None, notices=(a_notice(1), a_notice(2))))
            store.acknowledge(number_id(1))
            store.acknowledge(number_id(1))
            store.acknowledge(number_id(404))
            assert store.notices() == [a_notice(2)]

    def test_a_notice_with_an_id_that_is_there_already_is_refused_whole(self) -> None:
        with self.store_with_petition() as store:
            write(store, Entry(answer=None, notices=(a_notice(1),)))
            before = everything(store)
            again = Entry(answer=None, attempt=full_attempt(), notices=(a_notice(1),))
            raises(StoreContractError, write, store, again)
            twice = Entry(answer=None, notices=(a_notice(2), a_notice(2)))
            raises(StoreContractError, write, store, twice)
            raises(
                StoreContractError,
                store.update,
                number_id(1),
                lambda p, _t: revision(evolve(p, slugs=("oak",)), notices=(a_notice(1),)),
            )
            assert everything(store) == before

    # Due

    def test_petitions_are_due_in_the_order_of_their_instants(self) -> None:
        with self.open_store() as store:
            for n, minute in ((1, 30), (2, 10), (3, None), (4, 20), (5, 10)):
                due = None if minute is None else at(minute)
                store.add(revision(plain_petition(n), due_at=due))
            found = [(d.petition_id.int, d.due_at) for d in store.due()]
            assert found == [(2, at(10)), (5, at(10)), (4, at(20)), (1, at(30))]
            assert [d.petition_id.int for d in store.due(limit=2)] == [2, 5]

    def test_an_update_sets_and_clears_when_a_petition_is_due(self) -> None:
        with self.store_with_petition() as store:
            for due in (NOON, LATE, None):
                store.update(number_id(1), lambda p, _t, d=due: revision(p, due_at=d))
                assert [d.due_at for d in store.due()] == ([] if due is None else [due])

    def test_a_petition_is_due_as_soon_as_a_watched_level_is_reached(self) -> None:
        with self.store_with_petition() as store:
            watch = Watch(counter="supporters", level=2, since=DAY_ZERO)
            watch_from_now_on(store, watch, due_at=LATE)
            counted(store, (5, 1))
            assert [d.due_at for d in store.due()] == [LATE]
            counted(store, (6, 1))
            assert [d.due_at <= at(6) for d in store.due()] == [True]

    def test_a_level_reached_before_it_was_watched_makes_the_petition_due(self) -> None:
        with self.store_with_petition() as store:
            counted(store, (5, 2))
            watch_from_now_on(store, Watch(counter="supporters", level=2, since=DAY_ZERO))
            assert [d.due_at <= at(5) for d in store.due()] == [True]

    def test_a_level_that_was_settled_does_not_make_the_petition_due_again(self) -> None:
        with self.store_with_petition() as store:
            watch = Watch(counter="supporters", level=2, since=DAY_ZERO)
            watch_from_now_on(store, watch)
            counted(store, (5, 2))
            watch_from_now_on(store, watch)
            assert store.due() == []
            counted(store, (6, 1))
            assert store.due() == []

    # Counts and readings

    def test_counters_move_by_the_deltas_exactly(self) -> None:
        with self.store_with_petition(plain_petition(1), plain_petition(2)) as store:
            both, one = ("persons", "supporters"), ("supporters",)
            write(
                store,
                Entry(
                    answer=None,
                    deltas=(
                        Delta(counters=both, amount=2, at=at(1)),
                        Delta(counters=one, amount=-1, at=at(1)),
                        Delta(counters=(), amount=9, at=at(1)),
                    ),
                ),
                Entry(answer=None, deltas=(Delta(counters=both, amount=3, at=at(0)),)),
            )
            counted(store, (1, 7), petition=2)
            assert store.tally(number_id(1)).counts == (
                Count(counter="persons", amount=5),
                Count(counter="supporters", amount=4),
            )
            assert look(store).counts == {"persons": 5, "supporters": 4}
            assert store.tally(number_id(2)).count("supporters") == 7

    def test_a_name_that_contains_anothers_is_a_counter_of_its_own(self) -> None:
        with self.store_with_petition() as store:
            watch_from_now_on(store, Watch(counter="persons", level=1, since=DAY_ZERO))
            other = Delta(counters=("persons_abroad", "all persons"), amount=1, at=at(1))
            write(store, Entry(answer=None, deltas=(other,)))
            late = Delta(counters=("persons_abroad",), amount=1, at=at(0))
            write(store, Entry(answer=None, deltas=(late,)))
            assert store.tally(number_id(1)).count("persons") == 0
            assert reading(store, 1, "persons") is None

    def test_readings_are_listed_by_counter_and_level(self) -> None:
        with self.store_with_petition() as store:
            wanted = [("b", 2), ("a", 9), ("b", 1), ("a", 10)]
            watch_from_now_on(
                store, *(Watch(counter=c, level=n, since=DAY_ZERO) for c, n in wanted)
            )
            assert store.tally(number_id(1)).levels == tuple(
                LevelReading(counter=c, level=n) for c, n in sorted(wanted)
            )

    def test_a_level_not_watched_has_no_reading(self) -> None:
        with self.store_with_petition() as store:
            counted(store, (1, 5))
            assert store.tally(number_id(1)).levels == ()

    def test_a_level_is_reached_at_the_instant_of_its_first_delta(self) -> None:
        with self.store_with_petition() as store:
            watch_from_now_on(store, Watch(counter="supporters", level=3, since=DAY_ZERO))
            counted(store, (1, 1), (2, 1))
            assert reading(store, 3) is None
            counted(store, (3, 1), (4, 1))
            assert reading(store, 3) == at(3)

    def test_a_reading_stays_when_the_count_falls_later(self) -> None:
        with self.store_with_petition() as store:
            watch_from_now_on(store, Watch(counter="supporters", level=2, since=DAY_ZERO))
            counted(store, (1, 1), (2, 1))
            counted(store, (3, -1), (4, -1), (5, 2))
            assert reading(store, 2) == at(2)

    def test_a_line_that_comes_late_moves_the_reading_to_where_it_belongs(self) -> None:
        with self.store_with_petition() as store:
            watch_from_now_on(store, Watch(counter="supporters", level=2, since=DAY_ZERO))
            counted(store, (1, 1), (9, 1))
            assert reading(store, 2) == at(9)
            counted(store, (4, 1))
            assert reading(store, 2) == at(4)
            counted(store, (2, -1))
            assert reading(store, 2) == at(9)

    def test_a_level_touched_between_two_moves_of_one_instant_is_reached(self) -> None:
        with self.store_with_petition() as store:
            watch_from_now_on(store, Watch(counter="supporters", level=2, since=DAY_ZERO))
            counted(store, (1, 1), (1, 1), (1, -1))
            assert reading(store, 2) == at(1)

    def test_what_happened_before_since_counts_from_since_on(self) -> None:
        with self.store_with_petition() as store:
            counted(store, (1, 3), (5, -2))
            watch_from_now_on(
                store,
                Watch(counter="supporters", level=3, since=at(3)),
                Watch(counter="supporters", level=2, since=at(6)),
                Watch(counter="supporters", level=1, since=at(6)),
            )
            assert reading(store, 3) == at(3)
            assert reading(store, 2) is None
            assert reading(store, 1) == at(6)

    def test_a_fall_at_since_itself_comes_before_the_reading(self) -> None:
        with self.store_with_petition() as store:
            watch_from_now_on(store, Watch(counter="supporters", level=2, since=at(5)))
            counted(store, (1, 2))
            counted(store, (5, -1))
            assert reading(store, 2) is None

    def test_watching_again_from_later_forgets_the_earlier_reading(self) -> None:
        with self.store_with_petition() as store:
            watch_from_now_on(store, Watch(counter="supporters", level=2, since=DAY_ZERO))
            counted(store, (1, 2), (2, -1))
            assert reading(store, 2) == at(1)
            watch_from_now_on(store, Watch(counter="supporters", level=2, since=at(5)))
            assert reading(store, 2) is None
            counted(store, (7, 1))
            assert reading(store, 2) == at(7)

    def test_watching_again_from_the_same_instant_keeps_the_reading(self) -> None:
        with self.store_with_petition() as store:
            watch = Watch(counter="supporters", level=2, since=DAY_ZERO)
            watch_from_now_on(store, watch)
            counted(store, (1, 2), (2, -1))
            watch_from_now_on(store, watch)
            assert reading(store, 2) == at(1)

    def test_a_watch_left_out_is_watched_no_longer(self) -> None:
        with self.store_with_petition() as store:
            watch_from_now_on(
                store, *(Watch(counter="supporters", level=n, since=DAY_ZERO) for n in (1, 2))
            )
            watch_from_now_on(store, Watch(counter="supporters", level=2, since=DAY_ZERO))
            assert [r.level for r in store.tally(number_id(1)).levels] == [2]

    def test_a_decision_on_the_petition_sees_current_readings(self) -> None:
        with self.store_with_petition() as store:
            watch_from_now_on(store, Watch(counter="supporters", level=1, since=DAY_ZERO))
            counted(store, (5, 1))
            counted(store, (2, 1))
            seen: list[datetime | None] = []

            def change(petition: Petition, tally: Tally) -> Revision[None]:
                seen.append(tally.reached_at("supporters", 1))
                return Revision(answer=None, petition=petition, state=State.OPEN)

            store.update(number_id(1), change)
            assert seen[-1] == at(2)

    def test_readings_do_not_depend_on_the_order_of_arrival(self) -> None:
        @given(histories())
        @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
        def law(history: tuple[list[object], int]) -> None:
            steps, read_every = history
            with self.store_with_petition() as store:
                watched: dict[int, int] = {}
                moves: list[tuple[int, int]] = []
                for turn, step in enumerate(steps):
                    if isinstance(step, tuple):
                        watched[step[0]] = step[1]
                        watch_and_settle_nothing(store, watched)
                    elif isinstance(step, list):
                        moves += step
                        counted(store, *step)
                    if read_every and turn % read_every == 0:
                        compare(store, watched, moves)
                compare(store, watched, moves)

        def compare(store: Store, watched: dict[int, int], moves: Moves) -> None:
            expected = {
                level: None if found is None else at(found)
                for level, since in watched.items()
                for found in [first_reading(level, since, moves)]
            }
            tally = store.tally(number_id(1))
            assert {r.level: r.reached_at for r in tally.levels} == expected
            assert tally.count("supporters") == sum(amount for _, amount in moves)
            reached = [instant for instant in expected.values() if instant is not None]
            if reached:
                assert [due.due_at <= min(reached) for due in store.due()] == [True]

        def watch_and_settle_nothing(store: Store, watched: dict[int, int]) -> None:
            def change(petition: Petition, tally: Tally) -> Revision[None]:
                reached = [r.reached_at for r in tally.levels if r.reached_at is not None]
                return Revision(
                    answer=None,
                    petition=petition,
                    state=State.OPEN,
                    due_at=min(reached, default=None),
                    watches=tuple(
                        Watch(counter="supporters", level=n, since=at(since))
                        for n, since in watched.items()
                    ),
                )

            store.update(number_id(1), change)

        law()

    # Threads, closing

    def test_of_threads_that_race_for_one_claim_one_wins(self) -> None:
        if not self.threads:
            return
        with self.store_with_petition() as store:
            racers = 8
            barrier = Barrier(racers, timeout=60)
            answers: list[bool] = []

            def race(n: int) -> None:
                def admit(situation: Situation) -> Entry[bool]:
                    if situation.holders:
                        return Entry(answer=False)
                    return Entry(
                        answer=True,
                        signature=plain_signature(n),
                        claims=(a_claim(),),
                        deltas=(Delta(counters=("supporters",), amount=1, at=NOON),),
                    )

                barrier.wait()
                answers.extend(
                    store.sign(number_id(1), [Request(admit=admit, claims=(a_claim(),))])
                )

            together([lambda n=n: race(n) for n in range(1, racers + 1)])
            assert sorted(answers) == [False] * (racers - 1) + [True]
            assert len(store.signatures(number_id(1))) == 1
            assert store.tally(number_id(1)).count("supporters") == 1

    def test_updates_from_threads_all_take_effect(self) -> None:
        if not self.threads:
            return
        with self.store_with_petition() as store:

            def add_facts(n: int) -> None:
                for turn in range(5):
                    fact = Fact(
                        event=Event.TEXT_CHANGED, at=NOON, recorded_at=NOON, subject=f"{n} {turn}"
                    )
                    store.update(number_id(1), lambda p, _t, f=fact: revision(p.with_facts(f)))

            together([lambda n=n: add_facts(n) for n in range(4)])
            facts = store.petition(number_id(1)).facts[1:]
            turns = sorted(fact.subject.split() for fact in facts)
            grouped = {n: [t for _, t in own] for n, own in groupby(turns, lambda turn: turn[0])}
            assert grouped == {str(n): ["0", "1", "2", "3", "4"] for n in range(4)}
            assert store.petition(number_id(1)).version == 21

    def test_closing_twice_is_closing_once(self) -> None:
        with self.open_store() as store:
            store.close()
            store.close()


def raises(
    kind: type[Exception], call: Callable[..., object], *arguments: object, **named: object
) -> Exception:
    """Call, expect exactly this kind of exception, and hand it back."""
    caught: Exception | None = None
    try:
        call(*arguments, **named)
    except Exception as error:  # noqa: BLE001 (its kind is what is asserted)
        caught = error
    assert caught is not None, f"{kind.__name__} was not raised"
    assert type(caught) is kind
    return caught


def unreachable(*_seen: object) -> Entry[None]:
    raise AssertionError("a decision was asked for although there is no such petition")


def reading(store: Store, level: int, counter: str = "supporters") -> datetime | None:
    return store.tally(number_id(1)).reached_at(counter, level)


def together(calls: Sequence[Callable[[], None]]) -> None:
    """Run calls in threads of their own, and raise what any of them raised."""
    failures: list[BaseException] = []

    def run(call: Callable[[], None]) -> None:
        try:
            call()
        except BaseException as error:  # noqa: BLE001 (raised again below)
            failures.append(error)

    threads = [Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
