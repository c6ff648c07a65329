"""``manage.py send_letters``: send what is due, each letter once."""

from collections.abc import Iterator
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.management.base import BaseCommand
from django.urls import reverse

from petitionkit import Desk, Purpose
from petitionkit.django.desk import site_desk
from petitionkit.django.store import DjangoStore
from petitionkit.ledger import Notice, NoticeKind
from petitionkit.store import every_signature


def _link(page: str, token: str) -> str:
    return settings.SITE_URL + reverse(page, args=[token])


def _news(desk: Desk, notice: Notice) -> Iterator[EmailMessage]:
    updates = desk.petition(notice.petition_id).updates
    update = next(one for one in updates if one.key == notice.subject)
    for numbered in every_signature(DjangoStore(), notice.petition_id):
        signed = numbered.signature
        if signed.subscribed("updates") and signed.particulars.email:
            link = _link("unsubscribe", desk.token_for(signed.id, Purpose.UNSUBSCRIBE, days=365))
            yield EmailMessage(
                update.subject,
                f"{update.body}\n\nNo more letters: {link}",
                to=[signed.particulars.email],
                headers={
                    "List-Unsubscribe": f"<{link}>",
                    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                },
            )


def letters(desk: Desk, notice: Notice) -> Iterator[EmailMessage]:
    """The mails of a notice; none for news that is the office's alone."""
    if notice.kind is NoticeKind.UPDATED:
        yield from _news(desk, notice)
    letter = desk.letter(notice)
    if letter is None:
        return
    title = desk.petition(notice.petition_id).title
    said = "You have signed this already, and count once."
    if letter.token:
        said = f"To sign, open this link:\n{_link('confirm', letter.token)}"
    yield EmailMessage(title, f"{letter.name},\n\n{said}", to=[letter.to])


class Command(BaseCommand):
    """Lease notices, send, acknowledge; what fails is due again later."""

    help = "Send the letters that are due. Run it every minute, as often as you like at once."

    def handle(self, *_: object, **__: object) -> None:
        """Send until nothing is due."""
        desk, sent = site_desk(), 0
        while due := desk.lease():
            for dispatch in due:
                try:
                    sent += sum(mail.send() for mail in letters(desk, dispatch.notice))
                except (SMTPException, OSError):
                    desk.put_off(dispatch, reason="smtp.failed")
                else:
                    desk.acknowledge(dispatch.notice)
        self.stdout.write(f"{sent} sent")
