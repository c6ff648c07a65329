"""What an office does with encrypted people: all that it did, until the key is gone."""

from typing import Any
from unittest.mock import Mock
from uuid import UUID

import pytest
from attrs import evolve

from petitionkit.catalogue import Catalogue, Search
from petitionkit.encryption import (
    ENCRYPTABLE,
    DataKeys,
    EncryptedStore,
    MemoryWrappedKeys,
    WrappingRing,
)
from petitionkit.erasing import ErasingStore
from petitionkit.errors import InvalidValueError, KeyFileError
from petitionkit.facts import Event
from petitionkit.ledger import Entry
from petitionkit.outcomes import Amended
from petitionkit.rights import KnownBy
from petitionkit.signature import Amendment, AmendmentKind, SignatureDraft
from petitionkit.store import Accountable, Attended, Store
from petitionkit.stores.memory import MemoryStore
from petitionkit.testing.bench import write
from petitionkit.testing.samples import (
    NOON,
    a_claim,
    full_attempt,
    full_signature,
    number_id,
    plain_petition,
    revision,
)
from samples import DAY, Office

RING = WrappingRing([bytes(range(32))])
ANNA = "anna@example.org"
ENCRYPTED = "\x1f"


def an_office(**parts: Any) -> tuple[Office, MemoryStore, DataKeys]:  # noqa: ANN401
    behind = MemoryStore()
    keys = DataKeys(MemoryWrappedKeys(), RING)
    store = EncryptedStore(behind, keys)
    return Office(store=store, **parts).publish(), behind, keys  # type: ignore[arg-type]


def inside(behind: MemoryStore, signature_id: UUID) -> str:
    found = behind.signature(signature_id)
    assert found is not None
    return repr([found.particulars.name, found.particulars.email, found.particulars.originals])


def test_who_signed_already_is_known_by_their_claim() -> None:
    office, behind, _ = an_office()
    anna = office.signed(ANNA)
    assert "nna" not in inside(behind, anna)
    office.sign("ANNA@example.org")
    assert office.desk.notices()[-1].kind == "already_signed"
    letter = office.desk.letter(office.desk.notices()[-1])
    assert letter is not None
    assert letter.to.lower() == ANNA
    assert office.supporters == 1


def test_a_signer_is_found_given_corrected_and_erased() -> None:
    office, behind, _ = an_office()
    anna = office.signed(ANNA)
    known_by = KnownBy(email=ANNA)
    [corrected] = office.desk.correct_signer(known_by, "Anna Bergen", actor="clerk 7").values()  # type: ignore[union-attr]
    assert isinstance(corrected, Amended)
    assert behind.amendments(anna)[0].was.startswith(ENCRYPTED)
    assert [one.was for one in office.desk.amendments(anna)] == ["Anna Berg"]
    [found] = office.desk.find_signer(known_by).signatures
    assert found.particulars.name == "Anna Bergen"
    office.desk.erase_signer(known_by, actor="clerk 7")
    assert [one.was for one in behind.amendments(anna)] == ["", ""]
    assert inside(behind, anna) == repr(["", "", ()])


def test_a_petition_that_is_written_as_it_was_keeps_its_version() -> None:
    office, _, _ = an_office()
    before = office.desk.petition(office.id)
    assert office.desk.rewrite(office.id) == before


def test_only_chosen_fields_are_encrypted() -> None:
    behind = MemoryStore()
    keys = DataKeys(MemoryWrappedKeys(), RING)
    store = EncryptedStore(behind, keys, fields={"email", "birth_date"})
    store.add(revision(plain_petition()))
    write(store, Entry(answer=None, signature=full_signature()))
    kept = behind.signature(number_id(1))
    whole = full_signature().particulars
    assert kept is not None
    assert (kept.particulars.name, kept.particulars.email) == (whole.name, "")
    assert kept.particulars.birth_date is None
    assert store.signature(number_id(1)) == full_signature()
    with pytest.raises(InvalidValueError):
        EncryptedStore(behind, keys, fields={"region"})
    assert "originals" not in ENCRYPTABLE


def test_another_choice_of_fields_reads_what_was_and_writes_it_when_asked() -> None:
    behind = MemoryStore()
    keys = DataKeys(MemoryWrappedKeys(), RING)
    few, every = EncryptedStore(behind, keys, fields={"email"}), EncryptedStore(behind, keys)
    few.add(revision(plain_petition()))
    write(few, Entry(answer=None, signature=full_signature()))
    name = full_signature().particulars.name
    for store, shown in ((every, ""), (few, name)):
        assert store.signature(number_id(1)) == full_signature()
        assert store.encrypt_anew(number_id(1)) == 1
        assert store.signature(number_id(1)) == full_signature()
        kept = behind.signature(number_id(1))
        assert kept is not None
        assert (kept.particulars.name, kept.particulars.email) == (shown, "")


def test_it_can_what_the_store_behind_it_can() -> None:
    abilities = (ErasingStore, Attended, Accountable, Catalogue)
    keys = DataKeys(MemoryWrappedKeys(), RING)
    able, plain = EncryptedStore(MemoryStore(), keys), EncryptedStore(Mock(spec=Store), keys)
    assert [isinstance(able, one) for one in abilities] == [True] * 4
    assert [isinstance(plain, one) for one in abilities] == [False] * 4
    assert repr(able) == "<EncryptedStore before <MemoryStore of 0 petitions>>"


