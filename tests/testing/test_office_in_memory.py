"""An office in memory, as the tests of an app use it."""

from datetime import UTC, datetime

import pytest
from attrs import evolve

from petitionkit.facts import State
from petitionkit.form import Demand, Form
from petitionkit.outcomes import Confirmed
from petitionkit.policy import Policy
from petitionkit.signature import SignatureDraft
from petitionkit.testing import FrozenClock, office, supporter


def test_a_signer_follows_the_last_link() -> None:
    here = office()
    petition = here.petition()
    for n in (1, 2):
        here.desk.sign(petition.id, supporter(n))
    assert isinstance(here.desk.confirm(here.mailbox.last_link("confirm")), Confirmed)
    (signed,) = here.store.signatures(petition.id)
    assert signed.signature.particulars.name == "Supporter 2"
    assert [letter.to for letter in here.mailbox.letters] == ["supporter-1@example.org"]


def test_a_link_that_nobody_was_sent_is_missed_by_its_kind() -> None:
    here = office()
    with pytest.raises(LookupError, match=r"no mail of kind remind .* only of \[\]"):
        here.mailbox.last_link("remind")


@pytest.mark.parametrize("supporters", [0, 1, 10, 1001])
def test_a_petition_stands_at_any_count(supporters: int) -> None:
    here = office()
    found = here.standing(here.petition(supporters=supporters).id)
    assert found.supporters == supporters
    assert [one.key for one in found.thresholds if one.reached_at] == ["answer", "debate"][
        : (supporters >= 10) + (supporters >= 100)
    ]


def test_what_becomes_due_is_done_when_time_passes() -> None:
    here = office()
    petition = here.petition()
    here.advance(months=6)
    assert here.standing(petition.id).status.state is State.OPEN
    here.advance(days=1)
    assert here.standing(petition.id).status.state is State.CLOSED
    assert [str(fact.event) for fact in here.desk.petition(petition.id).facts][-1] == "closed"


def test_ids_and_instants_are_the_same_each_time() -> None:
    first, second = office().petition(supporters=3), office().petition(supporters=3)
    assert first == second


def test_supporters_give_what_the_form_asks_for() -> None:
    asking = Policy(name="asking", version="1", form=Form(comment=Demand.REQUIRED))
    here = office(asking)
    with pytest.raises(ValueError, match=r"1 supporters were not taken: Refused"):
        here.petition(supporters=1)

    def with_comment(n: int) -> SignatureDraft:
        return evolve(supporter(n), comment="Yes.")

    assert here.standing(here.petition(supporters=2, drafts=with_comment).id).supporters == 2
    assert here.standing(here.petition(policy=Policy(name="p", version="1")).id).supporters == 0


def test_a_frozen_clock_goes_by_the_calendar_and_by_the_clock() -> None:
    clock = FrozenClock(datetime(2026, 1, 31, 12, tzinfo=UTC))
    assert clock() == clock()
    assert clock.advance(minutes=-1) == datetime(2026, 1, 31, 11, 59, tzinfo=UTC)
    clock.advance(minutes=1)
    assert clock.advance(months=1) == datetime(2026, 2, 28, 12, tzinfo=UTC)
    assert clock.advance(days=2, hours=1.5, seconds=1) == datetime(
        2026, 3, 2, 13, 30, 1, tzinfo=UTC
    )
    # The clocks in London go forward in between: the same time there is an hour less in UTC.
    assert clock.advance(weeks=4, zone="Europe/London") == datetime(
        2026, 3, 30, 12, 30, 1, tzinfo=UTC
    )
    with pytest.raises(ValueError, match="naive"):
        FrozenClock(datetime(2026, 1, 31))  # noqa: DTZ001 (that is what is refused)
