"""Lists by status are right at every instant, whether or not anybody ticks."""

from datetime import datetime
from itertools import product

from django_app.site_bench import SiteCase
from petitionkit.clauses import ClosedWhen, Closing
from petitionkit.django.models import PetitionRow
from petitionkit.facts import State
from petitionkit.moderation import Capacity
from petitionkit.petition import PetitionText
from petitionkit.policy import Policy
from petitionkit.rules import Counted


def titles(state: State, now: datetime) -> set[str]:
    found = PetitionRow.objects.with_status(state, now)
    return {str(row.uuid) for row in found}


class TestListsByStatus(SiteCase):
    def agree(self) -> None:
        for state in State:
            listed = titles(state, self.now)
            there = {
                str(row.uuid)
                for row in PetitionRow.objects.all()
                if self.desk.standing(row.uuid).status.state is state
            }
            assert listed == there, state

    def test_a_list_is_what_each_petition_says_of_itself(self) -> None:
        text = PetitionText(language="en", title="Draft")
        self.desk.start(texts=[text])
        self.submitted("Waiting")
        self.opened("Open")
        self.opened("Open as well")
        closed = self.opened("Closed")
        self.desk.acting(Capacity.OFFICE).close(closed.id)
        for days, ticks in product((0, 20, 2, 30), (False, True)):
            self.wait(days=days)
            self.agree()
            if ticks:
                self.desk.tick()
                self.agree()

    def test_a_deadline_that_nobody_recorded_has_passed_all_the_same(self) -> None:
        petition = self.opened()
        assert titles(State.OPEN, self.now) == {str(petition.id)}
        self.wait(weeks=4)
        assert titles(State.OPEN, self.now) == set()
        assert titles(State.CLOSED, self.now) == {str(petition.id)}

    def test_an_instant_to_come_may_be_asked_for(self) -> None:
        petition = self.opened()
        deadline = self.desk.standing(petition.id).deadline
        assert deadline is not None
        assert titles(State.CLOSED, deadline) == {str(petition.id)}
        assert titles(State.CLOSED, self.now) == set()

    def test_a_count_that_closes_it_is_seen_before_anybody_folds(self) -> None:
        closing = Closing(when=(ClosedWhen(key="full", needs=Counted(level=2)),))
        policy = Policy(name="full", version="1", closing=closing)
        text = PetitionText(language="en", title="Two will do")
        petition = self.desk.publish(self.desk.start(texts=[text]).id, policy)
        self.signed(petition)
        self.agree()
        self.signed(petition, "Bo")
        self.agree()
        self.wait(days=1)
        self.agree()
        assert titles(State.CLOSED, self.now) == {str(petition.id)}

    def test_it_narrows_what_was_chosen_before(self) -> None:
        self.opened("One")
        two = self.opened("Two")
        self.wait(weeks=4)
        chosen = (
            PetitionRow.objects.get_queryset()
            .filter(uuid=two.id)
            .with_status(State.CLOSED, self.now)
        )
        assert [row.uuid for row in chosen] == [two.id]
