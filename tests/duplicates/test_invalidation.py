"""Rules of bulk invalidation: tried dry, applied in batches, and taken back."""

from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from uuid import UUID

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from petitionkit.clauses import Latch, Threshold
from petitionkit.codec import from_json, from_plain, to_json
from petitionkit.desk import Desk
from petitionkit.duplicates.invalidation import InvalidationRule, Progress, Sweep
from petitionkit.duplicates.listings import Listing, listing_of
from petitionkit.duplicates.selection import Every, InNetwork, Like, Neither, SignedSince
from petitionkit.errors import InvalidValueError
from petitionkit.moderation import Capacity
from petitionkit.outcomes import Confirmed
from petitionkit.parties import Addressee, Answer
from petitionkit.signature import (
    AmendmentKind,
    Attempt,
    Role,
    Signature,
    SignatureDraft,
    Submission,
)
from petitionkit.stores.sqlite import SQLiteStore, migrate
from samples import ENGLISH, HOUR, KEYS, POLICY, T0, Clock, Office, counting_ids

BOTS = InvalidationRule(key="bots", means=Like(field="email", like="%@bots.example"))
LOSING = evolve(
    POLICY,
    thresholds=(
        Threshold(key="reply", level=2, latch=Latch.UNTIL_OFFICIAL_ACT),
        Threshold(key="debate", level=4, latch=Latch.HOLD),
    ),
)


@pytest.fixture
def office() -> Office:
    return Office(policy=LOSING).publish()


def sweep(office: Office, listing: Callable[[Signature | Attempt], Listing] = listing_of) -> Sweep:
    return Sweep(desk=office.desk, store=office.store, petition_id=office.id, listing=listing)


def invalidated(office: Office) -> set[UUID]:
    page = office.store.signatures(office.id)
    return {one.signature.id for one in page if one.signature.invalidated_at}


def finish(run: Iterator[Progress]) -> Progress:
    *_, last = run
    assert last.finished
    return last


def test_a_dry_run_counts_and_tells_which_thresholds_would_go(office: Office) -> None:
    office.clock.go(HOUR)
    office.taken("anna@example.org")
    for n in range(4):
        office.taken(f"{n}@bots.example")
    office.sign("waiting@bots.example")
    office.desk.tick()
    office.clock.go(HOUR)
    before = office.store.signatures(office.id)
    found = sweep(office).preview(BOTS)
    assert (found.signatures, found.attempts, found.spared) == (4, 1, 0)
    assert (found.before.supporters, found.after.supporters) == (5, 1)
    assert found.lost == ("reply",)  # debate is held for good
    assert office.store.signatures(office.id) == before
    finish(sweep(office).invalidate(BOTS, actor="mod-1"))
    assert office.desk.standing(office.id).thresholds == found.after.thresholds


def test_what_the_office_has_answered_is_not_lost(office: Office) -> None:
    council = Addressee(key="council", name="Town Council")
    office.id = office.desk.start(texts=[ENGLISH], addressees=[council]).id
    office.publish()
    for n in range(3):
        office.taken(f"{n}@bots.example")
    office.desk.tick()
    assert sweep(office).preview(BOTS).lost == ("reply",)
    staff = office.desk.acting(Capacity.OFFICE)
    staff.answer(office.id, council.key, Answer(at=T0))
    assert sweep(office).preview(BOTS).lost == ()


def test_every_change_is_an_amendment_with_rule_and_actor(office: Office) -> None:
    bot, anna = office.taken("1@bots.example"), office.taken("anna@example.org")
    finish(sweep(office).invalidate(BOTS, actor="mod-1"))
    [note] = office.desk.amendments(bot)
    assert (note.kind, note.ground, note.actor, note.at) == (
        AmendmentKind.INVALIDATED,
        BOTS.mark,
        "mod-1",
        T0,
    )
    assert office.desk.amendments(anna) == ()
    finish(sweep(office).reinstate(BOTS.mark, actor="mod-2"))
    [_, undone] = office.desk.amendments(bot)
    assert (undone.kind, undone.was, undone.actor) == (
        AmendmentKind.REINSTATED,
        BOTS.mark,
        "mod-2",
    )


