"""Models over the store's tables, for queries, templates and the admin.

A ``PetitionRow`` is how a ``Petition`` lies in the table: each model bears its value's name, and
``Row``. Read as you like; write through the desk alone: the tables hold rules that no model
knows. Their columns are those of ``petitionkit.stores.schema``, which also makes them.
"""

import json
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy

from petitionkit.django.instants import InstantField
from petitionkit.django.queries import PetitionManager

__all__ = [
    "AmendmentRow",
    "AttemptRow",
    "ClaimKeyRow",
    "ClaimRow",
    "CountRow",
    "DeltaRow",
    "FacetRow",
    "FactRow",
    "LevelRow",
    "NameRow",
    "NoticeRow",
    "PetitionRow",
    "PolicyRow",
    "RealmRow",
    "SchemaVersionRow",
    "SignatureRow",
    "TraceRow",
    "UnfoldedDeltaRow",
]


def _of(model: str, column: str = "petition") -> "models.ForeignKey[models.Model]":
    """A reference that the store keeps right by itself: no constraint, no index of its own."""
    return models.ForeignKey(
        model,
        on_delete=models.DO_NOTHING,
        db_column=column,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )


class SchemaVersionRow(models.Model):
    """The version of the schema, and the oldest version whose petitionkit can use it."""

    version = models.BigIntegerField(primary_key=True)
    min_reader = models.BigIntegerField()

    class Meta:
        db_table = "petitionkit_schema"


class PolicyRow(models.Model):
    """A policy's document under its digest."""

    digest = models.TextField(primary_key=True)
    document = models.TextField()

    class Meta:
        db_table = "petitionkit_policy"
        verbose_name = "policy"
        verbose_name_plural = "policies"


class RealmRow(models.Model):
    """A realm, within which claims are unique."""

    number = models.BigAutoField(primary_key=True)
    name = models.TextField(unique=True)

    class Meta:
        db_table = "petitionkit_realm"


class ClaimKeyRow(models.Model):
    """The id of a key that claims were made with."""

    number = models.BigAutoField(primary_key=True)
    name = models.TextField(unique=True)

    class Meta:
        db_table = "petitionkit_key"


class PetitionRow(models.Model):
    """A petition; ``body`` is its JSON without facts and version, ``uuid`` its id."""

    number = models.BigAutoField(primary_key=True)
    uuid = models.UUIDField(unique=True, db_column="id")
    office = models.TextField()
    realm = _of("RealmRow", "realm")
    body = models.TextField()
    version = models.BigIntegerField()
    state = models.TextField()
    as_of = InstantField()
    due_at = InstantField(null=True)
    begun_at = InstantField()

    objects: ClassVar[PetitionManager["PetitionRow"]] = PetitionManager()

    class Meta:
        db_table = "petitionkit_petition"
        verbose_name = gettext_lazy("petition")
        indexes: ClassVar = [
            models.Index(
                fields=("due_at", "uuid"),
                name="petitionkit_petition_due",
                condition=models.Q(due_at__isnull=False),
            ),
            models.Index(fields=("begun_at", "uuid"), name="petitionkit_petition_begun"),
            models.Index(fields=("state", "begun_at", "uuid"), name="petitionkit_petition_state"),
            models.Index(fields=("as_of",), name="petitionkit_petition_as_of"),
        ]

    def __str__(self) -> str:
        """The title in the first language."""
        return str(json.loads(self.body)["texts"][0]["title"])


class FacetRow(models.Model):
    """What a petition is listed under: an addressee, a place, a language, a tag, its office ...

    The rest of its columns repeat the petition's own.
    """

    pk = models.CompositePrimaryKey("petition", "kind", "value")
    petition = _of("PetitionRow")
    kind = models.TextField()
    value = models.TextField()
    state = models.TextField()
    begun_at = InstantField()
    uuid = models.UUIDField(db_column="id")

    class Meta:
        db_table = "petitionkit_facet"
        indexes: ClassVar = [
            models.Index(
                fields=("kind", "value", "state", "begun_at", "uuid"),
                name="petitionkit_facet_value",
            )
        ]


class NameRow(models.Model):
    """A slug (system ``slug``) or outside identifier of a petition."""

    pk = models.CompositePrimaryKey("office", "system", "value")
    office = models.TextField()
    system = models.TextField()
    value = models.TextField()
    petition = _of("PetitionRow")

    class Meta:
        db_table = "petitionkit_name"
        indexes: ClassVar = [models.Index(fields=("petition",), name="petitionkit_name_petition")]


class FactRow(models.Model):
    """A fact of a petition's life, as JSON."""

    pk = models.CompositePrimaryKey("petition", "position")
    petition = _of("PetitionRow")
    position = models.BigIntegerField()
    document = models.TextField()

    class Meta:
        db_table = "petitionkit_fact"


class SignatureRow(models.Model):
    """A signature, live or withdrawn; ``uuid`` is its id. Holds personal data."""

    number = models.BigAutoField(primary_key=True)
    petition = _of("PetitionRow")
    uuid = models.UUIDField(unique=True, db_column="id")
    kind = models.TextField()
    role = models.TextField()
    name = models.TextField()
    email = models.TextField()
    phone = models.TextField()
    comment = models.TextField()
    region = models.TextField()
    channel = models.TextField()
    source = models.TextField()
    line = models.BigIntegerField()
    text_digest = models.TextField()
    language = models.TextField()
    signed_at = InstantField()
    counted_at = InstantField()
    withdrawn_at = InstantField(null=True)
    counters = models.TextField()
    attestations = models.TextField()
    details = models.TextField()
    invalidated_at = InstantField(null=True)
    ground = models.TextField()
    bounced_at = InstantField(null=True)
    reviews = models.TextField()

    class Meta:
        db_table = "petitionkit_signature"
        verbose_name = gettext_lazy("signature")
        indexes: ClassVar = [
            models.Index(fields=("petition", "number"), name="petitionkit_signature_order")
        ]

    def __str__(self) -> str:
        """Its id: logs and messages hold no names."""
        return str(self.uuid)


