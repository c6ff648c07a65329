"""Finding petitions at the desk."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from petitionkit.catalogue import Listed, Order, Search
from petitionkit.civil import Duration
from petitionkit.clauses import ClosedWhen, Closing, Window
from petitionkit.desk import Desk
from petitionkit.errors import InvalidValueError, NotFoundError, StoreContractError
from petitionkit.facts import State
from petitionkit.moderation import Capacity
from petitionkit.parties import Addressee
from petitionkit.petition import Petition, PetitionText
from petitionkit.policy import Policy
from petitionkit.rules import Counted
from petitionkit.store import Store
from petitionkit.stores.memory import MemoryStore
from petitionkit.tally import Tally
from petitionkit.testing import OfficeInMemory

OPEN = Search(states=(State.OPEN,), order=Order.OLDEST)
CLOSED = Search(states=(State.CLOSED,), order=Order.OLDEST)
DRAFT = Search(states=(State.DRAFT,), order=Order.OLDEST)
MOMENT = timedelta(microseconds=1)
A_WEEK = Policy(name="week", version="1", window=Window(duration=Duration(days=7)))


class Asked(MemoryStore):
    """Writes down whose counts it was asked for, as whoever evaluates does."""

    def __init__(self) -> None:
        super().__init__()
        self.evaluated: list[UUID] = []

    def tally(self, petition_id: UUID) -> Tally:
        self.evaluated.append(petition_id)
        return super().tally(petition_id)


def found(desk: Desk, search: Search, at: datetime | None = None) -> list[UUID]:
    return [one.petition_id for one in desk.search(search, at=at)]


def test_a_petition_past_its_deadline_is_listed_as_closed_though_nobody_ticked() -> None:
    store = Asked()
    office = OfficeInMemory(store=store)
    short, long = office.petition(policy=A_WEEK).id, office.petition().id
    deadline = office.standing(short).status.until
    assert deadline is not None
    store.evaluated.clear()
    assert found(office.desk, OPEN) == [short, long]
    assert found(office.desk, CLOSED) == []
    assert store.evaluated == []

    office.clock.now = deadline
    assert found(office.desk, OPEN) == [long]
    assert found(office.desk, CLOSED) == [short]
    assert store.evaluated == [short, short]
    assert found(office.desk, OPEN, deadline - MOMENT) == [short, long]

    office.desk.tick()
    store.evaluated.clear()
    assert found(office.desk, CLOSED) == [short]
    assert store.evaluated == []
    assert found(office.desk, OPEN, deadline - MOMENT) == [short, long]
    assert store.evaluated == [short]


def test_a_level_that_closes_a_petition_is_seen_at_once() -> None:
    policy = Policy(
        name="three",
        version="1",
        closing=Closing(when=(ClosedWhen(key="enough", needs=Counted(level=3)),)),
    )
    office = OfficeInMemory()
    petition = office.petition(policy=policy, supporters=2)
    assert found(office.desk, OPEN) == [petition.id]
    office.clock.advance(hours=1)
    office.support(petition.id, [3])
    assert found(office.desk, CLOSED) == [petition.id]
    assert found(office.desk, OPEN, office.clock.now - MOMENT) == [petition.id]


def test_an_opening_that_lies_ahead_is_seen_when_it_comes() -> None:
    office = OfficeInMemory()
    desk = office.desk
    draft = desk.start(texts=[PetitionText(language="en", title="Save the oak")])
    opens = office.clock.now + timedelta(days=2)
    desk.publish(draft.id, A_WEEK, opened_at=opens)
    assert found(desk, DRAFT) == [draft.id]
    assert found(desk, OPEN, opens) == [draft.id]


def test_pages_are_full_and_end_however_many_had_to_be_evaluated() -> None:
    office = OfficeInMemory()
    desk = office.desk
    ids = []
    for n in range(9):
        ids.append(office.petition(policy=A_WEEK if n % 3 else None).id)
        office.clock.advance(minutes=1)
    office.clock.advance(days=8)
    wanted = [one for n, one in enumerate(ids) if n % 3]
    pages, after = [], None
    while page := desk.search(CLOSED, after=after, limit=4):
        pages.append([one.petition_id for one in page])
        after = page[-1].petition_id
    assert pages == [wanted[:4], wanted[4:]]
    newest = Search(states=(State.CLOSED,))
    assert found(desk, newest) == wanted[::-1]
    assert list(desk.search(CLOSED, limit=0)) == []
    with pytest.raises(NotFoundError):
        desk.search(CLOSED, after=UUID(int=12345))


def test_petitions_are_found_by_what_they_were_started_with() -> None:
    office = OfficeInMemory()
    desk = office.desk
    started = desk.start(
        texts=[PetitionText(language="en", title="Save the oak")],
        addressees=[Addressee(key="council", name="Council", place="Claremont")],
        tags=["trees ", "parks"],
        office="north",
    )
    assert started.tags == ("trees", "parks")
    listed = Listed(petition_id=started.id, state=State.DRAFT)
    search = Search(office="north", place=" Claremont", tag="trees", language="en")
    assert list(desk.search(search)) == [listed]
    assert list(desk.search(Search(tag="trees", addressee="mayor"))) == []
    desk.acting(Capacity.STARTER).change_text(
        started.id, PetitionText(language="fi", title="Pelasta tammi")
    )
    assert list(desk.search(Search(language="fi"))) == [listed]


def test_a_search_is_one_value_however_its_states_were_named() -> None:
    assert Search(states=(State.OPEN, State.CLOSED)) == Search(states=("closed", "open", "open"))
    with pytest.raises(InvalidValueError, match="must be one of: draft"):
        Search(states=("sunk",))


def test_a_tag_stands_once() -> None:
    with pytest.raises(InvalidValueError, match="tags"):
        Petition(
            id=UUID(int=1),
            texts=(PetitionText(language="en", title="Save the oak"),),
            tags=("trees", "trees "),
        )


def test_a_store_that_is_no_catalogue_is_told_apart() -> None:
    class Plain:
        """A store as far as a desk can see before it asks."""

    store: Store = Plain()  # type: ignore[assignment]
    desk = OfficeInMemory(store=store).desk
    with pytest.raises(StoreContractError, match="is a Catalogue"):
        desk.search(Search())


def test_after_the_clock_stepped_back_a_list_still_agrees_with_evaluating() -> None:
    office = OfficeInMemory()
    petition = office.petition(policy=A_WEEK)
    before = office.clock.now
    office.clock.now = datetime(2026, 2, 28, tzinfo=UTC)
    office.desk.record_finding(petition.id, "dissolution", at=office.clock.now)
    for at in (office.clock.now, before - MOMENT, before, before + timedelta(days=7)):
        state = office.desk.standing(petition.id, at=at).status.state
        assert found(office.desk, Search(states=(state,)), at) == [petition.id]