def test_an_attempt_that_is_meant_never_counts_unless_it_is_taken_back(office: Office) -> None:
    office.sign("late@bots.example")
    token = office.token()
    assert finish(sweep(office).invalidate(BOTS, actor="mod-1")).done == 1
    confirmed = office.desk.confirm(token)
    assert isinstance(confirmed, Confirmed)
    assert office.supporters == 0
    [note] = office.desk.amendments(confirmed.signature_id)
    assert (note.ground, note.actor) == (BOTS.mark, "mod-1")
    assert finish(sweep(office).reinstate(BOTS.mark, actor="mod-1")).done == 1
    assert office.supporters == 1


def test_a_held_attempt_that_is_taken_back_counts_when_it_is_confirmed(office: Office) -> None:
    office.sign("late@bots.example")
    finish(sweep(office).invalidate(BOTS, actor="mod-1"))
    assert finish(sweep(office).invalidate(BOTS, actor="mod-1")) == Progress(
        mark=BOTS.mark, matching=0, attempt=1, finished=True
    )
    finish(sweep(office).reinstate(BOTS.mark, actor="mod-1"))
    office.desk.confirm(office.token())
    assert office.supporters == 1


def test_what_somebody_else_held_or_invalidated_is_neither_meant_nor_taken_back(
    office: Office,
) -> None:
    bot = office.taken("1@bots.example")
    office.desk.invalidate(bot, ground="bots", actor="mod-9")
    office.sign("2@bots.example")
    [waiting] = office.store.pending(office.id)
    office.desk.hold(waiting.attempt.id, ground="assessed")
    assert sweep(office).preview(BOTS).signatures == 0
    assert sweep(office).preview(BOTS).attempts == 0
    finish(sweep(office).invalidate(BOTS, actor="mod-1"))
    assert finish(sweep(office).reinstate(BOTS.mark, actor="mod-1")).done == 0
    assert invalidated(office) == {bot}
    [waiting] = office.store.pending(office.id)
    assert waiting.attempt.held == "assessed"


def test_the_starter_is_left_alone_unless_the_rule_says_so(office: Office) -> None:
    starter = office.taken("boss@bots.example", role=Role.STARTER)
    bot = office.taken("1@bots.example")
    found = sweep(office).preview(BOTS)
    assert (found.signatures, found.spared) == (1, 1)
    finish(sweep(office).invalidate(BOTS, actor="mod-1"))
    assert invalidated(office) == {bot}
    asked = evolve(BOTS, starter=True)
    assert sweep(office).preview(asked).spared == 0
    finish(sweep(office).invalidate(asked, actor="mod-1"))
    assert invalidated(office) == {bot, starter}


def test_a_run_that_is_cancelled_has_done_its_batches_and_no_more(office: Office) -> None:
    for n in range(7):
        office.taken(f"{n}@bots.example")
    run = sweep(office).invalidate(BOTS, actor="mod-1", batch=3)
    first = next(run)
    del run
    assert (first.matching, first.done, first.percent, first.finished) == (7, 3, 42, False)
    assert len(invalidated(office)) == 3
    kept = from_json(Progress, to_json(first))
    last = finish(sweep(office).invalidate(BOTS, actor="mod-2", batch=3, since=kept))
    assert (last.done, last.percent) == (7, 100)
    assert office.supporters == 0


def test_the_progress_of_another_rule_is_refused(office: Office) -> None:
    other, one = Progress(mark="others 1", matching=1), sweep(office)
    with pytest.raises(InvalidValueError, match="other_rule"):
        one.invalidate(BOTS, actor="a", since=other)
    with pytest.raises(InvalidValueError, match="other_rule"):
        one.reinstate(BOTS.mark, actor="a", since=other)


def test_a_signer_who_has_signed_again_stays_invalidated(office: Office) -> None:
    office.taken("1@bots.example")
    finish(sweep(office).invalidate(BOTS, actor="mod-1"))
    office.taken("1@bots.example")
    last = finish(sweep(office).reinstate(BOTS.mark, actor="mod-1"))
    assert (last.done, last.left) == (0, 1)
    assert office.supporters == 1


