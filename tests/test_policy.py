from collections.abc import Callable

import pytest
from attrs import evolve

from petitionkit.claims import ClaimKind, Identity
from petitionkit.clauses import Closing, Threshold, Window
from petitionkit.eligibility import Eligibility
from petitionkit.errors import InvalidValueError
from petitionkit.form import Confirmation, Counting, Demand, Form
from petitionkit.policy import Policy
from petitionkit.problems import Problem, problem


def _problems(build: Callable[[], object]) -> list[Problem]:
    with pytest.raises(InvalidValueError) as caught:
        build()
    return list(caught.value.problems)


def test_names_of_choices_are_read() -> None:
    assert Identity(any_of=("phone",)).any_of == (ClaimKind.PHONE,)  # type: ignore[arg-type]
    assert Closing(early_end_by=()).early_end_by == ()
    assert Counting(supporters=("organisation",)).supporters == ("organisation",)  # type: ignore[arg-type]


CHOICES = problem("unknown_choice", "any_of", choices="mailbox, phone, national_number")


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ((), CHOICES),
        ((ClaimKind.LINE,), CHOICES),
        ((ClaimKind.MAILBOX, ClaimKind.REGISTERED_NAME), CHOICES),
        ((ClaimKind.MAILBOX, ClaimKind.MAILBOX), problem("repeated", "any_of")),
    ],
)
def test_an_identity_that_identifies_nobody_is_refused(
    kinds: tuple[ClaimKind, ...], expected: Problem
) -> None:
    assert _problems(lambda: Identity(any_of=kinds)) == [expected]


def test_a_window_in_no_zone_is_refused() -> None:
    assert _problems(lambda: Window(zone="Mars/Phobos")) == [problem("unknown_zone", "zone")]


@pytest.mark.parametrize(
    "build",
    [
        lambda: Form(name_limit=0),
        lambda: Form(name_limit=256),
        lambda: Form(comment_limit=10_001),
        lambda: Form(email="maybe"),
        lambda: Eligibility(minimum_age=-1),
        lambda: Eligibility(minimum_age=151),
        lambda: Confirmation(link_days=0),
        lambda: Confirmation(grace_hours=-1),
        lambda: Threshold(key="Reply", level=1),
        lambda: Threshold(key="reply", level=0),
        lambda: Policy(name="Town", version="1"),
        lambda: Policy(name="town", version=""),
    ],
)
def test_rules_out_of_range_are_refused(build: Callable[[], object]) -> None:
    with pytest.raises(InvalidValueError):
        build()


def test_rules_that_contradict_each_other_are_all_named() -> None:
    def build() -> Policy:
        return Policy(
            name="town",
            version="1",
            format=2,
            form=Form(email=Demand.UNWANTED),
            identity=Identity(any_of=(ClaimKind.MAILBOX, ClaimKind.PHONE)),
            thresholds=(
                Threshold(key="reply", level=1),
                Threshold(key="reply", level=2, counter="likes"),
            ),
        )

    assert _problems(build) == [
        problem("required", "form.email"),
        problem("required", "form.email"),
        problem("required", "form.phone"),
        problem("repeated", "thresholds"),
        problem(
            "unknown_choice",
            "thresholds.reply.counter",
            choices="supporters, persons, organisations, sponsors",
        ),
        problem("unknown_choice", "format", choices="1"),
    ]


def test_mail_needs_an_address_of_everybody() -> None:
    form = Form(email=Demand.OPTIONAL)
    assert _problems(lambda: Policy(name="a", version="1", form=form)) == [
        problem("required", "form.email")
    ]
    proved = Policy(name="a", version="1", form=form, confirmation=Confirmation(by_mail=False))
    assert proved.form.email is Demand.OPTIONAL


def test_a_threshold_is_found_by_its_key() -> None:
    reply = Threshold(key="reply", level=10)
    policy = Policy(name="town", version="1", thresholds=(Threshold(key="debate", level=9), reply))
    assert policy.threshold("reply") == reply
    with pytest.raises(KeyError):
        evolve(policy, thresholds=()).threshold("reply")
