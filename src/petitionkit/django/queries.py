"""Lists of petitions by what they are at an instant.

The state that a row holds is true from ``as_of`` until ``due_at``. The few rows for which the
instant is not between them are evaluated, so a list is right whether or not anybody ticks.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db import connections, models
from django.db.models import Q

from petitionkit.codec import from_json
from petitionkit.django.store import DjangoStore, rows_of
from petitionkit.facts import State
from petitionkit.policy import Policy
from petitionkit.rows import uuid_from_column
from petitionkit.status import status as status_at
from petitionkit.stores.counters import reached_unfolded

__all__ = ["PetitionManager", "PetitionQuerySet"]

Row_co = TypeVar("Row_co", bound=models.Model, covariant=True)


class PetitionQuerySet(models.QuerySet[Row_co]):
    """Rows of petitions."""

    def with_status(self, status: State, now: datetime) -> "PetitionQuerySet[Row_co]":
        """Petitions that are in that state at ``now``.

        Counts are those of this moment. Rows whose state does not hold at ``now`` are evaluated
        one by one when this is called; ``petition_tick`` keeps them few.
        """
        rows = rows_of(connections[self.db])
        moved = {uuid_from_column(one) for one, at in reached_unfolded(rows) if at <= now}
        unsure = Q(as_of__gt=now) | Q(due_at__lte=now) | Q(uuid__in=moved)
        found = [
            petition_id
            for petition_id, state in self._states(self.filter(unsure), now)
            if state is status
        ]
        return self.filter((~unsure & Q(state=State(status).value)) | Q(uuid__in=found))

    def _states(
        self, past: "PetitionQuerySet[Row_co]", now: datetime
    ) -> Iterator[tuple[UUID, State]]:
        store = DjangoStore(self.db)
        policies: dict[str, Policy] = {}
        for petition_id in past.values_list("uuid", flat=True):
            petition = store.petition(petition_id).ruled_at(now)
            digest = petition.policy_digest
            if digest is not None and digest not in policies:
                policies[digest] = from_json(Policy, store.policy(digest))
            policy = None if digest is None else policies[digest]
            found = status_at(petition, policy, store.tally(petition_id), now)
            yield petition_id, found.state


class PetitionManager(models.Manager[Row_co]):
    """Where queries for petitions begin."""

    def get_queryset(self) -> PetitionQuerySet[Row_co]:
        """All rows."""
        return PetitionQuerySet(self.model, using=self._db)

    def with_status(self, status: State, now: datetime) -> PetitionQuerySet[Row_co]:
        """See ``PetitionQuerySet.with_status``."""
        return self.get_queryset().with_status(status, now)