def test_what_changes_while_a_run_reads_is_decided_on_as_it_is(office: Office) -> None:
    withdrawn, corrected, honest = (office.taken(f"{n}@bots.example", name="Ana B") for n in "123")
    office.sign("4@bots.example")
    token = office.token()
    meddled: list[object] = []

    def meddling(one: Signature | Attempt) -> Listing:
        """Somebody is at work between the look and the write."""
        listing = listing_of(one)
        if listing.email not in meddled and office.clock.now > T0:
            meddled.append(listing.email)
            match listing.email:
                case "1@bots.example":
                    office.desk.withdraw(withdrawn)
                case "2@bots.example":
                    office.desk.correct_name(corrected, "Ana Berg")
                case "3@bots.example":
                    office.desk.correct_name(honest, "Dora Berg")
                case "4@bots.example":
                    office.desk.confirm(token)
        return listing

    named = Every(all_of=(BOTS.means, Neither(none_of=(Like(field="name", like="dora%"),))))
    rule = evolve(BOTS, means=named)
    run = sweep(office, listing=meddling).invalidate(rule, actor="mod-1")
    office.clock.go(HOUR)
    last = finish(run)
    assert len(meddled) == 4
    assert (last.matching, last.done, last.left) == (4, 2, 0)
    hit = invalidated(office)
    assert corrected in hit
    assert not hit & {withdrawn, honest}
    assert len(hit) == 2  # and the attempt that was confirmed


def test_where_somebody_signed_from_comes_from_whoever_knows(office: Office) -> None:
    log = {
        office.taken("a@example.org"): "192.0.2.7",
        office.taken("b@example.org"): "198.51.100.1",
    }

    def seen_from(one: Signature | Attempt) -> Listing:
        return evolve(listing_of(one), network=log.get(one.id, ""))

    rule = InvalidationRule(key="block", means=InNetwork(in_network="192.0.2.0/24"))
    assert sweep(office).preview(rule).signatures == 0
    assert sweep(office, listing=seen_from).preview(rule).signatures == 1


def test_a_desk_that_is_given_nobody_changes_nothing(office: Office) -> None:
    assert office.desk.invalidate_all([], ground="bots") == []
    assert office.desk.reinstate_all([]) == []
    assert office.desk.hold_all([], ground="bots") == []


def test_a_draft_has_nobody_to_invalidate() -> None:
    office = Office()
    found = sweep(office).preview(BOTS)
    assert (found.signatures, found.lost) == (0, ())
    assert finish(sweep(office).invalidate(BOTS, actor="a")).percent == 100


@pytest.mark.parametrize(
    "plain",
    [
        {"key": ""},
        {"key": "A b"},
        {"summary": "x" * 256},
        {"means": {}},
        {"means": {"all_of": []}},
        {"means": {"since": "2026-03-03T00:00:00Z", "before": "2026-03-02T00:00:00Z"}},
    ],
)
def test_a_rule_without_a_proper_name_or_condition_is_refused(plain: dict[str, object]) -> None:
    proper = {"key": "bots", "means": {"in_mailbox": "a@b.example"}}
    assert from_plain(InvalidationRule, proper).key == "bots"
    with pytest.raises(InvalidValueError):
        from_plain(InvalidationRule, {**proper, **plain})


def test_a_rule_that_says_something_else_has_another_mark() -> None:
    rules = [
        BOTS,
        evolve(BOTS, starter=True),
        evolve(BOTS, summary="From the farm."),
        evolve(BOTS, means=SignedSince(since=T0)),
        evolve(BOTS, key="bots-2"),
    ]
    assert len({rule.mark for rule in rules}) == len(rules)
    assert from_json(InvalidationRule, to_json(BOTS)).mark == BOTS.mark


