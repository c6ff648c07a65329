"""Without a browser these tests are skipped and say why; where one is demanded, they fail."""

import pytest

from browser.visits import lacking, stop


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert lacking() == "no browser is driven: install chromium and chromium-driver"


def test_what_is_missing_skips_and_fails_where_it_is_demanded() -> None:
    with pytest.raises(pytest.skip.Exception, match="install chromium"):
        stop("install chromium", required=False)
    with pytest.raises(pytest.fail.Exception, match="PETITIONKIT_REQUIRE names browser"):
        stop("install chromium", required=True)
    stop("", required=True)
