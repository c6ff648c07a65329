"""Signing on the page: a letter, a link, a button; and nothing that tells of others."""

import re

from browser.visits import Visitor


def page(visitor: Visitor) -> str:
    """The page as it came, but for the token against forgery, which is new each time."""
    return re.sub(r'value="\w{64}"', "", visitor.driver.page_source)


def test_sign_get_the_letter_confirm_and_the_count_rises(visitor: Visitor) -> None:
    visitor.sign("Ana Díaz", "ana@example.org")
    assert "Check your inbox" in visitor.text
    assert "1 supporter\n" in visitor.text
    (letter,) = visitor.site.letters().values()
    assert letter["To"] == "ana@example.org"
    assert "Claremont" in letter["Subject"]
    visitor.follow(letter)
    assert "You sign as Ana Díaz." in visitor.text
    visitor.press("Sign")
    assert "your signature counts" in visitor.text
    visitor.go()
    assert "2 supporters\n" in visitor.text
    assert "and 1 other today" in visitor.text
    assert visitor.site.letters() == {}


def test_the_link_alone_signs_nothing_and_twice_signs_once(visitor: Visitor) -> None:
    visitor.sign("Ana", "ana@example.org")
    (letter,) = visitor.site.letters().values()
    for _ in range(3):
        visitor.follow(letter)
    visitor.go()
    assert "1 supporter\n" in visitor.text
    visitor.follow(letter)
    visitor.press("Sign")
    for again in (visitor.driver.refresh, lambda: visitor.follow(letter)):
        again()
        assert "your signature counts" in visitor.text
    visitor.go()
    assert "2 supporters\n" in visitor.text


def test_signing_twice_tells_nothing_about_others(visitor: Visitor) -> None:
    visitor.sign("Ana", "ana@example.org")
    visitor.follow(visitor.site.letters()["ana@example.org"])
    visitor.press("Sign")
    seen = []
    for name, email in (("Mallory", "Ana@example.org"), ("Bo", "bo@example.org")):
        visitor.driver.delete_all_cookies()
        visitor.sign(name, email)
        seen.append((page(visitor), visitor.driver.current_url))
        assert "Check your inbox" in visitor.text
        assert "2 supporters\n" in visitor.text
    assert seen[0] == seen[1]
    letters = visitor.site.letters()
    assert set(letters) == {"Ana@example.org", "bo@example.org"}
    assert "signed this already" in letters["Ana@example.org"].get_content()
    assert "://" not in letters["Ana@example.org"].get_content()
    visitor.follow(letters["bo@example.org"])
    visitor.press("Sign")
    visitor.go()
    assert "3 supporters\n" in visitor.text


def test_all_problems_come_at_once_and_what_was_typed_stays(visitor: Visitor) -> None:
    visitor.go()
    # As from a browser that checks nothing by itself.
    visitor.run("document.forms[0].noValidate = true")
    visitor.fill(email="nowhere")
    visitor.press("Sign")
    assert "Name is required" in visitor.text
    assert "E-mail address has no @ sign" in visitor.text
    assert visitor.one("[name=email]").get_attribute("value") == "nowhere"
    for name in ("name", "email"):
        wrong = visitor.one(f"[name={name}]")
        assert wrong.get_attribute("aria-invalid") == "true"
        assert visitor.one(f"#{wrong.get_attribute('aria-describedby')}").is_displayed()
    assert visitor.site.letters() == {}
