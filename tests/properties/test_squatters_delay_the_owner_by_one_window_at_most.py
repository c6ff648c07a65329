"""Whoever types somebody's address again and again keeps them out no longer than one window."""

from datetime import timedelta

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from petitionkit.form import Confirmation
from petitionkit.ledger import NoticeKind
from petitionkit.outcomes import Confirmed
from samples import HOUR, POLICY, Office

WINDOW = 24


@given(
    st.lists(st.integers(0, 40), max_size=40).map(sorted),
    st.integers(1, 4),
    st.integers(0, 60),
)
def test_one_window_after_the_first_try_the_owners_own_link_is_sent(
    squats: list[int], mails: int, tried: int
) -> None:
    """Whatever the squatter did until the owner's first try, the second one is answered."""
    confirmation = Confirmation(mails=mails, mail_hours=WINDOW)
    office = Office(policy=evolve(POLICY, confirmation=confirmation)).publish()
    start = office.clock.now
    for hour in [squat for squat in squats if squat <= tried]:
        office.clock.now = start + hour * HOUR
        office.sign("owner@example.org", "Squatter")
    for wait in (0, WINDOW):
        office.clock.now = start + timedelta(hours=tried + wait)
        office.sign("owner@example.org", "Owner")
    letters = [office.desk.letter(notice) for notice in office.desk.notices()]
    mine = [one for one in letters if one is not None and one.name == "Owner"]
    assert mine
    assert isinstance(office.desk.confirm(mine[-1].token), Confirmed)


@given(st.lists(st.integers(0, 200), max_size=60).map(sorted), st.integers(1, 4))
def test_in_every_window_no_more_mails_than_allowed_and_one_if_anybody_asks(
    asked: list[int], mails: int
) -> None:
    """So the owner always holds a link with which to act, even while somebody goes on."""
    confirmation = Confirmation(mails=mails, mail_hours=WINDOW)
    office = Office(policy=evolve(POLICY, confirmation=confirmation)).publish()
    start = office.clock.now
    for hour in asked:
        office.clock.now = start + hour * HOUR
        office.sign("owner@example.org")
    kinds = [notice.kind for notice in office.desk.notices() if notice.attempt_id]
    sent = [hour for hour, kind in zip(asked, kinds, strict=True) if kind is not NoticeKind.NOTHING]
    for hour in asked:
        within = [one for one in sent if hour - WINDOW < one <= hour]
        assert 1 <= len(within) <= mails
