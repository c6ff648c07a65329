"""News is written to those of its audience who have an address and did not take it back."""

from uuid import UUID

import pytest
from attrs import evolve

from petitionkit.errors import NotFoundError
from petitionkit.form import AskedConsent, Confirmation, Form
from petitionkit.ledger import Notice, NoticeKind
from petitionkit.letters import Letter, news_for
from petitionkit.moderation import Audience, Capacity
from petitionkit.outcomes import Accepted, Amended
from petitionkit.policy import Policy
from petitionkit.signature import Role, SignatureDraft, Submission
from petitionkit.store import every_signature
from petitionkit.tokens import Purpose
from samples import Office

TOLD = Policy(
    name="town",
    version="1",
    form=Form(consents=(AskedConsent(key="updates", version="1"),)),
    confirmation=Confirmation(by_mail=False),
)


def taken(office: Office, name: str, *, consent: bool = False, role: Role = Role.SIGNER) -> UUID:
    draft = SignatureDraft(
        name=name,
        email=f"{name.lower()}@example.org",
        consents=("updates",) if consent else (),
    )
    (outcome,) = office.desk.intake(office.id, [Submission(draft=draft, role=role)])
    assert isinstance(outcome, Accepted)
    return outcome.signature_id


def announced(office: Office, audience: Audience = Audience.SUBSCRIBERS) -> Notice:
    seat = office.desk.acting(Capacity.OFFICE)
    seat.announce(office.id, key=f"to-{audience}", subject="It met", audience=audience)
    return next(one for one in office.desk.notices() if one.subject == f"to-{audience}")


def written(office: Office, notice: Notice) -> dict[str, Letter]:
    return {letter.name: letter for letter in office.desk.letters(notice)}


@pytest.fixture
def office() -> Office:
    made = Office(policy=TOLD).publish()
    taken(made, "Ana", consent=True)
    taken(made, "Bo")
    return made


@pytest.mark.parametrize(
    ("audience", "told"),
    [
        (Audience.SUBSCRIBERS, {"Ana"}),
        (Audience.SUPPORTERS, {"Ana", "Bo"}),
        (Audience.SPONSORS, set()),
        (Audience.PUBLIC, set()),
    ],
)
def test_each_audience_is_told_and_no_other(
    office: Office, audience: Audience, told: set[str]
) -> None:
    assert set(written(office, announced(office, audience))) == told


def test_sponsors_are_written_to_as_sponsors(office: Office) -> None:
    notice = announced(office, Audience.SPONSORS)
    (update,) = office.desk.petition(office.id).updates
    ana, bo = (one.signature for one in every_signature(office.store, office.id))
    signed = [ana, evolve(bo, role=Role.SPONSOR)]
    found = news_for(notice, update, signed, office.secrets, consent="updates")
    assert [letter.name for letter in found] == ["Bo"]


def test_whoever_agreed_takes_it_back_by_the_link_and_counts_on(office: Office) -> None:
    notice = announced(office)
    letter = written(office, notice)["Ana"]
    office.clock.now = notice.at  # the same letter again, whenever it is asked for
    assert written(office, notice)["Ana"] == letter
    assert (letter.to, letter.notice) == ("ana@example.org", notice)
    assert letter.signature_id is not None
    assert isinstance(office.desk.unsubscribe(letter.signature_id, "updates"), Amended)
    assert written(office, notice) == {}
    assert office.supporters == 2


def test_the_token_is_the_signers_own(office: Office) -> None:
    letters = written(office, announced(office, Audience.SUPPORTERS))
    opened = office.desk.open_link(letters["Ana"].token, Purpose.UNSUBSCRIBE)
    assert getattr(opened, "id", None) == letters["Ana"].signature_id
    assert letters["Bo"].token == ""  # who never agreed has nothing to take back


def test_who_counts_no_more_is_not_written_to(office: Office) -> None:
    notice = announced(office, Audience.SUPPORTERS)
    for name, letter in written(office, notice).items():
        assert letter.signature_id is not None
        if name == "Ana":
            office.desk.invalidate(letter.signature_id, ground="bot")
    assert set(written(office, notice)) == {"Bo"}


def test_a_mailbox_that_is_no_more_is_not_written_to_and_its_signer_counts_on(
    office: Office,
) -> None:
    notice = announced(office, Audience.SUPPORTERS)
    letter = written(office, notice)["Ana"]
    assert letter.signature_id is not None
    office.desk.note_bounce(letter.signature_id)
    assert set(written(office, notice)) == {"Bo"}
    assert written(office, announced(office)) == {}
    assert office.supporters == 2
    with pytest.raises(NotFoundError):
        office.desk.note_bounce(UUID(int=0))


def test_another_notice_is_one_letter_or_none() -> None:
    office = Office().publish()
    office.sign("ana@example.org", "Ana")
    for notice in office.desk.notices():
        letter = office.desk.letter(notice)
        assert list(office.desk.letters(notice)) == ([letter] if letter else [])
    assert NoticeKind.CONFIRM in {notice.kind for notice in office.desk.notices()}
