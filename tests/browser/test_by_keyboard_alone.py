"""Everything that the site is for is done by keys alone, and each stop on the way can be seen."""

from selenium.webdriver import Keys

from browser.keyboard import Keyboard
from browser.visits import PETITION, Visitor


def test_sign_and_confirm(visitor: Visitor) -> None:
    keyboard = Keyboard(visitor)
    visitor.go()
    keyboard.go_to("Skip to the content")
    keyboard.press(Keys.ENTER)
    assert keyboard.here == visitor.one("#main")
    keyboard.fill("Name", "Ana Díaz")
    keyboard.fill("E-mail address", "ana@example.org")
    keyboard.fill("Show my name to", "N")
    keyboard.go_to("Tell me what becomes of it")
    keyboard.press(Keys.SPACE)
    assert visitor.one("[name=consent_updates]").is_selected()
    keyboard.go_to("Sign")
    keyboard.turn()
    assert "Check your inbox" in visitor.text

    visitor.follow(visitor.site.letters()["ana@example.org"])
    keyboard.go_to("Sign")
    keyboard.turn(Keys.SPACE)
    assert "your signature counts" in visitor.text
    keyboard.go_to("Petitions")
    keyboard.turn()
    keyboard.go_to("Petition to Make Claremont a Sanctuary City")
    keyboard.turn()
    assert visitor.driver.current_url.endswith(PETITION)
    assert "2 supporters\n" in visitor.text


def test_hear_news_and_unsubscribe(visitor: Visitor) -> None:
    keyboard = Keyboard(visitor)
    visitor.go()
    visitor.one("[name=consent_updates]").click()
    visitor.fill(name="Ana", email="ana@example.org")
    visitor.press("Sign")
    visitor.follow(visitor.site.letters()["ana@example.org"])
    visitor.press("Sign")
    visitor.log_in()
    visitor.go(f"{PETITION}tell/")
    keyboard.fill("Subject", "The council meets")
    keyboard.fill("Body", "On Monday.")
    keyboard.go_to("Send")
    keyboard.turn()
    assert "News\nThe council meets" in visitor.text
    visitor.follow(visitor.site.letters()["ana@example.org"])
    keyboard.go_to("Stop")
    keyboard.turn()
    assert "You still count" in visitor.text


def test_start_a_petition_and_moderate_with_a_statement_of_reasons(visitor: Visitor) -> None:
    keyboard = Keyboard(visitor)
    visitor.go("/start/")
    for label, typed in (
        ("Title", "More benches"),
        ("What you ask for, and why", "To sit on."),
        ("Your name", "Bo"),
    ):
        keyboard.fill(label, typed)
    keyboard.go_to("Send")
    keyboard.turn()
    assert "A moderator will look" in visitor.text

    visitor.go("/admin/login/?next=/admin/petitionkit/petitionrow/")
    keyboard.press("clerk", Keys.TAB, "clerk")  # Django puts the focus where one types first
    keyboard.turn()
    keyboard.go_to("Select this object for an action - More benches")
    keyboard.press(Keys.SPACE)
    keyboard.fill("Action", "Rej")  # what stands below the list: keys lead there next
    keyboard.go_to("Go")
    keyboard.turn()
    assert "Reject, with a statement of reasons" in visitor.text
    keyboard.fill("Ground", "It")
    keyboard.fill("Clause", "Terms, 4")
    keyboard.fill("Explanation", "The mayor did no such thing.")
    keyboard.go_to("Reject, with a statement of reasons")
    keyboard.turn()
    assert "Reject, with a statement of reasons" in visitor.one(".messagelist .success").text
    assert visitor.all("#result_list .field-status")[0].text == "hidden"
    visitor.go("/petition/more-benches/")
    assert "not found (404)" in visitor.text
