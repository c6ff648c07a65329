"""The FastAPI service of the examples under wrk on loopback: no error, exact counts, latencies.

Run it from the root of the project, with the extra ``test``, uvloop, httptools and wrk (a Debian
package) installed; ``--seconds 10`` is a first look:

    PYTHONPATH=tests/stores:docs/examples/fastapi_service python tests/benchmarks/load_on_fastapi.py

Signs at ten times the worst minute of a real petition, confirms all of it at the same pace, and
compares the counts with what was answered; then signs as quick as it goes. Client, server and
database share the machine. The figures stand in ``docs/how-to/fastapi.md``.
"""

import argparse
import base64
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from petition_api.office import Office
from petition_api.rules import POLICY
from postgres_server import a_database
from sqlalchemy import create_engine

from petitionkit import Capacity, Desk, KeyRing, PetitionText

KEY = bytes(32)
THREADS = 2


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def served(url: str, workers: int) -> Iterator[str]:
    """The service in so many processes; its address."""
    port = free_port()
    there = {
        **os.environ,
        "DATABASE_URL": url,
        "PETITIONKIT_KEY": base64.b64encode(KEY).decode(),
    }
    command = [sys.executable, "-m", "uvicorn", "--factory", "petition_api.main:app"]
    command += ["--port", str(port), "--workers", str(workers), "--log-level", "warning"]
    command += ["--no-access-log", "--timeout-keep-alive", "600"]  # whom nobody asks stays
    server = subprocess.Popen(command, env=there)  # noqa: S603 (our own code)
    try:
        for _ in range(300):
            with socket.socket() as trying:
                if trying.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        time.sleep(3)  # until every process has imported what it needs
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def wrk(address: str, path: str, *, each: int, rate: float, last: float, args: Any) -> Any:  # noqa: ANN401
    """Send ``each`` requests a thread; what the script says of them."""
    script = str(Path(__file__).with_suffix(".lua"))
    tokens = str(args.tokens) if args.tokens else "-"
    command = ["wrk", f"-t{THREADS}", f"-c{args.connections}", f"-d{round(last)}s", "--timeout"]
    command += ["30s", "-s", script, address, "--", path, str(each), str(rate), tokens]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    return json.loads(done.stdout.splitlines()[-1])


def told(what: str, found: dict[str, Any], counted: int) -> None:
    """A row of the table; what is not exact is an error."""
    rate = found["answered"] / found["seconds"]
    load = os.getloadavg()[0]
    print(
        f"| {what} | {found['answered']:,} | {rate:.0f} | {found['refused'] + found['broken']} |"
        f" {counted:,} | {found['p50']:.0f} | {found['p95']:.0f} | {found['p99']:.0f} |"
        f" {found['max']:.0f} | {found['late']:.2f} | {load:.1f} |",
        flush=True,
    )
    if found["refused"] or found["broken"] or not found["sent"] == found["answered"] == counted:
        raise SystemExit(f"not exact: {found}, counted {counted}")


def opened(office: Office) -> UUID:
    text = PetitionText(language="en", title="Save the library", body="It closes in May.")
    petition = office.desk.start(texts=[text])
    office.desk.acting(Capacity.STARTER).submit(petition.id, POLICY)
    office.desk.acting(Capacity.MODERATOR).approve(petition.id)
    for notice in office.desk.notices():
        office.desk.acknowledge(notice)
    return petition.id


def letters(office: Office) -> list[str]:
    """The tokens of all letters that are due, as if each had been sent."""

    def page(_: object, desk: Desk) -> list[str]:
        due = desk.notices(limit=1000)
        found = [letter.token for one in due if (letter := desk.letter(one))]
        for notice in due:
            desk.acknowledge(notice)
        return found

    tokens: list[str] = []
    while more := office.within(page):
        tokens += more
    return tokens


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rate", type=int, default=410, help="a second (default 410)")
    parser.add_argument("--seconds", type=int, default=60, help="how long (default 60)")
    parser.add_argument("--workers", type=int, default=2, help="processes (default 2)")
    parser.add_argument("--connections", type=int, default=8, help="of wrk (default 8)")
    parser.set_defaults(tokens=None)
    args = parser.parse_args()
    each = args.rate * args.seconds // THREADS
    with a_database() as plain, TemporaryDirectory() as folder:
        url = plain.replace("postgresql:", "postgresql+psycopg:", 1)
        engine = create_engine(url)
        Office.migrate(engine)
        office = Office(engine, secrets=KeyRing([KEY]))
        petition_id, other_id = opened(office), opened(office)
        print(
            "| Requests | Answered | A second | Errors | Counted | p50 ms | p95 | p99 | Longest |"
            " Late s | Load |\n|---|---|---|---|---|---|---|---|---|---|---|"
        )
        with served(url, args.workers) as address:
            signing = f"/petitions/{petition_id}/signatures?via=load"
            pace, last = args.rate / THREADS, args.seconds * 2
            quick = f"/petitions/{other_id}/signatures?via=quick"
            wrk(address, quick, each=200, rate=0, last=5, args=args)  # to warm up
            letters(office)
            found = wrk(address, signing, each=each, rate=pace, last=last, args=args)
            tokens = letters(office)
            told("sign, paced", found, len(tokens))
            args.tokens = Path(folder) / "tokens"
            args.tokens.write_text("\n".join(tokens), "utf-8")
            found = wrk(address, "/confirmations", each=each, rate=pace, last=last, args=args)
            told("confirm, paced", found, office.desk.standing(petition_id).supporters)
            args.tokens = None
            found = wrk(address, quick, each=each // 4, rate=0, last=last, args=args)
            told("sign, as quick as it goes", found, len(letters(office)))
        engine.dispose()


if __name__ == "__main__":
    main()
