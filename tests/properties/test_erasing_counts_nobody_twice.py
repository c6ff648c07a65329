"""No sequence of signing, erasing and signing again counts a person twice."""

from attrs import evolve
from hypothesis import example, given, settings
from hypothesis import strategies as st

from petitionkit.moderation import Capacity, Moderation, Reasons
from petitionkit.outcomes import Received
from petitionkit.retention import Retention
from petitionkit.signature import SignatureDraft
from samples import DAY, POLICY, Office

PEOPLE = ("anna", "bo")
STEPS = st.one_of(
    st.tuples(st.just("sign"), st.sampled_from(PEOPLE)),
    st.tuples(st.sampled_from(["erase", "withdraw", "invalidate"]), st.integers(0, 3)),
    st.tuples(st.sampled_from(["wait", "hide", "restore", "approve", "reinstate", "reopen"])),
)
COMES_BACK = [("sign", "anna"), ("erase", 0), ("sign", "anna"), ("erase", 1), ("sign", "anna")]
COMES_BACK_LATE = [
    *(("sign", "anna"), ("wait",), ("wait",), ("erase", 0), ("reopen",), ("sign", "anna")),
]
"""What chance seldom finds."""


def take(office: Office, who: dict[int, str], step: tuple[object, ...]) -> None:
    """Do one step, if the petition has it; ``who`` remembers which signature is whose."""
    staff, moderator = (office.desk.acting(c) for c in (Capacity.OFFICE, Capacity.MODERATOR))
    match step:
        case ("sign", str(name)):
            draft = SignatureDraft(name=name.title(), email=f"{name}@example.org")
            if office.desk.sign(office.id, draft) == Received():
                notice = office.desk.notices()[-1]
                letter = office.desk.letter(notice) if notice.attempt_id else None
                if letter is not None and letter.token:
                    office.desk.confirm(letter.token)
                for one in office.store.signatures(office.id):
                    who.setdefault(one.number, name)
        case (str(verb), int(n)):
            there = office.store.signatures(office.id)
            if there:
                signature_id = there[n % len(there)].signature.id
                match verb:
                    case "erase":
                        office.desk.erase(signature_id)
                    case "withdraw":
                        office.desk.withdraw(signature_id)
                    case _:
                        office.desk.invalidate(signature_id, ground="x")
        case ("wait",):
            office.clock.go(20 * DAY)
        case (str(verb),):
            moves = {
                "hide": lambda: moderator.hide(office.id, Reasons(ground="x")),
                "restore": lambda: staff.restore(office.id),
                "approve": lambda: moderator.approve(office.id),
                "reinstate": lambda: moderator.reinstate(office.id),
                "reopen": lambda: staff.reopen(
                    office.id, until=office.clock.now + 9 * DAY, authority="board"
                ),
            }
            try:
                moves[verb]()
            except (ValueError, RuntimeError, PermissionError):
                return


@settings(max_examples=150)
@given(
    steps=st.lists(STEPS, min_size=4, max_size=14),
    spent=st.sampled_from(["", "law"]),
    reopening=st.booleans(),
)
@example(steps=COMES_BACK, spent="", reopening=False)
@example(steps=COMES_BACK, spent="law", reopening=False)
@example(steps=COMES_BACK_LATE, spent="", reopening=True)
def test_nobody_counts_twice_however_often_they_are_erased(
    steps: list[tuple[object, ...]], spent: str, *, reopening: bool
) -> None:
    policy = evolve(
        POLICY,
        retention=Retention(spent_claims=spent),
        moderation=Moderation(reopening=reopening),
    )
    office = Office(policy=policy).publish()
    who: dict[int, str] = {}
    for step in steps:
        take(office, who, step)
        live = [who[one.number] for one in office.store.signatures(office.id) if one.signature.live]
        assert len(set(live)) == len(live), "somebody counts twice"
        assert office.desk.counts(office.id).get("persons", 0) == len(live)
