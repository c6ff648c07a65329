"""The worker: sends what is due, puts off what fails, and ticks. Run as many as you like.

``python -m petition_api.worker`` sends by the mail server in ``SMTP_HOST``; without one it prints.
Links lead to pages of ``SITE_URL``, which hand the token to the routes.
"""

import os
import smtplib
import time
from collections.abc import Callable
from email.message import EmailMessage

from petition_api.office import Office
from petitionkit import Desk
from petitionkit.ledger import NoticeKind
from petitionkit.letters import Letter

__all__ = ["printed", "sent_by", "work"]

Send = Callable[[EmailMessage], None]

_API = os.environ.get("API_URL", "http://localhost:8000")
_SITE = os.environ.get("SITE_URL", _API)


def _mail(desk: Desk, letter: Letter) -> EmailMessage:
    mail, notice = EmailMessage(), letter.notice
    petition = desk.petition(notice.petition_id)
    mail["To"], mail["From"] = letter.to, os.environ.get("MAIL_FROM", "petitions@localhost")
    # The same when it is sent again: the notice's own, and in news the signature's as well.
    mail["Message-ID"] = f"<{notice.id}.{letter.signature_id or notice.attempt_id}@petitions>"
    if notice.kind is NoticeKind.UPDATED:
        update = next(one for one in petition.updates if one.key == notice.subject)
        mail["Subject"] = update.subject
        said = update.body
        if letter.token:
            mail["List-Unsubscribe"] = f"<{_API}/unsubscriptions?token={letter.token}>"
            mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
            said += f"\n\nNo more letters: {_SITE}/unsubscribe#{letter.token}"
    else:
        mail["Subject"] = petition.title
        said = "You have signed this already, and count once."
        if letter.token:  # behind the #, which browsers send to nobody
            said = f"To sign, open this page and press the button:\n{_SITE}/confirm#{letter.token}"
    mail.set_content(f"{letter.name},\n\n{said}\n")
    return mail


def _deliver(desk: Desk, letter: Letter, send: Send) -> None:
    try:
        send(_mail(desk, letter))
    except smtplib.SMTPRecipientsRefused:
        who = letter.signature_id or letter.notice.attempt_id
        if who is not None:
            desk.note_bounce(who)
        if letter.signature_id is None:  # of news the others are to get theirs
            raise


def work(desk: Desk, send: Send) -> int:
    """Send what is due now and record what has followed by itself; tells how much was due."""
    due = desk.lease(limit=50)
    for dispatch in due:
        try:
            # None where no mail to a signer is due: news for the service, or somebody erased.
            for letter in desk.letters(dispatch.notice):
                _deliver(desk, letter, send)
        except smtplib.SMTPRecipientsRefused:
            desk.give_up(dispatch, reason="smtp.refused")
        except (smtplib.SMTPException, OSError):
            desk.put_off(dispatch, reason="smtp.failed")
        else:
            desk.acknowledge(dispatch.notice)
    return len(due) + desk.tick().settled


def printed(mail: EmailMessage) -> None:
    """Print a mail instead of sending it."""
    print(mail)  # noqa: T201 (for trying out)


def sent_by(host: str) -> Send:
    """Send by a mail server."""

    def send(mail: EmailMessage) -> None:
        with smtplib.SMTP(host, timeout=30) as server:
            server.send_message(mail)

    return send


if __name__ == "__main__":
    at_work = Office.from_environment().desk
    by = sent_by(os.environ["SMTP_HOST"]) if "SMTP_HOST" in os.environ else printed
    while True:
        if not work(at_work, by):
            time.sleep(1)
