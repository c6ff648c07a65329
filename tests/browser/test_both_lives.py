"""The page that petitionkit began from, as somebody sees it: open and closed."""

from browser.visits import PETITION, Visitor, facts_of, grow_to_923


def forms(visitor: Visitor) -> int:
    return len(visitor.all("form"))


def test_open_it_has_a_form_a_counter_and_a_goal(visitor: Visitor) -> None:
    visitor.go()
    assert "1 supporter\n" in visitor.text
    assert "Next goal: 10" in visitor.text
    goal = visitor.one("progress")
    assert (goal.get_attribute("value"), goal.get_attribute("max")) == ("1", "10")
    assert "Today: Damage Control Action Network (DCAN) is counting on you" in visitor.text
    assert "with “Petition to Make Claremont a Sanctuary City”. Join Damage" in visitor.text
    assert "Join Damage Control Action Network (DCAN) today." in visitor.text
    assert forms(visitor) == 1
    assert "Petition Closed" not in visitor.text
    visitor.go("/")
    assert "Open petitions\nPetition to Make Claremont a Sanctuary City" in visitor.text


def test_it_goes_from_its_starter_to_closed_with_923_supporters(visitor: Visitor) -> None:
    grow_to_923(visitor)
    visitor.go()
    assert "Join Damage Control Action Network (DCAN) and 922 others today" in visitor.text
    assert "923 supporters\nNext goal: 1000" in visitor.text
    assert visitor.one("svg[role=img]").accessible_name == "Signatures a day"
    assert len(visitor.all("svg .bar")) > 100

    visitor.site.wait(days=200)
    visitor.go()
    assert visitor.text.index("Petition Closed") < visitor.text.index("Petition to Make")
    assert "This petition had 923 supporters" in visitor.text
    assert "Join" not in visitor.text
    assert forms(visitor) == 0
    assert len(visitor.all("svg .bar")) > 100


def test_the_deadline_passes_without_any_job(visitor: Visitor) -> None:
    visitor.sign("Ana", "ana@example.org")
    ana = visitor.site.letters()["ana@example.org"]
    visitor.go()
    visitor.fill(name="Bo", email="bo@example.org")
    visitor.site.wait(days=364)
    visitor.press("Sign")
    assert "Check your inbox" in visitor.text
    visitor.fill(name="Cy", email="cy@example.org")
    visitor.site.wait(days=2)

    # Whoever had the page open before is told; what they typed counts for nothing.
    visitor.press("Sign")
    assert "takes no signature" in visitor.text
    visitor.follow(ana)
    assert forms(visitor) == 0

    for _ in range(2):
        visitor.go()
        assert "Petition Closed" in visitor.text
        assert "This petition had 1 supporter\n" in visitor.text
        assert forms(visitor) == 0
    visitor.go("/")
    assert "Closed petitions\nPetition to Make Claremont" in visitor.text
    assert "closed" not in facts_of(visitor.site), "somebody ticked"
    visitor.site.order("petition_tick")
    assert "closed" in facts_of(visitor.site), "this test sees what is recorded"
    visitor.go(PETITION)
    assert "This petition had 1 supporter\n" in visitor.text
