"""A petition whose data keys are destroyed is forgotten whole, and again after any backup."""

import copy
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from attrs import evolve

from petitionkit.codec import from_json, to_json
from petitionkit.desk import Desk
from petitionkit.encryption import DataKeys, EncryptedStore, MemoryWrappedKeys, WrappingRing
from petitionkit.errors import StoreContractError
from petitionkit.facts import Event
from petitionkit.finder_index import FinderIndex
from petitionkit.keys import KeyRing
from petitionkit.outcomes import Erased, Refused
from petitionkit.problems import problem
from petitionkit.retention import ErasureRecord
from petitionkit.status import CLAIMS_ERASED
from petitionkit.stores.memory import MemoryStore
from samples import DAY, KEYS, Office

ANNA, BO = "anna@example.org", "bo@example.org"


class Town:
    """An office whose store, wrapped keys and finder index are apart, as their backups are."""

    def __init__(self, **parts: Any) -> None:  # noqa: ANN401
        self.behind, self.kept = MemoryStore(), MemoryWrappedKeys()
        self.keys = DataKeys(self.kept, WrappingRing([bytes(32)]))
        self.store = EncryptedStore(self.behind, self.keys)
        self.office = Office(store=self.store, **parts).publish()  # type: ignore[arg-type]
        self.id = self.office.id
        self.anna, self.bo = (self.office.signed(one) for one in (ANNA, BO))

    def over(self) -> "Town":
        self.office.clock.go(40 * DAY)
        self.office.desk.tick()
        return self

    def destroy(self) -> Erased:
        done = self.office.desk.destroy_keys(self.id, actor="clerk-7")
        assert isinstance(done, Erased)
        return done

    @property
    def claims(self) -> int:
        """How many claims are held, as the store itself has it."""
        return sum(map(bool, vars(self.behind)["_claims"].values()))

    def names(self) -> list[str]:
        found = (self.store.signature(one) for one in (self.anna, self.bo))
        return [one.particulars.name for one in found if one is not None]


def backup_of(*parts: object) -> Callable[[], None]:
    """Remember things as they are; calling what is returned restores them."""

    def state(one: object) -> dict[str, Any]:
        return {name: part for name, part in vars(one).items() if name != "_lock"}

    saved = [copy.deepcopy(state(one)) for one in parts]

    def restore() -> None:
        for one, was in zip(parts, saved, strict=True):
            vars(one).update(copy.deepcopy(was))

    return restore


def test_everybody_is_forgotten_with_their_claims_and_the_numbers_stay() -> None:
    town = Town().over()
    before = town.office.desk.counts(town.id), town.office.desk.daily(town.id)
    done = town.destroy()
    assert (done.record.signatures, done.record.keys_destroyed, done.kept) == (2, True, "")
    assert from_json(ErasureRecord, to_json(done.record)) == done.record
    assert (town.kept.of(town.id), town.names(), town.claims) == (None, ["", ""], 0)
    petition = town.office.desk.petition(town.id)
    assert petition.starter is None
    assert petition.first(Event.FOUND, CLAIMS_ERASED) is not None
    assert (town.office.desk.counts(town.id), town.office.desk.daily(town.id)) == before
    assert town.destroy().record.signatures == 0


def test_what_reads_as_erased_because_its_key_is_gone_gives_up_its_claims_too() -> None:
    town = Town().over()
    town.keys.destroy(town.id)
    assert town.claims == 2
    assert town.destroy().record.signatures == 0
    assert town.claims == 0


def test_a_petition_that_runs_or_is_on_hold_keeps_its_key() -> None:
    town = Town()
    not_over = Refused(problems=(problem("petition.not_over", "petition"),))
    assert town.office.desk.destroy_keys(town.id) == not_over
    draft = town.office.desk.start(texts=town.office.desk.petition(town.id).texts)
    assert town.office.desk.destroy_keys(draft.id) == not_over
    town.over().office.desk.record_finding(town.id, "retention_hold", source="court")
    on_hold = Refused(problems=(problem("petition.on_hold", "petition"),))
    assert town.office.desk.destroy_keys(town.id) == on_hold
    assert town.names() == ["Anna Berg", "Anna Berg"]
    town.office.desk.record_finding(town.id, "retention_hold", source="court", value=0)
    town.destroy()


def test_claims_that_other_petitions_need_are_kept_and_the_ground_is_told() -> None:
    town = Town()
    desk, texts = town.office.desk, town.office.desk.petition(town.id).texts
    first, second = (desk.start(texts=texts, realm="both").id for _ in range(2))
    town.office.id = first
    town.office.publish().signed(ANNA)
    town.over()
    town.office.id = second
    town.office.publish()
    done = desk.destroy_keys(first)
    assert isinstance(done, Erased)
    assert done.kept == "shared_realm"
    town.office.sign(ANNA)
    assert desk.notices()[-1].kind == "already_signed"


def test_where_else_people_are_kept_they_are_forgotten_too() -> None:
    town = Town().over()
    index = FinderIndex(":memory:", KeyRing([bytes(range(32))]))
    index.catch_up(town.store, town.id)
    desk = Desk(town.store, secrets=KEYS, clock=town.office.clock, elsewhere=[index])
    assert index.find("anna") != []
    desk.destroy_keys(town.id)
    assert index.telling(town.id) == 0
    index.close()


def test_after_a_restored_backup_of_store_and_keys_the_record_destroys_them_again() -> None:
    town = Town().over()
    restore = backup_of(town.behind, town.kept)
    record = town.destroy().record
    restore()
    assert town.names() == ["Anna Berg", "Anna Berg"]
    assert town.office.desk.replay_erasures([record]) == 2
    assert (town.kept.of(town.id), town.names(), town.claims) == (None, ["", ""], 0)
    assert town.office.desk.replay_erasures([record]) == 0


def test_after_a_restored_backup_of_the_store_alone_the_claims_are_given_up_again() -> None:
    town = Town().over()
    restore = backup_of(town.behind)
    record = town.destroy().record
    restore()
    assert (town.names(), town.claims) == (["", ""], 2)
    assert town.office.desk.replay_erasures([record]) == 0
    assert town.claims == 0


def test_keys_that_came_back_without_their_petition_are_destroyed() -> None:
    town = Town()
    record = ErasureRecord(at=town.office.clock(), petition_id=UUID(int=9), keys_destroyed=True)
    town.keys.made(record.petition_id)
    assert town.office.desk.replay_erasures([record]) == 0
    assert town.kept.of(record.petition_id) is None


def test_a_backup_of_a_day_on_which_the_petition_ran_keeps_who_signed_apart() -> None:
    town = Town()
    restore = backup_of(town.behind, town.kept)
    started = town.office.clock.now
    record = town.over().destroy().record
    restore()
    town.office.clock.now = started
    assert town.office.desk.replay_erasures([record]) == 2
    assert town.names() == ["", ""]
    assert town.claims == 2
    assert town.office.supporters == 2


def test_a_store_without_keys_says_so() -> None:
    office = Office().publish()
    record = ErasureRecord(at=office.clock(), petition_id=office.id, keys_destroyed=True)
    for call in (
        lambda: office.desk.destroy_keys(office.id),
        lambda: office.desk.replay_erasures([record]),
        lambda: office.desk.replay_erasures([evolve(record, petition_id=UUID(int=9))]),
    ):
        with pytest.raises(StoreContractError, match="EncryptedStore"):
            call()
