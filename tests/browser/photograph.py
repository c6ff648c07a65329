"""Take the pictures of the documentation again, by hand.

``PYTHONPATH=tests python -m browser.photograph``
"""

from base64 import b64decode
from pathlib import Path
from tempfile import TemporaryDirectory

from browser.visits import Visitor, driven, grow_to_923, served

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"


def photograph(visitor: Visitor, name: str) -> None:
    """Keep what is seen of the page, cut where it ends."""
    height = visitor.run(
        "return Math.ceil(document.documentElement.getBoundingClientRect().height)"
    )
    shot = {"x": 0, "y": 0, "width": 1100, "height": height, "scale": 1}
    taken = visitor.driver.execute_cdp_cmd("Page.captureScreenshot", {"clip": shot})
    (HOW_TO / name).write_bytes(b64decode(taken["data"]))


def main() -> None:
    """Photograph the petition in both its lives."""
    with TemporaryDirectory() as folder, served(Path(folder)) as site, driven() as driver:
        site.reset()
        visitor = Visitor(driver=driver, site=site)
        grow_to_923(visitor)
        photograph(visitor, "django-open.png")
        site.wait(days=200)
        visitor.go()
        photograph(visitor, "django-closed.png")


if __name__ == "__main__":
    main()
