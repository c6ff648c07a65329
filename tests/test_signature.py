from datetime import date
from uuid import UUID

import pytest
from attrs import evolve

from petitionkit.signature import Channel, Particulars, Provenance, Role, Signature, parse_day
from samples import HOUR, PETITION_ID, T0

SIGNATURE = Signature(
    id=UUID(int=1),
    petition_id=PETITION_ID,
    particulars=Particulars(name="Anna"),
    text_digest="d",
    language="en",
    signed_at=T0,
    counted_at=T0,
)


def test_a_signature_is_live_until_it_is_withdrawn() -> None:
    assert SIGNATURE.live
    assert not evolve(SIGNATURE, withdrawn_at=T0 + HOUR).live


def test_counters_stand_in_one_order_however_they_were_given() -> None:
    wanted = ("asking", "persons", "supporters")
    for given in (wanted, wanted[::-1], (*wanted, "persons")):
        assert evolve(SIGNATURE, counters=given).counters == wanted


def test_a_signature_comes_by_the_web_from_a_signer_unless_it_says_otherwise() -> None:
    assert SIGNATURE.provenance == Provenance(channel=Channel.WEB, source="", line=0)
    assert SIGNATURE.role is Role.SIGNER


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2008-02-29", date(2008, 2, 29)),
        (" 2008-02-29 ", date(2008, 2, 29)),
        ("2007-02-29", None),
        ("29.02.2008", None),
        ("", None),
        ("2008-2-9", None),
        ("0000-01-01", None),
        ("\ud800", None),
    ],
)
def test_a_day_is_read_or_none(text: str, day: date | None) -> None:
    assert parse_day(text) == day
