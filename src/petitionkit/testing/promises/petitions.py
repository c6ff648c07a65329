"""What every store promises about policies, petitions and notices."""

from attrs import evolve

from petitionkit.errors import AlreadyExistsError, NotFoundError, StoreContractError
from petitionkit.facts import Event, Fact
from petitionkit.ledger import Entry, Notice, NoticeKind, Request, Revision
from petitionkit.petition import Identifier, Petition
from petitionkit.store import SLUG
from petitionkit.tally import Count, Tally
from petitionkit.testing.bench import Refusal, counted, everything, note, raises, unreachable, write
from petitionkit.testing.promises.opening import StoreOpener
from petitionkit.testing.samples import (
    ASTRAL,
    NOON,
    a_claim,
    a_notice,
    always,
    at,
    full_attempt,
    full_petition,
    number_id,
    plain_petition,
    plain_signature,
    revision,
)

__all__ = ["PetitionPromises"]


class PetitionPromises(StoreOpener):
    """Policies, petitions, updates and notices."""

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

    def test_adding_answers_the_petition_as_it_is_kept(self) -> None:
        with self.open_store() as store:
            assert store.add(revision(full_petition())) == full_petition()
            assert store.petition(number_id(1)) == full_petition()

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

    def test_an_update_sees_petition_and_tally(self) -> None:
        with self.store_with_petition() as store:
            counted(store, (1, 2))
            seen: list[tuple[Petition, Tally]] = []

            def change(petition: Petition, tally: Tally) -> Revision:
                seen.append((petition, tally))
                return revision(petition)

            store.update(number_id(1), change)
            expected = Tally(counts=(Count(counter="supporters", amount=2),), latest=at(1))
            assert seen[-1] == (plain_petition(), expected)

    def test_an_update_answers_the_petition_as_it_was_written(self) -> None:
        with self.store_with_petition() as store:
            equal = store.update(number_id(1), lambda p, _t: revision(p))
            assert equal == plain_petition()
            for version in (1, 40):
                wanted = plain_petition(slugs=(f"s{version}",), version=version)
                written = store.update(number_id(1), always(revision(wanted)))
                assert evolve(written, version=version) == wanted
                assert store.petition(number_id(1)) == written
            assert written.version == 3

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
                wanted = plain_petition(slugs=(f"s{version}",), version=version)
                store.update(number_id(1), always(revision(wanted)))
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
                note(store, fact)
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

            def change(_petition: Petition, _tally: Tally) -> Revision:
                raise mine

            assert raises(Refusal, store.update, number_id(1), change) is mine
            assert everything(store) == before

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

    def test_a_write_that_fails_drops_no_notice_of_an_earlier_one(self) -> None:
        with self.store_with_petition() as store:
            write(store, Entry(answer=None, notices=(a_notice(1), a_notice(2))))

            def refuse(*_seen: object) -> Entry[None]:
                raise Refusal

            raises(Refusal, store.sign, number_id(1), [Request(admit=refuse)])
            raises(Refusal, store.update, number_id(1), refuse)
            assert store.notices() == [a_notice(1), a_notice(2)]

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
