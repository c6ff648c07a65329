from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest

from petitionkit.errors import InvalidValueError
from petitionkit.facts import State
from petitionkit.ledger import (
    Claim,
    Delta,
    Entry,
    Notice,
    NoticeKind,
    Request,
    Revision,
    Situation,
    Watch,
)
from samples import PETITION_ID, T0, petition

EAST = timezone(timedelta(hours=2))
START = datetime(2026, 3, 1, tzinfo=UTC)
NAIVE = datetime(2026, 3, 1)  # noqa: DTZ001 (naive on purpose)


def test_instants_are_kept_in_utc_and_naive_ones_refused() -> None:
    at = T0.astimezone(EAST)
    assert Delta(counters=("persons",), amount=1, at=at).at.utcoffset() == timedelta()
    assert Watch(counter="persons", level=1, since=at).since.utcoffset() == timedelta()
    with pytest.raises(InvalidValueError):
        Delta(counters=(), amount=1, at=NAIVE)
    with pytest.raises(InvalidValueError):
        Watch(counter="persons", level=1, since=NAIVE)


def test_a_notice_is_of_a_known_kind_and_holds_ids_alone() -> None:
    notice = Notice(id=UUID(int=1), kind="closed", petition_id=PETITION_ID, at=T0)
    assert notice.kind is NoticeKind.CLOSED
    assert notice.attempt_id is None
    with pytest.raises(InvalidValueError, match="must be one of: confirm, "):
        Notice(id=UUID(int=1), kind="birthday", petition_id=PETITION_ID, at=T0)


def test_a_claim_is_in_slot_0_and_shows_no_digest() -> None:
    claim = Claim(kind="mailbox", key="k", digest=b"\x07" * 32)
    assert claim.slot == 0
    assert "x07" not in repr(claim)


def test_an_entry_writes_nothing_unless_it_says_what() -> None:
    entry = Entry(answer="no")
    assert (entry.signature, entry.claims, entry.release, entry.attempt) == (None, (), False, None)
    assert (entry.deltas, entry.watches, entry.notices) == ((), (), ())


def test_a_request_asks_for_no_rows_unless_it_names_them() -> None:
    request = Request(admit=lambda _: Entry(answer=1))
    assert (request.claims, request.attempt_id, request.signature_id) == ((), None, None)
    assert request.admit(Situation(petition=petition(), counts={})).answer == 1


def test_a_revision_holds_for_ever_unless_it_is_due() -> None:
    revision = Revision(petition=petition(), state=State.DRAFT, as_of=START)
    assert revision.due_at is None
    with pytest.raises(InvalidValueError):
        Revision(petition=petition(), state=State.DRAFT, as_of=START, due_at=NAIVE)
