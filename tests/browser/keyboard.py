"""Somebody who has keys and no mouse, and sees where they are."""

import pytest
from attrs import frozen
from selenium.webdriver import ActionChains, Keys
from selenium.webdriver.remote.webelement import WebElement

from browser.visits import Visitor

_MOST_STOPS = 80
_LOOKS = """
const one = arguments[0];
const looks = () => {
  const { outline, boxShadow, borderColor, backgroundColor } = getComputedStyle(one);
  return [outline, boxShadow, borderColor, backgroundColor].join();
};
const focused = looks();
one.blur();
const left = looks();
one.focus();
return focused !== left;
"""


@frozen
class Keyboard:
    """Keys for a visitor."""

    visitor: Visitor

    @property
    def here(self) -> WebElement:
        """What has the focus."""
        return self.visitor.driver.switch_to.active_element

    def press(self, *keys: str) -> None:
        """Press keys, one after the other, wherever the focus is."""
        ActionChains(self.visitor.driver).send_keys(*keys).perform()

    def go_to(self, label: str) -> None:
        """Press Tab until something is reached that is called so; each stop can be seen."""
        for _ in range(_MOST_STOPS):
            self.press(Keys.TAB)
            here = self.here
            assert here.is_displayed(), here.accessible_name
            seen = self.visitor.driver.execute_script(_LOOKS, here)
            assert seen, f"nothing shows that {here.accessible_name} has the focus"
            if here.accessible_name.rstrip(":") == label:
                return
        pytest.fail(f"no key leads to {label}")

    def fill(self, label: str, typed: str) -> None:
        """Go to a field and type; in a list that chooses."""
        self.go_to(label)
        self.press(typed)

    def turn(self, key: str = Keys.ENTER) -> None:
        """Press a key and wait for the page that comes of it."""
        with self.visitor.turning():
            self.press(key)
