from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from petitionkit.duplicates.listings import Listing, listing_of, read_listings
from petitionkit.formats.roll import inspect_roll
from petitionkit.signature import Channel, Particulars, Provenance, Signature

T0 = datetime(2026, 3, 2, 8, tzinfo=UTC)


def read(folder: Path, text: str, zone: str = "UTC") -> list[Listing]:
    path = folder / "roll.csv"
    path.write_text(text, encoding="utf-8")
    return list(read_listings(inspect_roll(path), zone=zone))


def test_a_roll_gives_all_that_it_has(tmp_path: Path) -> None:
    text = (
        "ID,First name,Last name,E-mail,Phone,Street,City,Post code,IP address,Channel,Signed at,"
        "Birth date,Region\n"
        "7,Ana,Díaz,ana@example.org,123456,1 High St,Ely,AB1 2CD,192.0.2.7,web,"
        "2026-03-02T08:00:00Z,1990-02-03,north\n"
    )
    assert read(tmp_path, text) == [
        Listing(
            id="7",
            given="Ana",
            family="Díaz",
            email="ana@example.org",
            phone="123456",
            address="1 High St",
            town="Ely",
            postcode="AB1 2CD",
            network="192.0.2.7",
            source="web",
            birth_date="1990-02-03",
            region="north",
            signed_at=T0,
        )
    ]


def test_a_line_without_an_id_is_known_by_its_number(tmp_path: Path) -> None:
    found = read(tmp_path, "Name,Id\nAna,\nBen,8\ncut\nCleo,\n")
    assert [(e.id, e.name) for e in found] == [("line 2", "Ana"), ("8", "Ben"), ("line 5", "Cleo")]


def test_dates_are_read_in_the_zone_or_are_none(tmp_path: Path) -> None:
    text = "Name,Date\nAna,2026-03-02T09:00:00\nBen,\nCleo,yesterday\n"
    found = read(tmp_path, text, "Europe/Berlin")
    assert [e.signed_at for e in found] == [T0, None, None]


def test_a_signature_gives_its_particulars() -> None:
    signature = Signature(
        id=UUID(int=5),
        petition_id=UUID(int=1),
        particulars=Particulars(
            name="Ana", email="ana@example.org", phone="+447700900123", region="north"
        ),
        provenance=Provenance(channel=Channel.PAPER),
        text_digest="d",
        language="en",
        signed_at=T0,
        counted_at=T0,
    )
    assert listing_of(signature) == Listing(
        id=str(UUID(int=5)),
        name="Ana",
        email="ana@example.org",
        phone="+447700900123",
        region="north",
        source="paper",
        signed_at=T0,
    )
