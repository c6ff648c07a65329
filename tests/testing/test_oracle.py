from datetime import UTC, datetime, timedelta
from uuid import UUID

from petitionkit.testing.oracle import Folder, Office, Rules

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ONE = UUID(int=1)


def office_of(mails: int) -> Office:
    office = Office()
    rules = Rules(
        by_mail=True, deadline=lambda _opened: None, levels={}, enders=frozenset(), mails=mails
    )
    office.sheets[ONE] = Folder(realm="r", latest=NOON, rules=rules)
    return office


def test_a_mailbox_gets_so_many_mails_a_day_and_no_more() -> None:
    office = office_of(mails=2)
    mails = [office.mail_due(ONE, "ada", NOON) for _ in range(3)]
    assert mails == ["confirm", "confirm", "nothing"]
    assert office.mail_due(ONE, "bo", NOON) == "confirm"
    assert office.mail_due(ONE, "ada", NOON + timedelta(days=1)) == "confirm"
