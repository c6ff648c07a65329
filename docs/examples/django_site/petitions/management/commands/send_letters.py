"""``manage.py send_letters``: send what is due, each letter once."""

from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.management.base import BaseCommand
from django.urls import reverse

from petitionkit import Desk
from petitionkit.django.desk import site_desk
from petitionkit.ledger import NoticeKind
from petitionkit.letters import Letter


def _link(page: str, token: str) -> str:
    return settings.SITE_URL + reverse(page, args=[token])


def _confirm(desk: Desk, letter: Letter) -> EmailMessage:
    said = "You have signed this already, and count once."
    if letter.token:
        said = f"To sign, open this link:\n{_link('confirm', letter.token)}"
    title = desk.petition(letter.notice.petition_id).title
    return EmailMessage(title, f"{letter.name},\n\n{said}", to=[letter.to])


def _news(desk: Desk, letter: Letter) -> EmailMessage:
    updates = desk.petition(letter.notice.petition_id).updates
    update = next(one for one in updates if one.key == letter.notice.subject)
    mail = EmailMessage(update.subject, update.body, to=[letter.to])
    if letter.token:  # who never agreed has nothing to take back
        link = _link("unsubscribe", letter.token)
        mail.body += f"\n\nNo more letters: {link}"
        mail.extra_headers = {
            "List-Unsubscribe": f"<{link}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    return mail


class Command(BaseCommand):
    """Lease notices, send, acknowledge; what fails is due again later."""

    help = "Send the letters that are due. Run it every minute, as often as you like at once."

    def handle(self, *_: object, **__: object) -> None:
        """Send until nothing is due."""
        desk, sent = site_desk(), 0
        while due := desk.lease():
            for dispatch in due:
                try:
                    kind = _news if dispatch.notice.kind is NoticeKind.UPDATED else _confirm
                    sent += sum(kind(desk, one).send() for one in desk.letters(dispatch.notice))
                except (SMTPException, OSError):
                    desk.put_off(dispatch, reason="smtp.failed")
                else:
                    desk.acknowledge(dispatch.notice)
        self.stdout.write(f"{sent} sent")
