"""What signers agreed to has changed: they are asked again, and count as their policy says."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from petitionkit.civil import Duration
from petitionkit.clauses import Latch, Threshold, Window
from petitionkit.facts import Event
from petitionkit.form import Confirmation
from petitionkit.ledger import NoticeKind
from petitionkit.moderation import Capacity, MaterialEdits, Moderation
from petitionkit.outcomes import Amended, Confirmed, Conflict, Refused
from petitionkit.petition import Edit, PetitionText
from petitionkit.policy import Policy
from petitionkit.problems import problem
from petitionkit.rules import Regions
from petitionkit.signature import AmendmentKind, Signature, SignatureDraft, Submission
from petitionkit.stores.memory import MemoryStore
from petitionkit.stores.sqlite import SQLiteStore, migrate
from petitionkit.testing.strategies import Life
from petitionkit.tokens import Purpose
from samples import DAY, ENGLISH, HOUR, T0

COUNTING = Policy(
    name="chamber",
    version="1",
    confirmation=Confirmation(by_mail=False),
    window=Window(duration=Duration(days=10)),
    thresholds=(Threshold(key="debate", level=3),),
    moderation=Moderation(material_edits=MaterialEdits.COUNT_AGREED),
)
ASKING = evolve(COUNTING, moderation=Moderation(material_edits=MaterialEdits.ASK_AGAIN))
LETTING_GO = evolve(
    COUNTING, thresholds=(Threshold(key="debate", level=2, latch=Latch.UNTIL_OFFICIAL_ACT),)
)


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MemoryStore | SQLiteStore]:
    if request.param == "memory":
        yield MemoryStore()
        return
    migrate(tmp_path / "store.db")
    with closing(SQLiteStore(tmp_path / "store.db")) as kept:
        yield kept


def edited(life: Life, edit: Edit = Edit.MATERIAL, language: str = "en") -> PetitionText:
    versions = [t.version for t in life.desk.petition(life.id).texts if t.language == language]
    version = max(versions, default=0) + 1
    text = PetitionText(
        language=language,
        title=f"Keep the park, {version}",
        version=version,
        edit=edit if versions else Edit.INITIAL,
    )
    life.desk.acting(Capacity.OFFICE).change_text(life.id, text)
    return text


def rows(life: Life) -> list[Signature]:
    return [numbered.signature for numbered in life.store.signatures(life.id)]


def count(life: Life, counter: str = "supporters") -> int:
    return life.store.tally(life.id).count(counter)


def reached(life: Life) -> datetime | None:
    return life.standing().thresholds[0].reached_at


def test_who_signed_before_counts_again_once_they_agree(store: MemoryStore | SQLiteStore) -> None:
    life = Life(COUNTING, store=store)
    life.sign(1)
    life.sign(2)
    life.go(HOUR)
    text = edited(life)
    assert (count(life), life.standing().supporters) == (0, 0)
    assert [one.id for one in life.desk.not_agreed(life.id)] == [one.id for one in rows(life)]
    life.go(HOUR)
    first, second = rows(life)
    assert life.desk.agree(first.id) == Amended(signature_id=first.id)
    assert count(life) == 1
    assert rows(life)[0].text_digest == text.digest
    assert [one.id for one in life.desk.not_agreed(life.id)] == [second.id]
    [kept] = life.desk.amendments(first.id)
    assert (kept.kind, kept.at, kept.was) == (
        AmendmentKind.AGREED,
        T0 + 2 * HOUR,
        first.text_digest,
    )


def test_who_changes_a_text_that_was_changed_since_is_told_so_and_nobody_is_asked() -> None:
    life = Life(COUNTING)
    life.sign(1)
    seen = life.desk.petition(life.id).version
    first = edited(life, Edit.EDITORIAL)
    text = evolve(first, title="Sell the park", version=3, edit=Edit.MATERIAL)
    outcome = life.desk.acting(Capacity.OFFICE, seen=seen).change_text(life.id, text)
    assert isinstance(outcome, Conflict)
    assert outcome.current.text() == first
    assert count(life) == 1


def test_who_was_out_when_the_text_changed_and_is_reinstated_has_not_agreed_to_it() -> None:
    life = Life(COUNTING)
    life.sign(1)
    [signature] = rows(life)
    life.desk.invalidate(signature.id, ground="fraud")
    edited(life)
    life.desk.reinstate(signature.id)
    assert count(life) == 0
    assert [one.id for one in life.desk.not_agreed(life.id)] == [signature.id]
    life.desk.agree(signature.id)
    assert count(life) == 1


def test_agreeing_twice_is_agreeing_once_and_a_new_signer_has_agreed() -> None:
    life = Life(COUNTING)
    life.sign(1)
    edited(life)
    life.sign(2)
    assert count(life) == 1
    for one in rows(life):
        life.desk.agree(one.id)
        life.desk.agree(one.id)
    assert count(life) == 2
    assert len(life.desk.amendments(rows(life)[0].id)) == 1
    assert list(life.desk.amendments(rows(life)[1].id)) == []


def test_the_signers_are_to_be_told_once_for_each_edit() -> None:
    life = Life(COUNTING)
    life.sign(1)
    edited(life)
    edited(life, Edit.EDITORIAL)
    told = [one.subject for one in life.desk.notices() if one.kind is NoticeKind.TEXT_CHANGED]
    assert told == [life.desk.petition(life.id).texts[1].digest]


def test_an_editorial_edit_asks_nobody() -> None:
    life = Life(COUNTING)
    life.sign(1)
    edited(life, Edit.EDITORIAL)
    assert count(life) == 1
    assert list(life.desk.not_agreed(life.id)) == []
    assert life.desk.petition(life.id).last(Event.COUNTED_AGAIN) is None


def test_where_they_are_only_asked_they_go_on_counting() -> None:
    life = Life(ASKING)
    life.sign(1)
    text = edited(life)
    assert count(life) == 1
    [one] = life.desk.not_agreed(life.id)
    life.desk.agree(one.id)
    assert rows(life)[0].text_digest == text.digest
    assert count(life) == 1


def test_a_text_in_one_language_changes_nothing_in_another() -> None:
    life = Life(COUNTING)
    edited(life, language="fi")
    life.sign(1)
    finnish = SignatureDraft(name="N2", email="n2@example.org", language="fi")
    life.desk.sign(life.id, finnish)
    edited(life, language="fi")
    assert count(life) == 1
    assert [one.language for one in life.desk.not_agreed(life.id)] == ["fi"]


def test_a_threshold_counts_those_who_agree(store: MemoryStore | SQLiteStore) -> None:
    life = Life(COUNTING, store=store)
    life.sign(1)
    life.sign(2)
    life.go(HOUR)
    edited(life)
    life.go(HOUR)
    life.sign(3)
    assert (count(life), reached(life)) == (1, None)
    for one in rows(life)[:2]:
        life.desk.agree(one.id)
    assert (count(life), reached(life)) == (3, T0 + 2 * HOUR)


def test_a_reached_threshold_is_lost_only_where_its_latch_lets_go(
    store: MemoryStore | SQLiteStore,
) -> None:
    life = Life(LETTING_GO, store=store)
    life.sign(1)
    life.sign(2)
    life.desk.tick()
    assert reached(life) == T0
    life.go(HOUR)
    edited(life)
    assert reached(life) is None
    lost = life.desk.petition(life.id).last(Event.THRESHOLD_LOST)
    assert lost is not None
    assert lost.at == T0 + HOUR
    for one in rows(life):
        life.desk.agree(one.id)
    assert reached(life) == T0 + HOUR


def test_under_hold_it_stays_reached() -> None:
    life = Life(evolve(LETTING_GO, thresholds=(Threshold(key="debate", level=2),)))
    life.sign(1)
    life.sign(2)
    life.go(HOUR)
    edited(life)
    assert reached(life) == T0


def test_who_withdraws_or_is_invalidated_before_they_agree_is_subtracted_once() -> None:
    life = Life(COUNTING)
    for who in (1, 2, 3):
        life.sign(who)
    life.withdraw(1)
    edited(life)
    assert count(life) == 0
    one, two, three = rows(life)
    assert life.desk.agree(one.id) == Refused(
        problems=(problem("signature.withdrawn", "signature", withdrawn_at="2026-03-01T12:00:00Z"),)
    )
    life.withdraw(2)
    life.desk.invalidate(three.id, ground="fraud")
    assert count(life) == 0
    life.desk.reinstate(three.id)
    assert count(life) == 0
    life.desk.agree(three.id)
    assert count(life) == 1
    assert two.counters == ()


def test_agreeing_is_signing_and_possible_as_long_as_that_is() -> None:
    life = Life(COUNTING)
    life.sign(1)
    edited(life)
    life.go(20 * DAY)
    [one] = rows(life)
    refused = life.desk.agree(one.id)
    assert isinstance(refused, Refused)
    assert [found.code for found in refused.problems] == ["petition.closed"]
    assert life.desk.agree(UUID(int=9)) == Refused(
        problems=(problem("signature.not_found", "signature"),)
    )


def test_a_link_lets_them_agree_and_nothing_else() -> None:
    life = Life(COUNTING)
    life.sign(1)
    edited(life)
    [one] = life.desk.not_agreed(life.id)
    token = life.desk.token_for(one.id, Purpose.AGREE)
    assert isinstance(life.desk.open_link(token, Purpose.WITHDRAW), Refused)
    found = life.desk.open_link(token, Purpose.AGREE)
    assert isinstance(found, Signature)
    life.desk.agree(found.id)
    assert count(life) == 1


def test_a_mail_link_to_the_old_text_confirms_the_signer_and_counts_nobody_yet() -> None:
    life = Life(evolve(COUNTING, confirmation=Confirmation()))
    life.desk.sign(life.id, SignatureDraft(name="Ada", email="ada@example.org"))
    [mail] = [letter for n in life.desk.notices() if (letter := life.desk.letter(n))]
    edited(life)
    confirmed = life.desk.confirm(mail.token)
    assert isinstance(confirmed, Confirmed)
    assert count(life) == 0
    life.desk.agree(confirmed.signature_id)
    assert count(life) == 1


def test_a_line_that_was_signed_before_the_edit_and_comes_in_late_is_of_the_text_then() -> None:
    life = Life(COUNTING)
    life.go(HOUR)
    text = edited(life)
    life.go(HOUR)
    early, late = (
        Submission(draft=SignatureDraft(name=f"N{n}", email=f"n{n}@example.org"), signed_at=at)
        for n, at in ((1, T0), (2, life.now))
    )
    life.desk.intake(life.id, [early, late])
    assert [one.text_digest for one in rows(life)] == [ENGLISH.digest, text.digest]
    assert count(life) == 1


def test_parts_are_counted_anew_with_the_whole() -> None:
    policy = evolve(
        COUNTING,
        thresholds=(Threshold(key="both", needs=Regions(regions=2, weights=(("a", 1), ("b", 1)))),),
    )
    life = Life(policy)
    life.sign(1, "a")
    edited(life)
    life.sign(2, "b")
    assert (count(life, "supporters.in-a"), count(life, "supporters.in-b")) == (0, 1)
    life.desk.agree(rows(life)[0].id)
    assert count(life, "supporters.in-a") == 1


def test_a_later_policy_does_not_count_who_has_not_agreed() -> None:
    life = Life(COUNTING)
    life.sign(1, "a")
    edited(life)
    life.go(HOUR)
    regional = evolve(
        ASKING,
        version="2",
        thresholds=(Threshold(key="a", needs=Regions(regions=1, weights=(("a", 1),))),),
    )
    life.desk.amend_policy(life.id, regional, authority="act", reason="reform")
    assert count(life) == count(life, "supporters.in-a") == 0
    life.desk.agree(rows(life)[0].id)
    assert count(life) == count(life, "supporters.in-a") == 1


ACTS = ("sign", "edit", "fix", "agree", "withdraw", "invalidate", "reinstate")


@given(st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 1)), min_size=8, max_size=24))
@settings(max_examples=300)
def test_those_count_who_are_there_and_have_agreed_to_the_text_as_it_is(
    acts: list[tuple[str, int]],
) -> None:
    life = Life(COUNTING)
    agreed: dict[UUID, bool] = {}  # of who is not withdrawn: whether they agreed since the edit
    out: set[UUID] = set()
    gone: set[UUID] = set()
    for act, who in acts:
        life.go(HOUR)
        mine = [one.id for one in rows(life) if one.id in agreed and _of(one, who)][-1:]
        if act == "sign":
            life.sign(who)
            agreed.update((one.id, True) for one in rows(life)[len(agreed) + len(gone) :])
        elif act == "edit":
            edited(life)
            agreed = dict.fromkeys(agreed, False)
        elif act == "fix":
            edited(life, Edit.EDITORIAL)
        for signature_id in mine:
            match act:
                case "agree":
                    life.desk.agree(signature_id)
                    agreed[signature_id] = True
                case "withdraw" if signature_id not in out:
                    life.desk.withdraw(signature_id)
                    gone.add(signature_id)
                    del agreed[signature_id]
                case "invalidate":
                    life.desk.invalidate(signature_id, ground="fraud")
                    out.add(signature_id)
                case "reinstate":
                    if isinstance(life.desk.reinstate(signature_id), Amended):
                        out.discard(signature_id)
    assert count(life) == sum(yes for one, yes in agreed.items() if one not in out)


def _of(signature: Signature, who: int) -> bool:
    return signature.particulars.name == f"N{who}"