def test_what_was_there_before_is_read_and_encrypted_when_asked() -> None:
    behind = MemoryStore()
    behind.add(revision(plain_petition()))
    was = Amendment(signature_id=number_id(1), kind=AmendmentKind.NAME_CORRECTED, at=NOON, was="Bo")
    write(
        behind,
        Entry(answer=None, signature=full_signature(), claims=(a_claim(),), amendment=was),
        Entry(answer=None, attempt=evolve(full_attempt(7), signature_id=None)),
    )
    before = [behind.signature(number_id(1)), behind.attempt(number_id(7))]
    store = EncryptedStore(behind, DataKeys(MemoryWrappedKeys(), RING))
    assert [store.signature(number_id(1)), store.attempt(number_id(7))] == before
    assert (store.encrypt_anew(number_id(1)), store.encrypt_anew(number_id(1))) == (2, 0)
    assert [store.signature(number_id(1)), store.attempt(number_id(7))] == before
    assert list(store.amendments(number_id(1))) == [was]
    assert behind.signature(number_id(1)) != before[0]
    assert behind.attempt(number_id(7)) != before[1]
    assert behind.amendments(number_id(1))[0].was.startswith(ENCRYPTED)


def test_a_renewed_key_takes_over_and_the_old_one_goes_once_nothing_needs_it() -> None:
    office, behind, keys = an_office()
    anna = office.signed(ANNA)
    office.sign("bo@example.org", "Bo Berg")
    before = inside(behind, anna)
    keys.renew(office.id)
    assert office.store.retire_keys(office.id) == [1]  # type: ignore[attr-defined]
    assert office.store.encrypt_anew(office.id) == 2  # type: ignore[attr-defined]
    assert inside(behind, anna) != before
    assert office.store.retire_keys(office.id) == [1]  # type: ignore[attr-defined]
    office.desk.rewrite(office.id)  # its starter was under the first key still
    assert office.store.retire_keys(office.id) == []  # type: ignore[attr-defined]
    found = office.store.signature(anna)
    assert found is not None
    assert found.particulars.email == ANNA
    assert keys.of(office.id).newest == 2


def test_what_stood_before_a_correction_is_written_anew_with_its_signature() -> None:
    office, behind, keys = an_office()
    anna = office.signed(ANNA)
    office.desk.correct_name(anna, "Anna Bergen")
    keys.renew(office.id)
    office.desk.rewrite(office.id)
    office.desk.correct_name(anna, "Anna Bergman")  # the row is under the newest key, no more
    assert office.store.retire_keys(office.id) == [1]  # type: ignore[attr-defined]
    assert office.store.encrypt_anew(office.id) == 1  # type: ignore[attr-defined]
    assert office.store.encrypt_anew(office.id) == 0  # type: ignore[attr-defined]
    assert office.store.retire_keys(office.id) == []  # type: ignore[attr-defined]
    assert all(one.was.startswith(ENCRYPTED) for one in behind.amendments(anna))
    assert [one.was for one in office.desk.amendments(anna)] == ["Anna Berg", "Anna Bergen"]


def test_a_petition_without_its_key_takes_nobody_in_and_goes_on_counting() -> None:
    office, _, keys = an_office()
    anna, _ = office.signed(ANNA), office.signed("bo@example.org", "Bo Berg")
    keys.destroy(office.id)
    found = office.store.signature(anna)
    assert found is not None
    assert (found.erased, found.live, office.supporters) == (True, True, 2)
    with pytest.raises(KeyFileError, match="was destroyed"):
        office.desk.sign(office.id, SignatureDraft(name="Cem Can", email="cem@example.org"))
    office.clock.go(40 * DAY)
    office.desk.tick()
    assert office.desk.petition(office.id).last(Event.CLOSED)
    assert office.supporters == 2


def test_a_destroyed_petition_stops_no_other_one_of_its_realm() -> None:
    office, _, keys = an_office()
    texts = office.desk.petition(office.id).texts
    first, second = (office.desk.start(texts=texts, realm="both").id for _ in range(2))
    for one in (first, second):
        office.id = one
        office.publish()
    office.id = first
    office.signed(ANNA)
    keys.destroy(first)
    office.id = second
    office.sign(ANNA)
    assert office.desk.notices()[-1].kind == "already_signed"
    assert "Catalogue" not in repr(office.store.listed(Search(), office.clock.now))


def test_rows_without_their_keys_are_told_and_not_taken_for_erased() -> None:
    office, behind, _ = an_office()
    anna = office.signed(ANNA)
    astray = EncryptedStore(behind, DataKeys(MemoryWrappedKeys(), RING))
    with pytest.raises(KeyFileError, match="wrapped keys that belong"):
        astray.signature(anna)
    assert astray.signature(UUID(int=0)) is None
    assert astray.attempt(UUID(int=0)) is None
    assert astray.amendments(UUID(int=0)) == ()
