"""Letters: from a notice to the mail that it asks for.

Decides what a mail worker needs to know and no more; the words are the app's. The same notice
gives the same letter, link included, so a worker that died can go on where it stood.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from uuid import UUID

from attrs import field, frozen

from petitionkit.keys import Secrets
from petitionkit.ledger import Notice, NoticeKind
from petitionkit.moderation import Audience, Update
from petitionkit.signature import Attempt, Role, Signature
from petitionkit.tokens import Purpose, mint

__all__ = ["Letter", "letter_for", "news_for"]


@frozen(kw_only=True)
class Letter:
    """A mail that is due: to whom, of which kind, about what, and the token for its link.

    ``token`` is empty where the mail has no link; in news it is the one to unsubscribe with, and
    ``signature_id`` says whose signature it is. Acknowledge the notice once all are sent.
    """

    notice: Notice
    to: str = field(repr=False)
    name: str = field(repr=False)
    language: str
    token: str = field(default="", repr=False)
    signature_id: UUID | None = None


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


_UNSUBSCRIBING = timedelta(days=365)


def _is_told(audience: Audience, signature: Signature, consent: str) -> bool:
    match audience:
        case Audience.SUBSCRIBERS:
            return signature.subscribed(consent)
        case Audience.SPONSORS if signature.role is not Role.SPONSOR:
            return False
        case Audience.PUBLIC:
            return False
        case _:
            return signature.live and signature.bounced_at is None


def news_for(
    notice: Notice,
    update: Update,
    signatures: Iterable[Signature],
    secrets: Secrets,
    *,
    consent: str,
) -> Iterator[Letter]:
    """Make the letters of an update, to those of its audience who have an address.

    Whoever gave the consent gets a token to take it back with, which holds for a year from the
    notice on.
    """
    until = notice.at + _UNSUBSCRIBING
    for signed in signatures:
        who = signed.particulars
        if who.email and _is_told(update.audience, signed, consent):
            token = ""
            if signed.subscribed(consent):
                token = mint(secrets, Purpose.UNSUBSCRIBE, signed.id, 0, until)
            yield Letter(
                notice=notice,
                to=who.email,
                name=who.name,
                language=signed.language,
                token=token,
                signature_id=signed.id,
            )
