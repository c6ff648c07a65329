"""The commands of manage.py."""

from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from django_app.site_bench import SiteCase
from petitionkit.facts import Event
from petitionkit.petition import Petition

ROLL = """\
name,email,signed_at
Ana,ana@example.org,2026-03-02T12:30:00Z
Bo,bo.example.org,2026-03-02T12:30:00Z
Ana,ANA@example.org,2026-03-02T12:40:00Z
Cy,cy@example.org,
"""


def run(*arguments: str, **options: Any) -> tuple[str, str]:  # noqa: ANN401 (whatever a command takes)
    out, err = StringIO(), StringIO()
    call_command(*arguments, stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


class TestTick(SiteCase):
    def test_it_records_all_that_is_due_whatever_the_limit(self) -> None:
        petitions = [self.opened(title) for title in ("One", "Two", "Three")]
        assert run("petition_tick")[0] == "settled 0; next: 2026-03-23T22:00:00Z\n"
        self.wait(weeks=4)
        assert run("petition_tick", limit=1)[0] == "settled 3; next: never, as things are\n"
        for petition in petitions:
            assert self.desk.petition(petition.id).last(Event.CLOSED)


class TestImport(SiteCase):
    def setUp(self) -> None:
        super().setUp()
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.roll = Path(folder.name) / "roll.csv"
        self.roll.write_text(ROLL, "utf-8")

    def take_in(self, petition: Petition, **options: object) -> tuple[str, str]:
        return run("petition_import", petition.slugs[0], str(self.roll), **options)

    def test_every_line_is_accounted_for_and_nobody_named(self) -> None:
        petition = self.opened()
        self.wait(days=1)
        said, wrong = self.take_in(petition)
        assert said == "1 accepted (0 of them before), 1 duplicates, 2 refused; 1 supporters\n"
        assert wrong.splitlines() == [
            "line 3 refused: email:email.no_at",
            "line 4 repeats line 2",
            "line 5 refused: signed_at:required",
        ]

    def test_the_same_roll_again_adds_nothing(self) -> None:
        petition = self.opened()
        self.wait(days=1)
        self.take_in(petition)
        assert self.take_in(petition)[0].startswith("1 accepted (1 of them before)")
        assert self.desk.standing(petition.id).supporters == 1

    def test_one_who_signed_elsewhere_is_named_by_their_signature(self) -> None:
        petition = self.opened()
        of = self.signed(petition).signature_id
        self.wait(days=1)
        assert f"line 2 repeats signature {of}" in self.take_in(petition)[1]

    def test_lines_without_a_date_are_dated_as_asked(self) -> None:
        for given in ("now", "2026-03-02", "2026-03-02T13:00:00Z"):
            petition = self.opened(f"Of {given.replace(':', ' ')}")
            self.wait(hours=1)
            assert self.take_in(petition, signed_on=given)[0].startswith("2 accepted"), given
            self.now = self.now.replace(hour=12)

    def test_it_is_found_by_its_id_as_well(self) -> None:
        petition = self.opened()
        self.wait(days=1)
        assert run("petition_import", str(petition.id), str(self.roll))[0].startswith("1 accepted")

    def test_what_cannot_be_done_is_said(self) -> None:
        petition = self.submitted()
        nowhere = "00000000-0000-4000-8000-000000000000"
        for named in ("no-such-slug", nowhere):
            with pytest.raises(CommandError, match="no petition has the slug or id"):
                run("petition_import", named, str(self.roll))
        with pytest.raises(CommandError, match="publish it first"):
            self.take_in(petition)
        opened = self.opened("Open")
        with pytest.raises(CommandError, match="signed_at"):
            self.take_in(opened, signed_on="tomorrow")
        with pytest.raises(CommandError, match="petition"):
            self.take_in(petition, signed_on="2026-03-02")
        self.roll.write_text("", "utf-8")
        with pytest.raises(CommandError, match="empty"):
            self.take_in(opened)
