"""What all tests share: Hypothesis profiles and the mark for long ones."""

import os

import pytest
from hypothesis import HealthCheck, settings

# Whoever runs the tests looks where nobody has looked; a gate says the same of the same tree twice.
# No deadline: a shared machine may pause anywhere. No database: a run depends on no earlier one.
settings.register_profile(
    "default",
    derandomize=bool(os.environ.get("CI")),
    deadline=None,
    print_blob=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("default")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--long", action="store_true", default=False, help="also run the tests marked long"
    )
    parser.addoption(
        "--kills", type=int, default=5, help="how often the long tests kill a writer (kill -9)"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--long"):
        return
    long = [item for item in items if "long" in item.keywords]
    if long:
        items[:] = [item for item in items if "long" not in item.keywords]
        config.hook.pytest_deselected(items=long)