def test_a_run_on_a_file_does_as_one_in_memory(tmp_path: Path) -> None:
    migrate(tmp_path / "petitions.db")
    with closing(SQLiteStore(tmp_path / "petitions.db")) as store:
        ids = counting_ids()
        desk = Desk(store, secrets=KEYS, clock=Clock(), new_id=lambda: next(ids))
        petition_id = desk.start(texts=[ENGLISH]).id
        desk.publish(petition_id, LOSING)
        drafts = [SignatureDraft(name="Ana B", email=f"{n}@bots.example") for n in range(5)]
        desk.intake(petition_id, [Submission(draft=draft) for draft in drafts])
        desk.sign(petition_id, SignatureDraft(name="Ana B", email="6@bots.example"))
        desk.tick()
        file = Sweep(desk=desk, store=store, petition_id=petition_id)
        assert file.preview(BOTS).lost == ("reply",)
        steps = list(file.invalidate(BOTS, actor="mod-1", batch=2))
        assert [(one.done, one.finished) for one in steps] == [
            (1, False),
            (3, False),
            (5, False),
            (6, False),
            (6, True),
        ]
        assert desk.standing(petition_id).supporters == 0
        assert finish(file.reinstate(BOTS.mark, actor="mod-1")).done == 6
        assert desk.standing(petition_id).supporters == 5


# Laws


PEOPLE = st.lists(st.tuples(st.booleans(), st.sampled_from(Role), st.integers(0, 3)), max_size=12)


def town(people: list[tuple[bool, Role, int]]) -> Office:
    office = Office(policy=LOSING).publish()
    for n, (bot, role, what) in enumerate(people):
        office.clock.go(HOUR)
        email = f"{n}@{'bots.example' if bot else 'example.org'}"
        if what == 0:
            office.sign(email)
            continue
        signed = office.taken(email, role=Role.SIGNER if role is Role.SPONSOR else role)
        if what == 1:
            office.desk.withdraw(signed)
    return office


@given(people=PEOPLE, batch=st.integers(1, 5), stop=st.integers(0, 6), kept=st.booleans())
def test_a_run_cancelled_anywhere_and_gone_on_with_ends_like_one_in_one_go(
    people: list[tuple[bool, Role, int]], batch: int, stop: int, *, kept: bool
) -> None:
    whole, cut = town(people), town(people)
    finish(sweep(whole).invalidate(BOTS, actor="a"))
    done = list(islice(sweep(cut).invalidate(BOTS, actor="a", batch=batch), stop))
    since = done[-1] if done and kept else None
    finish(sweep(cut).invalidate(BOTS, actor="a", since=since, batch=batch))
    assert cut.store.signatures(cut.id) == whole.store.signatures(whole.id)
    assert cut.store.pending(cut.id) == whole.store.pending(whole.id)
    assert cut.desk.counts(cut.id) == whole.desk.counts(whole.id)


@given(PEOPLE, st.integers(1, 5))
def test_taking_a_rule_back_gives_back_what_was_there(
    people: list[tuple[bool, Role, int]], batch: int
) -> None:
    office = town(people)
    signatures, pending = office.store.signatures(office.id), office.store.pending(office.id)
    counts = office.desk.counts(office.id)
    run = finish(sweep(office).invalidate(BOTS, actor="a", batch=batch))
    back = finish(sweep(office).reinstate(BOTS.mark, actor="a", batch=batch))
    assert (back.done, back.left) == (run.done, 0)
    assert office.store.signatures(office.id) == signatures
    waiting = office.store.pending(office.id)
    nameless = [evolve(one, attempt=evolve(one.attempt, held_by="")) for one in waiting]
    assert nameless == list(pending)
    assert office.desk.counts(office.id) == counts


@given(people=PEOPLE, ticked=st.booleans())
def test_a_preview_says_what_then_happens(
    people: list[tuple[bool, Role, int]], *, ticked: bool
) -> None:
    office = town(people)
    if ticked:
        office.desk.tick()
    office.clock.go(HOUR)
    found = sweep(office).preview(BOTS)
    last = finish(sweep(office).invalidate(BOTS, actor="a"))
    assert last.done == last.matching == found.signatures + found.attempts
    then = office.desk.standing(office.id)
    assert then.thresholds == found.after.thresholds
    assert then.supporters == found.after.supporters
    assert then.status == found.after.status
