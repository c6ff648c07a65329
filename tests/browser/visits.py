"""The example site in a process of its own, and a browser that visits it.

Chromium and its driver are Debian's ``chromium`` and ``chromium-driver``, found by name on the
path; ``lacking`` says what a machine lacks. Nothing here is asked of any network but loopback.
"""

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from attrs import define, field
from selenium.common.exceptions import WebDriverException
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.select import Select
from selenium.webdriver.support.wait import WebDriverWait

SLUG = "make-claremont-a-sanctuary-city"
ROLL = Path(__file__).parents[2] / "docs" / "examples" / "claremont" / "roll.csv"
PETITION = f"/petition/{SLUG}/"
BEGINNING = datetime.fromisoformat("2016-11-14T18:00:00+00:00")

_NAMES: Mapping[str, tuple[str, ...]] = {
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
    "chromium-driver": ("chromedriver",),
}
_SWITCHES = (
    "--headless=new",
    "--no-sandbox",  # root has none
    "--disable-dev-shm-usage",  # /dev/shm is small in containers
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--window-size=1100,1000",
)
_PATIENCE = 60.0


def _found(package: str) -> str:
    return next(filter(None, map(shutil.which, _NAMES[package])), "")


def lacking() -> str:
    """What this machine lacks; empty where a browser can be driven."""
    missing = " and ".join(package for package in _NAMES if not _found(package))
    return f"no browser is driven: install {missing}" if missing else ""


def stop(lacks: str, *, required: bool) -> None:
    """Skip for what is lacking, or fail where it must not lack; neither where nothing does."""
    if lacks and required:
        pytest.fail(f"PETITIONKIT_REQUIRE names browser, and {lacks}")
    if lacks:
        pytest.skip(lacks)


@define(kw_only=True)
class Site:
    """The site that is served: orders to it, its clock, its letters."""

    process: "subprocess.Popen[str]"
    address: str
    folder: Path
    database: Path = field(factory=Path)
    now: datetime = BEGINNING

    def order(self, name: str, *arguments: str) -> str:
        """Have a command of ``manage.py`` run, or another order; what it printed."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([name, *arguments]) + "\n")
        self.process.stdin.flush()
        said = self.process.stdout.readline()
        assert said, f"the site ended at {name}"
        return str(json.loads(said))

    def reset(self) -> None:
        """Bring back the beginning: a petition that is open, and its starter has signed."""
        self.database, self.now = Path(self.order("reset")), BEGINNING

    def wait(self, **lasting: int) -> None:
        """Let time pass."""
        self.now += timedelta(**lasting)
        self.order("clock", self.now.isoformat())

    def letters(self) -> dict[str, EmailMessage]:
        """Send what is due; the letters of this time, by mailbox."""
        self.order("send_letters")
        found = {}
        for path in (self.folder / "letters").glob("*"):
            for part in path.read_bytes().split(b"\n" + b"-" * 79 + b"\n"):
                if part.strip():
                    letter = message_from_bytes(part, policy=policy.default)
                    assert isinstance(letter, EmailMessage)
                    found[str(letter["To"])] = letter
            path.unlink()
        return found


@contextmanager
def served(folder: Path) -> Iterator[Site]:
    """A site for as long as the block lasts."""
    command = [
        sys.executable,
        "-W",
        "error",
        str(Path(__file__).parent / "serving.py"),
        str(folder),
    ]
    with (
        (folder / "site.log").open("wb") as log,
        subprocess.Popen(  # noqa: S603 (our own code)
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True
        ) as process,
    ):
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        assert port, (folder / "site.log").read_text("utf-8")
        yield Site(process=process, address=f"http://127.0.0.1:{port}", folder=folder)


@contextmanager
def driven() -> Iterator[Chrome]:
    """A browser for as long as the block lasts."""
    options = ChromeOptions()
    options.binary_location = _found("chromium")
    for switch in _SWITCHES:
        options.add_argument(switch)
    with Chrome(options, Service(_found("chromium-driver"))) as driver:
        yield driver


@define(kw_only=True)
class Visitor:
    """Somebody at a browser."""

    driver: Chrome
    site: Site

    def go(self, address: str = PETITION) -> None:
        """Open a page of the site, by its path or as a letter has it."""
        self.driver.get(address if "://" in address else self.site.address + address)

    @property
    def text(self) -> str:
        """What can be read on the page."""
        return self.one("body").text

    def all(self, selector: str) -> list[WebElement]:
        """Everything that a selector of CSS finds."""
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector: str) -> WebElement:
        """The one thing that it finds."""
        (found,) = self.all(selector)
        return found

    def fill(self, **typed: str) -> None:
        """Type into fields, by their names."""
        for name, value in typed.items():
            self.one(f"[name={name}]").send_keys(value)

    def press(self, button: str) -> None:
        """Press a button, and wait for the page that comes of it."""
        (found,) = [one for one in self.all("button, input[type=submit]") if _label(one) == button]
        with self.turning():
            found.click()

    @contextmanager
    def turning(self) -> Iterator[None]:
        """Wait for the next page at the end of the block."""
        self.run("window.left = true")
        yield
        # While one page makes way for the other, the driver may see neither.
        WebDriverWait(
            self.driver, _PATIENCE, poll_frequency=0.05, ignored_exceptions=[WebDriverException]
        ).until(lambda _: self.run("return !window.left && document.readyState === 'complete'"))

    def run(self, script: str) -> object:
        """Run JavaScript on the page; what it returns."""
        return self.driver.execute_script(script)

    def sign(self, name: str, email: str) -> None:
        """Fill in the form of the petition, and send it."""
        self.go()
        self.fill(name=name, email=email)
        self.press("Sign")

    def follow(self, letter: EmailMessage) -> None:
        """Open the link in a letter."""
        self.go(link_in(letter))

    def log_in(self) -> None:
        """Go to the list of petitions in the admin, as the site's clerk."""
        self.go("/admin/login/?next=/admin/petitionkit/petitionrow/")
        self.fill(username="clerk", password="clerk")  # noqa: S106 (gone with the site's folder)
        self.press("Log in")

    def ask_for(self, act: str) -> None:
        """Choose the newest petition in that list, and an act."""
        self.all("tbody .action-select")[0].click()
        Select(self.all("select[name=action]")[0]).select_by_visible_text(act)
        with self.turning():
            self.all("button[name=index]")[0].click()


def _label(button: WebElement) -> str:
    return button.text or str(button.get_attribute("value"))


def link_in(letter: EmailMessage) -> str:
    """The link of a letter's text."""
    (link,) = [word for word in str(letter.get_content()).split() if "://" in word]
    return link


def grow_to_923(visitor: Visitor) -> None:
    """Let five sign on the page, and a roll of 999 lines in, of which 917 count."""
    five = [f"{name}@example.org" for name in ("bo", "cy", "di", "ed", "flo")]
    for email in five:
        visitor.sign(email.partition("@")[0].title(), email)
    letters = visitor.site.letters()
    for email in five:
        visitor.follow(letters[email])
        visitor.press("Sign")
    visitor.site.wait(days=200)
    visitor.site.order("petition_import", SLUG, str(ROLL))
    visitor.go()


def facts_of(site: Site) -> list[str]:
    """The events that the site has recorded, as its database holds them."""
    with closing(sqlite3.connect(site.database)) as connection:
        rows = connection.execute("SELECT document FROM petitionkit_fact ORDER BY position")
        return [str(json.loads(row)["event"]) for (row,) in rows]
