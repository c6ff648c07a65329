"""The example site, served for a browser by a process of its own: ``python serving.py FOLDER``.

Its settings are the example's own, but for where it keeps things, what time it is, and that
letters are files. It prints its port, then takes one order a line, as JSON: ``reset``, ``clock``
with an instant, or a command of ``manage.py`` with its arguments; and answers each with a line.
"""

import json
import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from io import StringIO
from itertools import count
from pathlib import Path
from threading import Thread

import django
from django.conf import settings

SITE = Path(__file__).parents[2] / "docs" / "examples" / "django_site"
BEGINNING = datetime(2016, 11, 14, 18, tzinfo=UTC)  # as ``visits`` has it


class Clock:
    """What the site takes for the present."""

    now = BEGINNING

    def __call__(self) -> datetime:
        return self.now


def set_up(folder: Path, clock: Clock) -> None:
    sys.path.insert(0, str(SITE))
    example = import_module("settings")
    given = {name: value for name, value in vars(example).items() if name.isupper()}
    given["PETITIONKIT"] = {**example.PETITIONKIT, "CLOCK": clock}
    given["DATABASES"]["default"]["NAME"] = folder / "beginning.db"
    backend, letters = "django.core.mail.backends.filebased.EmailBackend", folder / "letters"
    if "MAILERS" in given:
        given["MAILERS"] = {"default": {"BACKEND": backend, "OPTIONS": {"file_path": letters}}}
    else:
        given.update(EMAIL_BACKEND=backend, EMAIL_FILE_PATH=letters)
    settings.configure(**given)
    django.setup()


def fresh_start(folder: Path, clock: Clock) -> Callable[[], None]:
    """Make the site as the example's README does; what is returned brings that back."""
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.core.signals import setting_changed
    from django.db import connections

    call_command("migrate", verbosity=0)
    User.objects.create_superuser("clerk", password="clerk")  # noqa: S106 (gone with the folder)
    call_command("claremont", stdout=StringIO())
    connections.close_all()
    numbers = count(1)

    def reset() -> None:
        connections.close_all()
        # A file of its own each time: a request that is just ending may still hold the old one.
        path = folder / f"site-{next(numbers)}.db"
        shutil.copy(folder / "beginning.db", path)
        settings.DATABASES["default"]["NAME"] = path
        shutil.rmtree(folder / "letters", ignore_errors=True)
        clock.now = BEGINNING
        setting_changed.send(None, setting="PETITIONKIT", value=None, enter=True)

    return reset


def serve() -> int:
    """Answer requests in the background; the port."""
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.servers.basehttp import (
        ThreadedWSGIServer,
        WSGIRequestHandler,
    )
    from django.core.wsgi import get_wsgi_application

    server = ThreadedWSGIServer(("127.0.0.1", 0), WSGIRequestHandler)
    server.set_app(StaticFilesHandler(get_wsgi_application()))
    Thread(target=server.serve_forever, daemon=True).start()
    settings.SITE_URL = f"http://127.0.0.1:{server.server_port}"
    return int(server.server_port)


def main(folder: Path) -> None:
    clock = Clock()
    set_up(folder, clock)
    from django.core.management import call_command

    reset = fresh_start(folder, clock)
    print(serve(), flush=True)
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        said = StringIO()
        if name == "reset":
            reset()
            said.write(str(settings.DATABASES["default"]["NAME"]))
        elif name == "clock":
            clock.now = datetime.fromisoformat(*arguments)
        else:
            call_command(name, *arguments, stdout=said, stderr=said)
        print(json.dumps(said.getvalue()), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
