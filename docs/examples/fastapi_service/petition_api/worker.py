"""The worker: sends what is due, puts off what fails, and ticks. Run as many as you like.

``python -m petition_api.worker`` sends by the mail server in ``SMTP_HOST``; without one it prints.
"""

import os
import smtplib
import time
from collections.abc import Callable
from email.message import EmailMessage

from petition_api.office import Office
from petitionkit import Desk
from petitionkit.letters import Letter

__all__ = ["printed", "sent_by", "work"]

Send = Callable[[EmailMessage], None]

_PAGE = os.environ.get("CONFIRM_PAGE", "http://localhost:8000/confirm")


def _mail(desk: Desk, letter: Letter) -> EmailMessage:
    mail = EmailMessage()
    mail["To"], mail["From"] = letter.to, os.environ.get("MAIL_FROM", "petitions@localhost")
    mail["Subject"] = desk.petition(letter.notice.petition_id).title
    mail["Message-ID"] = f"<{letter.notice.id}@petitions>"  # the same when it is sent again
    said = "You have signed this already, and count once."
    if letter.token:  # behind the #, which browsers send to nobody
        said = f"To sign, open this page and press the button:\n{_PAGE}#{letter.token}"
    mail.set_content(f"{letter.name},\n\n{said}\n")
    return mail


def work(desk: Desk, send: Send) -> int:
    """Send what is due now and record what has followed by itself; tells how much was due."""
    due = desk.lease(limit=50)
    for dispatch in due:
        letter = desk.letter(dispatch.notice)
        # None where no mail to a signer is due: news for the service, or somebody erased.
        mail = _mail(desk, letter) if letter else None
        try:
            if mail is not None:
                send(mail)
        except smtplib.SMTPRecipientsRefused:
            desk.give_up(dispatch, reason="smtp.refused")
            if dispatch.notice.attempt_id:
                desk.note_bounce(dispatch.notice.attempt_id)
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
