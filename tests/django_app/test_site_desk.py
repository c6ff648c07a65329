"""The site's desk is what the settings say, and a part of the site's transaction."""

import base64

import pytest
from django.db import transaction
from django.test import override_settings

from django_app.site_bench import KEYS, SiteCase
from petitionkit.django.desk import given_secrets, site_desk
from petitionkit.django.models import PetitionRow
from petitionkit.errors import KeyFileError
from petitionkit.keys import KeyRing
from petitionkit.outcomes import Received
from petitionkit.signature import SignatureDraft

RING = KeyRing([b"k" * 32])


def refused(keys: object) -> str:
    with override_settings(PETITIONKIT={"KEYS": keys}), pytest.raises(KeyFileError) as caught:
        given_secrets()
    return str(caught.value)


def test_keys_are_given_as_bytes_or_in_base64() -> None:
    text = base64.b64encode(bytes(32)).decode()
    given: list[object] = [[bytes(32)], [text], (text,)]
    for keys in given:
        with override_settings(PETITIONKIT={"KEYS": keys}):
            assert given_secrets() == KeyRing([bytes(32)])


def test_secrets_of_ones_own_are_given_as_they_are_or_by_their_place() -> None:
    for own in (RING, f"{__name__}.RING"):
        with override_settings(PETITIONKIT={"SECRETS": own}):
            assert given_secrets() is RING


def test_keys_that_will_not_do_are_refused_and_not_shown() -> None:
    wrong: list[object] = [[], (), "text", b"bytes"]
    for keys in wrong:
        assert "set PETITIONKIT" in refused(keys)
    assert "not base64" in refused(["!! secret !!"])
    assert "secret" not in refused(["!! secret !!"])
    assert "at least 32" in refused([b"short"])


class TestTheSitesDesk(SiteCase):
    def test_it_is_made_once_and_anew_where_the_settings_change(self) -> None:
        first = site_desk()
        assert site_desk() is first
        with override_settings(DEBUG=True):
            assert site_desk() is first
        with override_settings(PETITIONKIT={"KEYS": KEYS}):
            assert site_desk() is not first

    def test_what_it_does_is_undone_with_the_sites_own_transaction(self) -> None:
        with transaction.atomic():
            petition = self.opened()
            transaction.set_rollback(True)
        assert not PetitionRow.objects.filter(uuid=petition.id).exists()

    def test_a_signature_lives_its_life_inside_a_test_case(self) -> None:
        petition = self.opened()
        draft = SignatureDraft(name="Ana", email="ana@example.org")
        assert self.desk.sign(petition.id, draft) == Received()
        letters = [self.desk.letter(notice) for notice in self.desk.notices()]
        (token,) = [letter.token for letter in letters if letter]
        self.desk.confirm(token)
        assert self.desk.standing(petition.id).supporters == 1
