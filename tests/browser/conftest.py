"""One site and one browser for all; each test finds both as at the beginning."""

import os
from collections.abc import Iterator

import pytest
from selenium.webdriver import Chrome

from browser.visits import Site, Visitor, driven, lacking, served, stop

REQUIRED = "browser" in os.environ.get("PETITIONKIT_REQUIRE", "").split(",")


@pytest.fixture(scope="session")
def driver() -> Iterator[Chrome]:
    stop(lacking(), required=REQUIRED)
    with driven() as browser:
        yield browser


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with served(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture
def visitor(driver: Chrome, server: Site) -> Visitor:
    server.reset()
    driver.delete_all_cookies()
    driver.set_window_size(1100, 1000)
    return Visitor(driver=driver, site=server)
