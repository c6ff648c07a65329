"""What the parts of the store contract share: a way to open a store."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from store_samples import plain_petition, revision

from petitionkit.petition import Petition
from petitionkit.store import Store


class StoreOpener:
    """Opens the stores that promises are tried on."""

    examples = 100
    """Of how many histories a law is tried; fewer where opening a store takes long."""

    def open_store(self) -> AbstractContextManager[Store]:
        """Give a fresh and empty store, with its schema applied."""
        raise NotImplementedError

    @contextmanager
    def store_with_petition(self, *petitions: Petition) -> Iterator[Store]:
        """A store that holds these petitions, or a plain one."""
        with self.open_store() as store:
            for petition in petitions or (plain_petition(),):
                store.add(revision(petition))
            yield store
