"""The worker sends each letter, again where it must, and ticks."""

import smtplib
from email.message import EmailMessage
from typing import Self

import pytest
from petition_api import worker

from fastapi_app.conftest import ANA, STAFF, Bench
from petitionkit.catalogue import Search
from petitionkit.facts import Event, State


class Post:
    """A mail server that does what it is told to."""

    def __init__(self, *failures: Exception | None) -> None:
        self.failures = list(failures)
        self.sent: list[EmailMessage] = []

    def __call__(self, mail: EmailMessage) -> None:
        failure = self.failures.pop(0) if self.failures else None
        if failure is not None:
            raise failure
        self.sent.append(mail)


@pytest.fixture
def petition_id(bench: Bench) -> str:
    opened = bench.opened()
    worker.work(bench.office.desk, Post())  # that it opened is due to nobody's mailbox
    bench.sign(opened)
    return opened


def test_a_letter_is_sent_once(bench: Bench, petition_id: str) -> None:
    post, desk = Post(), bench.office.desk
    assert worker.work(desk, post) == 1
    assert worker.work(desk, post) == 0
    [mail] = post.sent
    assert mail["To"] == ANA["email"]
    assert mail["Subject"] == bench.shown(petition_id)["texts"][0]["title"]
    assert "#" in mail.get_content()


@pytest.mark.usefixtures("petition_id")
def test_what_cannot_be_sent_is_due_again_later_and_later(bench: Bench) -> None:
    post, desk, waits = Post(smtplib.SMTPServerDisconnected(), OSError()), bench.office.desk, []
    while not post.sent:
        if worker.work(desk, post) == 0:
            bench.clock.advance(minutes=1)
            waits.append(1)
    assert len(waits) == 1 + 4
    assert worker.work(desk, post) == 0


@pytest.mark.usefixtures("petition_id")
def test_a_mailbox_that_is_refused_is_tried_no_more(bench: Bench) -> None:
    post, desk = Post(smtplib.SMTPRecipientsRefused({})), bench.office.desk
    worker.work(desk, post)
    bench.clock.advance(days=1)
    assert worker.work(desk, post) == 0
    [dead] = desk.dead_notices()
    assert dead.reason == "smtp.refused"
    assert desk.letter(dead.notice) is None  # it came back


@pytest.mark.usefixtures("petition_id")
def test_two_workers_do_not_send_the_same_letter(bench: Bench) -> None:
    desk, others = bench.office.desk, Post()

    def sending(mail: EmailMessage) -> None:
        assert worker.work(desk, others) == 0
        post(mail)

    post = Post()
    assert worker.work(desk, sending) == 1
    assert (len(post.sent), others.sent) == (1, [])


@pytest.mark.usefixtures("petition_id")
def test_what_a_worker_leaves_behind_that_dies_is_sent_by_another_under_the_same_id(
    bench: Bench,
) -> None:
    post, desk = Post(), bench.office.desk

    def dying(mail: EmailMessage) -> None:
        post(mail)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        worker.work(desk, dying)
    assert worker.work(desk, post) == 0
    bench.clock.advance(minutes=6)
    assert worker.work(desk, post) == 1
    first, again = post.sent
    assert first["Message-ID"] == again["Message-ID"]
    assert first.get_content() == again.get_content()


def test_whoever_has_signed_gets_a_letter_without_a_link(bench: Bench, petition_id: str) -> None:
    post, desk = Post(), bench.office.desk
    worker.work(desk, post)
    token = post.sent[0].get_content().partition("#")[2].strip()
    bench.client.post("/confirmations", json={"token": token})
    bench.sign(petition_id)
    worker.work(desk, post)
    assert "signed this already" in post.sent[-1].get_content()


def signed(bench: Bench, petition_id: str, *names: str) -> None:
    """These sign and confirm; each wants news."""
    for name in names:
        form = {"name": name, "email": f"{name}@example.org", "consents": ["terms", "updates"]}
        assert bench.sign(petition_id, form).status_code == 202
    post = Post()
    worker.work(bench.office.desk, post)
    for mail in post.sent:
        token = mail.get_content().partition("#")[2].strip()
        assert bench.client.post("/confirmations", json={"token": token}).status_code == 200


def told(
    bench: Bench, petition_id: str, key: str, *failures: Exception | None
) -> list[EmailMessage]:
    """The mails of news, where the first of them fail so."""
    news = {"key": key, "subject": "The council meets", "body": "On Monday."}
    path = f"/staff/petitions/{petition_id}/updates"
    assert bench.client.post(path, json=news, headers=STAFF).status_code == 202
    post = Post(*failures)
    worker.work(bench.office.desk, post)
    return post.sent


def test_news_goes_to_who_wants_it_until_they_do_not(bench: Bench, petition_id: str) -> None:
    signed(bench, petition_id, "bo", "cy")  # Ana, who signed first, wants none
    mails = told(bench, petition_id, "meets")
    assert [mail["To"] for mail in mails] == ["bo@example.org", "cy@example.org"]
    assert len({mail["Message-ID"] for mail in mails}) == 2
    assert {mail["Subject"] for mail in mails} == {"The council meets"}
    assert "On Monday." in mails[0].get_content()
    assert mails[0]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = mails[0]["List-Unsubscribe"].strip("<>").removeprefix("http://localhost:8000")
    assert link.partition("token=")[2] == mails[0].get_content().partition("#")[2].strip()
    for _ in range(2):  # as a mail program does, and once more
        answer = bench.client.post(link, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 204, answer.text
    assert [mail["To"] for mail in told(bench, petition_id, "met")] == ["cy@example.org"]
    assert bench.supporters(petition_id) == 3
    assert bench.client.post("/unsubscriptions?token=nonsense").status_code == 410


def test_of_news_the_others_get_theirs_where_a_mailbox_is_no_more(
    bench: Bench, petition_id: str
) -> None:
    signed(bench, petition_id, "bo", "cy")
    gone = smtplib.SMTPRecipientsRefused({})
    assert [mail["To"] for mail in told(bench, petition_id, "meets", gone)] == ["cy@example.org"]
    assert [mail["To"] for mail in told(bench, petition_id, "met")] == ["cy@example.org"]
    assert bench.office.desk.dead_notices() == []


def test_it_ticks(bench: Bench, petition_id: str) -> None:
    worker.work(bench.office.desk, Post())
    bench.clock.advance(years=2)
    while worker.work(bench.office.desk, Post()):
        pass
    [found] = bench.office.desk.search(Search(states=(State.CLOSED,)))
    facts = bench.office.desk.petition(found.petition_id).facts
    assert str(found.petition_id) == petition_id
    assert facts[-1].event is Event.CLOSED


def test_mails_are_printed_or_go_by_a_server(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = EmailMessage()
    mail["To"] = "ana@example.org"
    worker.printed(mail)
    assert "ana@example.org" in capsys.readouterr().out
    seen: list[object] = []

    class Server:
        def __init__(self, host: str, timeout: float) -> None:
            seen.append((host, timeout))

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            return None

        def send_message(self, sent: EmailMessage) -> None:
            seen.append(sent)

    monkeypatch.setattr(smtplib, "SMTP", Server)
    worker.sent_by("mail.example.org")(mail)
    assert seen == [("mail.example.org", 30), mail]
