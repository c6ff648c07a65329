"""Every page of the site by axe: no finding of WCAG 2.2 A and AA or of good practice."""

import pytest
from selenium_axe_python.axe import Axe

from browser.visits import PETITION, Visitor

OURS = "'#content'"  # what stands around it is Django's


def findings(visitor: Visitor, within: str = "document") -> dict[str, str]:
    """The rules that the page breaks, and how badly."""
    axe = Axe(visitor.driver)
    axe.inject()  # type: ignore[no-untyped-call]
    found = axe.run(context=within)
    assert len(found["passes"]) > 5, "axe looked at nothing"
    return {str(one["id"]): str(one["impact"]) for one in found["violations"]}


def serious(visitor: Visitor) -> dict[str, str]:
    """Those of them that keep somebody out, between what of the admin is Django's."""
    found = findings(visitor, OURS)
    return {rule: how for rule, how in found.items() if how in {"serious", "critical"}}


@pytest.mark.parametrize("width", [1100, 360])
def test_a_petition_to_be_signed(visitor: Visitor, width: int) -> None:
    visitor.driver.set_window_size(width, 1000)
    visitor.go()
    assert findings(visitor) == {}
    visitor.run("document.forms[0].noValidate = true")
    visitor.fill(email="nowhere")
    visitor.press("Sign")
    assert findings(visitor) == {}


def test_from_the_letter_to_the_news(visitor: Visitor) -> None:
    visitor.go()
    visitor.one("[name=consent_updates]").click()
    visitor.fill(name="Ana", email="ana@example.org")
    visitor.press("Sign")
    assert findings(visitor) == {}
    visitor.follow(visitor.site.letters()["ana@example.org"])
    assert findings(visitor) == {}
    visitor.press("Sign")
    assert findings(visitor) == {}
    visitor.log_in()
    visitor.go(f"{PETITION}tell/")
    assert findings(visitor) == {}
    visitor.fill(subject="The council meets", body="On Monday.")
    visitor.press("Send")
    assert findings(visitor) == {}
    visitor.follow(visitor.site.letters()["ana@example.org"])
    assert findings(visitor) == {}


def test_lists_and_a_petition_that_has_closed(visitor: Visitor) -> None:
    for path in ("/", "/start/"):
        visitor.go(path)
        assert findings(visitor) == {}
    visitor.site.wait(days=400)
    for path in ("/", PETITION):
        visitor.go(path)
        assert findings(visitor) == {}


def test_what_the_admin_shows_and_asks_in_both_lives(visitor: Visitor) -> None:
    visitor.log_in()
    for _ in range(2):
        for kind in ("petition", "signature"):
            visitor.go(f"/admin/petitionkit/{kind}row/")
            assert serious(visitor) == {}
            visitor.go(f"/admin/petitionkit/{kind}row/1/change/")
            assert serious(visitor) == {}
        visitor.go("/admin/petitionkit/petitionrow/")
        visitor.ask_for("Hide, with a statement of reasons")
        assert "How to have it looked at again" in visitor.text
        assert findings(visitor, OURS) == {}
        visitor.site.wait(days=400)


def test_the_check_finds_what_is_wrong(visitor: Visitor) -> None:
    visitor.go()
    visitor.run(
        "document.querySelectorAll('label').forEach(one => one.remove());"
        "document.documentElement.lang = '';"
        "document.body.style.color = '#ccc'"
    )
    found = findings(visitor)
    assert {"label", "html-has-lang", "color-contrast"} <= found.keys()
    assert found["label"] == "critical"
