"""``Desk(observe=...)``: every verb is told of once, and of nobody."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from petitionkit.desk import Desk
from petitionkit.errors import (
    InvalidValueError,
    NotFoundError,
    StoreContractError,
    StoreUnavailableError,
)
from petitionkit.keys import KeyRing
from petitionkit.ledger import Change, Notice
from petitionkit.moderation import Capacity
from petitionkit.observation import METRICS, Observation
from petitionkit.petition import Petition, PetitionText
from petitionkit.policy import Policy
from petitionkit.signature import SignatureDraft
from petitionkit.stores.memory import MemoryStore

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TEXTS = [PetitionText(language="en", title="Save the oak")]


class Impatient(MemoryStore):
    """Asks each change three times, as a store does that loses races."""

    def update(self, petition_id: UUID, change: Change) -> Petition:
        for _ in range(2):
            change(self.petition(petition_id), self.tally(petition_id))
        return super().update(petition_id, change)


@pytest.fixture
def seen() -> list[Observation]:
    return []


@pytest.fixture
def desk(seen: list[Observation]) -> Desk:
    return Desk(Impatient(), secrets=KeyRing([bytes(32)]), clock=lambda: NOON, observe=seen.append)


def ends(seen: list[Observation]) -> list[tuple[str, str, int]]:
    return [(one.verb, one.code, one.retries) for one in seen]


def test_verbs_are_told_with_how_they_ended_and_how_often_they_were_asked_again(
    desk: Desk, seen: list[Observation]
) -> None:
    petition = desk.start(texts=TEXTS)
    desk.publish(petition.id, Policy(name="p", version="1"))
    desk.sign(petition.id, SignatureDraft(name="Ada", email="ada@example.org"))
    desk.sign(petition.id, SignatureDraft(name="=1+1", email="ada"))
    desk.confirm("no token")
    assert ends(seen) == [
        ("start", "ok", 0),
        ("publish", "ok", 2),
        ("sign", "received", 0),
        ("sign", "refused", 0),
        ("confirm", "refused", 0),
    ]
    assert all(one.seconds >= 0 for one in seen)


def test_errors_are_told_by_their_code_and_come_out(desk: Desk, seen: list[Observation]) -> None:
    with pytest.raises(NotFoundError):
        desk.petition(UUID(int=7))
    with pytest.raises(AttributeError):
        desk.acknowledge(None)  # type: ignore[arg-type]
    assert ends(seen) == [("petition", NotFoundError.code, 0), ("acknowledge", "error", 0)]


def test_a_verb_inside_another_is_not_told_twice(desk: Desk, seen: list[Observation]) -> None:
    desk.add(Petition(id=UUID(int=1), texts=tuple(TEXTS)))
    desk.tick()
    assert [one.verb for one in seen] == ["add", "tick"]


def test_who_acts_in_a_capacity_is_observed_too(desk: Desk, seen: list[Observation]) -> None:
    petition = desk.start(texts=TEXTS)
    acting = desk.acting(Capacity.STARTER, seen=petition.version + 1)
    acting.change_text(petition.id, TEXTS[0])
    assert ends(seen)[1:] == [("acting", "ok", 0), ("change_text", "conflict", 0)]


def test_what_an_observer_raises_comes_out_after_the_work_is_done() -> None:
    def observe(_: Observation) -> None:
        raise StoreUnavailableError("no exporter")

    store = MemoryStore()
    desk = Desk(store, secrets=KeyRing([bytes(32)]), observe=observe)
    with pytest.raises(StoreUnavailableError, match="exporter"):
        desk.start(texts=TEXTS)
    assert len(store.petitions()) == 1


def test_an_observation_says_nothing_of_a_person(desk: Desk, seen: list[Observation]) -> None:
    petition = desk.start(texts=TEXTS)
    desk.publish(petition.id, Policy(name="p", version="1"))
    desk.sign(petition.id, SignatureDraft(name="Ada", email="ada@example.org"))
    assert "ada" not in repr(seen).lower()


def test_names_of_metrics_once_given_stay() -> None:
    assert {
        "petitionkit.ledger.unfolded",
        "petitionkit.notices.age",
        "petitionkit.notices.dead",
        "petitionkit.notices.waiting",
        "petitionkit.petitions.lateness",
        "petitionkit.petitions.overdue",
        "petitionkit.verb.duration",
        "petitionkit.verb.retries",
    } <= METRICS.keys()


def test_a_desk_over_another_store_tells_the_same_and_nothing_of_that(
    desk: Desk, seen: list[Observation]
) -> None:
    desk.over(MemoryStore()).start(texts=TEXTS)
    assert [one.verb for one in seen] == ["start"]


class Bare:
    """A store without the abilities that nobody must have."""

    def notices(self, *, limit: int = 100) -> list[Notice]:
        return [][:limit]


def test_a_store_without_an_ability_says_so() -> None:
    desk = Desk(Bare(), secrets=KeyRing([bytes(32)]))  # type: ignore[arg-type]
    for verb in (
        desk.health,
        lambda: desk.drift(UUID(int=1)),
        lambda: desk.recount(UUID(int=1)),
    ):
        with pytest.raises(StoreContractError, match="use one that is"):
            verb()


def test_what_is_no_id_is_refused_without_repeating_it(desk: Desk, seen: list[Observation]) -> None:
    petition = desk.start(texts=TEXTS)
    for wrong in (str(petition.id), petition, None):
        with pytest.raises(
            InvalidValueError, match=r"^petition_id: must be a UUID \[wrong_type\]$"
        ):
            desk.standing(wrong)  # type: ignore[arg-type]
        with pytest.raises(InvalidValueError, match="signature_id: must be a UUID"):
            desk.withdraw(signature_id=wrong)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="petition_id"):
        desk.standing()  # type: ignore[call-arg]
    assert desk.standing(petition_id=petition.id) == desk.standing(petition.id)
    assert [one.code for one in seen if one.verb == "withdraw"] == ["invalid_value"] * 3


def test_what_is_no_policy_and_no_draft_is_refused_where_one_is_taken(desk: Desk) -> None:
    petition = desk.start(texts=TEXTS)
    with pytest.raises(InvalidValueError, match=r"^policy: must be a Policy "):
        desk.publish(petition.id, "uk-parliament")  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match=r"^draft: must be a SignatureDraft "):
        desk.sign(petition.id, draft={"name": "Ana"})  # type: ignore[arg-type]
