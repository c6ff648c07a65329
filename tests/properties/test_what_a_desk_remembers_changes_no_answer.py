"""A desk that has seen a petition before answers as one that has never seen it.

Whatever others do to the petition meanwhile, over desks of their own.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest
from attrs import define, evolve, field
from hypothesis import given
from hypothesis import strategies as st

from petitionkit import binding
from petitionkit.clauses import Threshold
from petitionkit.desk import Desk
from petitionkit.errors import PetitionkitError, StoreContractError
from petitionkit.moderation import Capacity, MaterialEdits
from petitionkit.outcomes import Accepted, Confirmed, Received, Refused
from petitionkit.petition import Petition, PetitionText
from petitionkit.signature import SignatureDraft, Submission
from petitionkit.store import Store, every_signature
from petitionkit.stores.memory import MemoryStore
from petitionkit.stores.sqlite import SQLiteStore, migrate
from samples import DAY, ENGLISH, HOUR, KEYS, POLICY, STARTER, Clock, counting_ids

ASKING = evolve(
    POLICY,
    moderation=evolve(POLICY.moderation, material_edits=MaterialEdits.COUNT_AGREED),
    thresholds=(Threshold(key="reply", level=2, effect="response"),),
)
ONE_NAME = evolve(ASKING, version="2", form=evolve(POLICY.form, name_limit=8))


@define
class World:
    """A petition, whoever signs it at the front, and an office that the front hears nothing of."""

    store: Store
    forgets: bool
    clock: Clock = field(factory=Clock)
    ids: Iterator[UUID] = field(factory=counting_ids)
    links: list[str] = field(factory=list)
    id: UUID = field(init=False)
    _front: Desk = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._front = self.desk()
        self.id = self.back.start(starter=STARTER, texts=[ENGLISH]).id

    def desk(self) -> Desk:
        return Desk(self.store, secrets=KEYS, clock=self.clock, new_id=lambda: next(self.ids))

    @property
    def front(self) -> Desk:
        return self.desk() if self.forgets else self._front

    @property
    def back(self) -> Desk:
        return self.desk()

    def do(self, name: str, n: int) -> object:
        try:
            return STEPS[name](self, n)
        except PetitionkitError as error:
            return type(error)

    def end(self) -> list[object]:
        """Who has signed what, and how it stands; what is done twice takes other ids."""
        signed = [evolve(one.signature, id=self.id) for one in every_signature(self.store, self.id)]
        return [*signed, self.back.standing(self.id)]


def told(value: object) -> object:
    """What somebody said, without the ids that differ by world."""
    match value:
        case Refused():
            return value
        case list():
            return [told(one) for one in value]
        case Accepted():
            return ("accepted", value.again)
        case _:
            return type(value) if hasattr(value, "signature_id") else value


def _sign(world: World, n: int) -> object:
    answer = world.front.sign(world.id, SignatureDraft(name=NAMES[n], email=f"a{n}@example.org"))
    letters = (world.back.letter(notice) for notice in world.back.notices())
    world.links = [letter.token for letter in letters if letter and letter.token]
    return answer


def _take_in(world: World, n: int) -> object:
    draft = SignatureDraft(name=NAMES[n], email=f"b{n}@example.org")
    blank = Submission(draft=SignatureDraft(name=""))
    some = [Submission(draft=draft), Submission(draft=draft, signed_at=world.clock.now - HOUR)]
    return told(world.front.intake(world.id, [some, [*some, blank], [blank]][n % 3]))


def _confirm(world: World, n: int) -> object:
    if not world.links:
        return None
    link = world.links[n % len(world.links)]
    return told([world.front.look_at(link) is not None, world.front.confirm(link)])


def _resend(world: World, n: int) -> object:
    return world.front.resend(world.links[n % len(world.links)]) if world.links else None


def _change_text(world: World, n: int) -> object:
    text = PetitionText(language="en", title=f"Keep the park, {n}", body="It is the only one.")
    world.back.acting(Capacity.MODERATOR).change_text(world.id, text)
    return None


def _office(step: Callable[[Desk, World, int], object]) -> Callable[[World, int], object]:
    def done(world: World, n: int) -> object:
        step(world.back, world, n)
        return None

    return done


def _amend(desk: Desk, world: World, n: int) -> object:
    policy = (ASKING, ONE_NAME)[n % 2]
    return desk.amend_policy(world.id, policy, authority="council", reason="law")


NAMES = ("Anna Berg", "Bo", "Cleo Diaz", "")
STEPS: dict[str, Callable[[World, int], object]] = {
    "sign": _sign,
    "take in": _take_in,
    "confirm": _confirm,
    "resend": _resend,
    "change text": _change_text,
    "publish": _office(lambda desk, world, _: desk.publish(world.id, ASKING)),
    "pause": _office(lambda desk, world, _: desk.pause(world.id)),
    "unpause": _office(lambda desk, world, _: desk.unpause(world.id)),
    "amend": _office(_amend),
    "wait": _office(lambda _, world, n: world.clock.go(n * 9 * DAY)),
    "tick": _office(lambda desk, _, __: desk.tick()),
}


@given(st.lists(st.tuples(st.sampled_from(list(STEPS)), st.integers(0, 3)), max_size=25))
def test_what_a_desk_remembers_changes_no_answer(steps: list[tuple[str, int]]) -> None:
    remembering, forgetting = (World(MemoryStore(), forgets=forgets) for forgets in (False, True))
    for name, n in [("publish", 0), *steps]:
        assert remembering.do(name, n) == forgetting.do(name, n), name
    assert remembering.end() == forgetting.end()


def test_who_saw_a_draft_confirms_what_was_signed_elsewhere_since() -> None:
    world = World(MemoryStore(), forgets=False)
    draft = SignatureDraft(name="Anna Berg", email="a@example.org")
    assert isinstance(world.front.sign(world.id, draft), Refused)
    world.back.publish(world.id, POLICY)
    assert world.back.sign(world.id, draft) == Received()
    [letter] = [found for one in world.back.notices() if (found := world.back.letter(one))]
    assert isinstance(world.front.confirm(letter.token), Confirmed)


def _amend_by_law(desk: Desk, petition_id: UUID) -> Petition:
    return desk.amend_policy(petition_id, ONE_NAME, authority="council", reason="law")


@pytest.mark.parametrize(
    ("published", "step"),
    [
        (False, lambda desk, petition_id: desk.publish(petition_id, ONE_NAME)),
        (True, _amend_by_law),
        (True, lambda desk, petition_id: desk.pause(petition_id)),
    ],
    ids=["published", "amended", "paused"],
)
@pytest.mark.parametrize("signs", [False, True], ids=["alone", "with who signs there"])
def test_what_was_rolled_back_is_as_if_it_had_never_been(
    tmp_path: Path, step: Callable[[Desk, UUID], Petition], *, published: bool, signs: bool
) -> None:
    """Desks over one another share what they have seen, also inside a transaction."""
    migrate(tmp_path / "store.db")
    draft = SignatureDraft(name="Anna Berg", email="a@example.org")
    with (
        closing(SQLiteStore(tmp_path / "store.db")) as store,
        closing(sqlite3.connect(tmp_path / "store.db")) as connection,
    ):
        world = World(store, forgets=False)
        if published:
            world.back.publish(world.id, ASKING)
        inside = world.front.over(SQLiteStore.joining(connection))
        world.clock.go(HOUR)
        step(inside, world.id)
        if signs:
            inside.sign(world.id, draft)
        connection.rollback()
        expected = world.back.sign(world.id, draft)
        assert (expected == Received()) is published
        assert world.front.sign(world.id, draft) == expected


def test_a_desk_remembers_only_so_many_petitions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binding, "_REMEMBERED", 2)
    world = World(MemoryStore(), forgets=False)
    ids = [world.back.start(texts=[ENGLISH]).id for _ in range(5)]
    draft = SignatureDraft(name="Anna Berg", email="a@example.org")
    for petition_id in ids:
        world.back.publish(petition_id, POLICY)
        assert world.front.sign(petition_id, draft) == Received()
        assert len(world.front._seen) <= 2  # noqa: SLF001 (what is bounded)


class TwoFaced(MemoryStore):
    """Shows decisions another petition than can be read."""

    def petition(self, petition_id: UUID) -> Petition:
        return evolve(super().petition(petition_id), tags=("read",))


def test_a_store_that_shows_two_petitions_is_told_so() -> None:
    world = World(TwoFaced(), forgets=False)
    world.back.publish(world.id, POLICY)
    with pytest.raises(StoreContractError, match="show the same to both"):
        world.front.sign(world.id, SignatureDraft(name="Anna Berg", email="a@example.org"))
    assert list(every_signature(world.store, world.id)) == []