class ClaimRow(models.Model):
    """A keyed hash by which a live signature's signer is known."""

    pk = models.CompositePrimaryKey("realm", "digest", "slot")
    realm = _of("RealmRow", "realm")
    digest = models.BinaryField()
    slot = models.BigIntegerField()
    key = _of("ClaimKeyRow", "key")
    signature = _of("SignatureRow", "signature")

    class Meta:
        db_table = "petitionkit_claim"
        indexes: ClassVar = [
            models.Index(fields=("signature",), name="petitionkit_claim_signature")
        ]


class AttemptRow(models.Model):
    """A form that was filled in; ``uuid`` is its id. Holds personal data until it is used up."""

    number = models.BigAutoField(primary_key=True)
    petition = _of("PetitionRow")
    uuid = models.UUIDField(unique=True, db_column="id")
    particulars = models.TextField(null=True)
    received_at = InstantField()
    expires_at = InstantField()
    text_digest = models.TextField()
    language = models.TextField()
    role = models.TextField()
    generation = models.BigIntegerField()
    signature_id = models.UUIDField(null=True)
    mailbox = models.TextField()
    mailed_at = InstantField(null=True)
    due_at = InstantField(null=True)
    bounced_at = InstantField(null=True)
    held = models.TextField()
    held_by = models.TextField()

    class Meta:
        db_table = "petitionkit_attempt"
        indexes: ClassVar = [
            models.Index(
                fields=("petition", "mailbox", "mailed_at"), name="petitionkit_attempt_mailbox"
            ),
            models.Index(
                fields=("signature_id",),
                name="petitionkit_attempt_signature",
                condition=models.Q(signature_id__isnull=False),
            ),
            models.Index(
                fields=("due_at", "uuid"),
                name="petitionkit_attempt_due",
                condition=models.Q(due_at__isnull=False),
            ),
            models.Index(
                fields=("petition", "number"),
                name="petitionkit_attempt_pending",
                condition=models.Q(signature_id__isnull=True),
            ),
        ]


class AmendmentRow(models.Model):
    """How a signature was changed, as JSON. Holds personal data."""

    number = models.BigAutoField(primary_key=True)
    signature = _of("SignatureRow", "signature")
    document = models.TextField()

    class Meta:
        db_table = "petitionkit_amendment"
        indexes: ClassVar = [
            models.Index(fields=("signature", "number"), name="petitionkit_amendment_order")
        ]


class TraceRow(models.Model):
    """Where an attempt came from, as a keyed hash, for as long as rates look back to it."""

    number = models.BigAutoField(primary_key=True)
    petition = _of("PetitionRow")
    office = models.TextField()
    source = models.TextField()
    role = models.TextField()
    at = InstantField()
    until = InstantField()

    class Meta:
        db_table = "petitionkit_trace"
        indexes: ClassVar = [
            models.Index(fields=("source", "at"), name="petitionkit_trace_source"),
            models.Index(fields=("until",), name="petitionkit_trace_until"),
        ]


class _Ledger(models.Model):
    petition = _of("PetitionRow")
    at = InstantField()
    counters = models.TextField()
    amount = models.BigIntegerField()

    class Meta:
        abstract = True


class UnfoldedDeltaRow(_Ledger):
    """A move of counters that is not in the counts yet."""

    number = models.BigAutoField(primary_key=True)

    class Meta:
        db_table = "petitionkit_unfolded"
        indexes: ClassVar = [
            models.Index(fields=("petition",), name="petitionkit_unfolded_petition")
        ]


class DeltaRow(_Ledger):
    """A move of counters, for ever."""

    number = models.BigIntegerField(primary_key=True)

    class Meta:
        db_table = "petitionkit_delta"
        indexes: ClassVar = [
            models.Index(fields=("petition", "at", "number"), name="petitionkit_delta_order")
        ]


class CountRow(models.Model):
    """A counter as far as it is folded: the sum, all gains, and its latest move."""

    pk = models.CompositePrimaryKey("petition", "counter")
    petition = _of("PetitionRow")
    counter = models.TextField()
    amount = models.BigIntegerField()
    gained = models.BigIntegerField()
    as_of = InstantField()

    class Meta:
        db_table = "petitionkit_count"


class LevelRow(models.Model):
    """A watched level: since when, and when it was reached."""

    pk = models.CompositePrimaryKey("petition", "counter", "level")
    petition = _of("PetitionRow")
    counter = models.TextField()
    level = models.BigIntegerField()
    since = InstantField()
    reached_at = InstantField(null=True)
    stale = models.BooleanField()
    skip = models.BigIntegerField()

    class Meta:
        db_table = "petitionkit_level"


class NoticeRow(models.Model):
    """Something that is due to somebody; it holds no address. ``uuid`` is its id."""

    number = models.BigAutoField(primary_key=True)
    uuid = models.UUIDField(unique=True, db_column="id")
    kind = models.TextField()
    petition_id = models.UUIDField()
    attempt_id = models.UUIDField(null=True)
    at = InstantField()
    subject = models.TextField()
    due_at = InstantField(null=True)
    tries = models.BigIntegerField()
    reason = models.TextField()

    class Meta:
        db_table = "petitionkit_notice"
        indexes: ClassVar = [
            models.Index(
                fields=("due_at", "number"),
                name="petitionkit_notice_due",
                condition=models.Q(due_at__isnull=False),
            )
        ]
