"""Version 1 of the schema, and the models that stand on it."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

from petitionkit.django.operations import ApplySchema

__all__ = ["Migration"]


class Migration(migrations.Migration):
    """The tables as ``petitionkit.stores.schema`` makes them; the rest is Django's memory."""

    initial = True
    dependencies: ClassVar = []
    operations: ClassVar = [
        migrations.SeparateDatabaseAndState(
            database_operations=[ApplySchema(since=0, to=1)],
            state_operations=[
                migrations.CreateModel(
                    name="ClaimKeyRow",
                    fields=[
                        ("number", models.BigAutoField(primary_key=True, serialize=False)),
                        ("name", models.TextField(unique=True)),
                    ],
                    options={
                        "db_table": "petitionkit_key",
                    },
                ),
                migrations.CreateModel(
                    name="PetitionRow",
                    fields=[
                        ("number", models.BigAutoField(primary_key=True, serialize=False)),
                        ("uuid", models.UUIDField(db_column="id", unique=True)),
                        ("office", models.TextField()),
                        ("body", models.TextField()),
                        ("version", models.BigIntegerField()),
                        ("state", models.TextField()),
                        ("as_of", models.DateTimeField()),
                        ("due_at", models.DateTimeField(null=True)),
                        ("begun_at", models.DateTimeField()),
                    ],
                    options={
                        "verbose_name": "petition",
                        "db_table": "petitionkit_petition",
                    },
                ),
                migrations.CreateModel(
                    name="PolicyRow",
                    fields=[
                        ("digest", models.TextField(primary_key=True, serialize=False)),
                        ("document", models.TextField()),
                    ],
                    options={
                        "verbose_name": "policy",
                        "verbose_name_plural": "policies",
                        "db_table": "petitionkit_policy",
                    },
                ),
                migrations.CreateModel(
                    name="RealmRow",
                    fields=[
                        ("number", models.BigAutoField(primary_key=True, serialize=False)),
                        ("name", models.TextField(unique=True)),
                    ],
                    options={
                        "db_table": "petitionkit_realm",
                    },
                ),
                migrations.CreateModel(
                    name="SchemaVersionRow",
                    fields=[
                        ("version", models.BigIntegerField(primary_key=True, serialize=False)),
                        ("min_reader", models.BigIntegerField()),
                    ],
                    options={
                        "db_table": "petitionkit_schema",
                    },
                ),
                migrations.CreateModel(
                    name="NoticeRow",
                    fields=[
                        ("number", models.BigAutoField(primary_key=True, serialize=False)),
                        ("uuid", models.UUIDField(db_column="id", unique=True)),
                        ("kind", models.TextField()),
                        ("petition_id", models.UUIDField()),
                        ("attempt_id", models.UUIDField(null=True)),
                        ("at", models.DateTimeField()),
                        ("subject", models.TextField()),
                        ("due_at", models.DateTimeField(null=True)),
                        ("tries", models.BigIntegerField()),
                        ("reason", models.TextField()),
                    ],
                    options={
                        "db_table": "petitionkit_notice",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("due_at__isnull", False)),
                                fields=["due_at", "number"],
                                name="petitionkit_notice_due",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LevelRow",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "petition",
                                "counter",
                                "level",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("counter", models.TextField()),
                        ("level", models.BigIntegerField()),
                        ("since", models.DateTimeField()),
                        ("reached_at", models.DateTimeField(null=True)),
                        ("stale", models.BooleanField()),
                        ("skip", models.BigIntegerField()),
                        (
                            "petition",
                            models.ForeignKey(
                                db_column="petition",
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="petitionkit.petitionrow",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "petitionkit_level",
                    },
                ),
                migrations.CreateModel(
                    name="FactRow",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "petition",
                                "position",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("position", models.BigIntegerField()),
                        ("document", models.TextField()),
                        (
                            "petition",
                            models.ForeignKey(
                                db_column="petition",
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="petitionkit.petitionrow",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "petitionkit_fact",
                    },
                ),
                migrations.CreateModel(
                    name="CountRow",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "petition",
                                "counter",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("counter", models.TextField()),
                        ("amount", models.BigIntegerField()),
                        ("gained", models.BigIntegerField()),
                        ("as_of", models.DateTimeField()),
                        (
                            "petition",
                            models.ForeignKey(
                                db_column="petition",
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="petitionkit.petitionrow",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "petitionkit_count",
                    },
                ),
                migrations.AddField(
                    model_name="petitionrow",
                    name="realm",
                    field=models.ForeignKey(
                        db_column="realm",
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="petitionkit.realmrow",
                    ),
                ),
                migrations.CreateModel(
                    name="SignatureRow",
                    fields=[
                        ("number", models.BigAutoField(primary_key=True, serialize=False)),
                        ("uuid", models.UUIDField(db_column="id", unique=True)),
                        ("kind", models.TextField()),
                        ("role", models.TextField()),
                        ("name", models.TextField()),
                        ("email", models.TextField()),
                        ("phone", models.TextField()),
                        ("comment", models.TextField()),
                        ("region", models.TextField()),
                        ("channel", models.TextField()),
                        ("source", models.TextField()),
                        ("line", models.BigIntegerField()),
                        ("text_digest", models.TextField()),
                        ("language", models.TextField()),
                        ("signed_at", models.DateTimeField()),
                        ("counted_at", models.DateTimeField()),
                        ("withdrawn_at", models.DateTimeField(null=True)),
                        ("counters", models.TextField()),
                        ("attestations", models.TextField()),
                        ("details", models.TextField()),
                        ("invalidated_at", models.DateTimeField(null=True)),
                        ("ground", models.TextField()),
                        ("bounced_at", models.DateTimeField(null=True)),
                        ("reviews", models.TextField()),
                        (
                            "petition",
                            models.ForeignKey(
                                db_column="petition",
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="petitionkit.petitionrow",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "signature",
                        "db_table": "petitionkit_signature",
                    },
                ),
                migrations.CreateModel(
                    name="ClaimRow",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "realm",
                                "digest",
                                "slot",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("digest", models.BinaryField()),
                        ("slot", models.BigIntegerField()),
                        (
                            "key",
                            models.ForeignKey(
                                db_column="key",
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="petitionkit.claimkeyrow",
                            ),
                        ),
                        (
                            "realm",
                            models.ForeignKey(
                                db_column="realm",
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="petitionkit.realmrow",
                            ),
                        ),
                        (
                            "signature",
                            models.ForeignKey(
                                db_column="signature",
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="petitionkit.signaturerow",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "petitionkit_claim",
                    },
                ),
                migrations.CreateModel(
                    name="AmendmentRow",
                    fields=[
                        ("number", models.BigAutoField(primary_key=True, serialize=False)),
                        ("document", models.TextField()),
                        (
                            "signature",
                            models.ForeignKey(
                                db_column="signature",
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="petitionkit.signaturerow",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "petitionkit_amendment",
                    },
                ),
                migrations.CreateModel(
                    name="TraceRow",
                    fields=[
                        ("number", models.BigAutoField(primary_key=True, serialize=False)),
                        ("office", models.TextField()),
                        ("source", models.TextField()),
                        ("role", models.TextField()),
                        ("at", models.DateTimeField()),
                        ("until", models.DateTimeField()),
                        (
                            "petition",
                            models.ForeignKey(
                                db_column="petition",
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="petitionkit.petitionrow",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "petitionkit_trace",
                    },
                ),
                migrations.CreateModel(
                    name="UnfoldedDeltaRow",
                    fields=[
                        ("at", models.DateTimeField()),
                        ("counters", models.TextField()),
                        ("amount", models.BigIntegerField()),
                        ("number", models.BigAutoField(primary_key=True, serialize=False)),
                        (
                            "petition",
                            models.ForeignKey(
                                db_column="petition",
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="petitionkit.petitionrow",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "petitionkit_unfolded",
                    },
                ),
                migrations.CreateModel(
                    name="FacetRow",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "petition",
                                "kind",
                                "value",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("kind", models.TextField()),
                        ("value", models.TextField()),
                        ("state", models.TextField()),
                        ("begun_at", models.DateTimeField()),
                        ("uuid", models.UUIDField(db_column="id")),
                        (
                            "petition",
                            models.ForeignKey(
                                db_column="petition",
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="petitionkit.petitionrow",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "petitionkit_facet",
                        "indexes": [
                            models.Index(
                                fields=["kind", "value", "state", "begun_at", "uuid"],
                                name="petitionkit_facet_value",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NameRow",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "office",
                                "system",
                                "value",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("office", models.TextField()),
                        ("system", models.TextField()),
                        ("value", models.TextField()),
                        (
                            "petition",
                            models.ForeignKey(
                                db_column="petition",
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="petitionkit.petitionrow",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "petitionkit_name",
                        "indexes": [
                            models.Index(fields=["petition"], name="petitionkit_name_petition")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DeltaRow",
                    fields=[
                        ("at", models.DateTimeField()),
                        ("counters", models.TextField()),
                        ("amount", models.BigIntegerField()),
                        ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                        (
                            "petition",
                            models.ForeignKey(
                                db_column="petition",
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="petitionkit.petitionrow",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "petitionkit_delta",
                        "indexes": [
                            models.Index(
                                fields=["petition", "at", "number"], name="petitionkit_delta_order"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AttemptRow",
                    fields=[
                        ("number", models.BigAutoField(primary_key=True, serialize=False)),
                        ("uuid", models.UUIDField(db_column="id", unique=True)),
                        ("particulars", models.TextField(null=True)),
                        ("received_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField()),
                        ("text_digest", models.TextField()),
                        ("language", models.TextField()),
                        ("role", models.TextField()),
                        ("generation", models.BigIntegerField()),
                        ("signature_id", models.UUIDField(null=True)),
                        ("mailbox", models.TextField()),
                        ("mailed_at", models.DateTimeField(null=True)),
                        ("due_at", models.DateTimeField(null=True)),
                        ("bounced_at", models.DateTimeField(null=True)),
                        ("held", models.TextField()),
                        ("held_by", models.TextField()),
                        (
                            "petition",
                            models.ForeignKey(
                                db_column="petition",
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="petitionkit.petitionrow",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "petitionkit_attempt",
                        "indexes": [
                            models.Index(
                                fields=["petition", "mailbox", "mailed_at"],
                                name="petitionkit_attempt_mailbox",
                            ),
                            models.Index(
                                condition=models.Q(("signature_id__isnull", False)),
                                fields=["signature_id"],
                                name="petitionkit_attempt_signature",
                            ),
                            models.Index(
                                condition=models.Q(("due_at__isnull", False)),
                                fields=["due_at", "uuid"],
                                name="petitionkit_attempt_due",
                            ),
                            models.Index(
                                condition=models.Q(("signature_id__isnull", True)),
                                fields=["petition", "number"],
                                name="petitionkit_attempt_pending",
                            ),
                        ],
                    },
                ),
                migrations.AddIndex(
                    model_name="petitionrow",
                    index=models.Index(
                        condition=models.Q(("due_at__isnull", False)),
                        fields=["due_at", "uuid"],
                        name="petitionkit_petition_due",
                    ),
                ),
                migrations.AddIndex(
                    model_name="petitionrow",
                    index=models.Index(
                        fields=["begun_at", "uuid"], name="petitionkit_petition_begun"
                    ),
                ),
                migrations.AddIndex(
                    model_name="petitionrow",
                    index=models.Index(
                        fields=["state", "begun_at", "uuid"], name="petitionkit_petition_state"
                    ),
                ),
                migrations.AddIndex(
                    model_name="petitionrow",
                    index=models.Index(fields=["as_of"], name="petitionkit_petition_as_of"),
                ),
                migrations.AddIndex(
                    model_name="signaturerow",
                    index=models.Index(
                        fields=["petition", "number"], name="petitionkit_signature_order"
                    ),
                ),
                migrations.AddIndex(
                    model_name="claimrow",
                    index=models.Index(fields=["signature"], name="petitionkit_claim_signature"),
                ),
                migrations.AddIndex(
                    model_name="amendmentrow",
                    index=models.Index(
                        fields=["signature", "number"], name="petitionkit_amendment_order"
                    ),
                ),
                migrations.AddIndex(
                    model_name="tracerow",
                    index=models.Index(fields=["source", "at"], name="petitionkit_trace_source"),
                ),
                migrations.AddIndex(
                    model_name="tracerow",
                    index=models.Index(fields=["until"], name="petitionkit_trace_until"),
                ),
                migrations.AddIndex(
                    model_name="unfoldeddeltarow",
                    index=models.Index(fields=["petition"], name="petitionkit_unfolded_petition"),
                ),
            ],
        )
    ]
