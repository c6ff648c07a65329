"""Django's own test environment, with the tables of the app in a database in memory."""

from collections.abc import Iterator

import pytest

from django_setup import set_up_django

set_up_django()

from django.core.management import call_command  # noqa: E402 (Django first wants settings)
from django.test.utils import (  # noqa: E402 (the same)
    setup_test_environment,
    teardown_test_environment,
)


@pytest.fixture(scope="session", autouse=True)
def site() -> Iterator[None]:
    setup_test_environment()
    call_command("migrate", verbosity=0)
    yield
    teardown_test_environment()
