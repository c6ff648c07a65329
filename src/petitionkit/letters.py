"""Letters: from a notice to the mail that it asks for.

Decides what a mail worker needs to know and no more; the words are the app's. The same notice
gives the same letter, link included, so a worker that died can go on where it stood.
"""

from attrs import field, frozen

from petitionkit.keys import Secrets
from petitionkit.ledger import Notice, NoticeKind
from petitionkit.signature import Attempt
from petitionkit.tokens import Purpose, mint

__all__ = ["Letter", "letter_for"]


@frozen(kw_only=True)
class Letter:
    """A mail that is due: to whom, of which kind, about what, and the token for its link.

    ``token`` is empty where the mail has no link. Acknowledge the notice once it is sent.
    """

    notice: Notice
    to: str = field(repr=False)
    name: str = field(repr=False)
    language: str
    token: str = field(default="", repr=False)


_WITH_LINK = (NoticeKind.CONFIRM, NoticeKind.REMIND)


def letter_for(notice: Notice, attempt: Attempt | None, secrets: Secrets) -> Letter | None:
    """Resolve a notice with its attempt; None where no mail to a signer is due any more."""
    if attempt is None or attempt.particulars is None or notice.kind is NoticeKind.NOTHING:
        return None
    if attempt.bounced_at is not None:
        return None
    token = ""
    if notice.kind in _WITH_LINK:
        token = mint(secrets, Purpose.CONFIRM, attempt.id, attempt.generation, attempt.expires_at)
    who = attempt.particulars
    return Letter(
        notice=notice, to=who.email, name=who.name, language=attempt.language, token=token
    )
