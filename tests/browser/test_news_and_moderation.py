"""What a moderator does is seen on the page; news goes to who wants it, until they do not."""

from browser.visits import PETITION, Visitor, link_in


def test_a_petition_is_started_approved_and_signed(visitor: Visitor) -> None:
    visitor.go("/start/")
    visitor.fill(title="More benches", body="To sit on.", starter="Bo")
    visitor.press("Send")
    assert "A moderator will look" in visitor.text
    assert "More benches" not in visitor.text
    visitor.go("/petition/more-benches/")
    assert "not found (404)" in visitor.text

    visitor.log_in()
    visitor.ask_for("Approve: open, or let go on")
    assert "More benches" in visitor.text
    visitor.press("Approve: open, or let go on")
    visitor.go("/petition/more-benches/")
    assert "Sign this petition" in visitor.text


def test_news_is_shown_and_sent_until_somebody_wants_no_more(visitor: Visitor) -> None:
    for name in ("Ana", "Bo"):
        visitor.go()
        visitor.fill(name=name, email=f"{name}@example.org")
        if name == "Ana":
            visitor.one("[name=consent_updates]").click()
        visitor.press("Sign")
    for letter in visitor.site.letters().values():
        visitor.follow(letter)
        visitor.press("Sign")

    visitor.log_in()
    for subject in ("The council meets", "It has met"):
        visitor.go(f"{PETITION}tell/")
        visitor.fill(subject=subject, body="On Monday.")
        visitor.press("Send")
        assert f"News\n{subject}" in visitor.text
        letters = visitor.site.letters()
        if subject == "It has met":
            assert letters == {}
            break
        assert list(letters) == ["Ana@example.org"]
        letter = letters["Ana@example.org"]
        assert letter["List-Unsubscribe"].strip() == f"<{link_in(letter)}>"
        assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        visitor.follow(letter)
        assert "Stop writing to me?" in visitor.text
        visitor.press("Stop")
        assert "You still count" in visitor.text
    visitor.go()
    assert "3 supporters\n" in visitor.text
