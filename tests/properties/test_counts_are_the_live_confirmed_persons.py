"""Any history of sign, confirm, withdraw, invalidate, reinstate, rotate and retry keeps the count
equal to the live confirmed persons.

The office beside the desk knows who wrote which address, and keeps a dictionary.
"""

from tempfile import TemporaryDirectory

from attrs import evolve
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from petitionkit.clauses import Threshold
from petitionkit.counters import Counter
from petitionkit.desk import Desk
from petitionkit.form import Confirmation, Counting
from petitionkit.keys import KeyRing
from petitionkit.ledger import NoticeKind
from petitionkit.outcomes import (
    Accepted,
    AlreadySigned,
    Amended,
    Confirmed,
    Duplicate,
    Received,
    Withdrawn,
)
from petitionkit.rules import Regions
from petitionkit.signature import (
    Attestation,
    AttestationKind,
    SignatureDraft,
    Submission,
)
from petitionkit.stores.memory import MemoryStore
from petitionkit.stores.sqlite import SQLiteStore, migrate
from samples import ENGLISH, POLICY, T0, Clock, counting_ids

WAYS = {
    "ada": ("ada@example.org", "Ada+x@example.org"),
    "bo": ("b.o@gmail.com", "bo@googlemail.com"),
    "cy": ("cy@example.org",),
}
_ways = st.sampled_from([(who, way) for who, ways in WAYS.items() for way in ways])
_people = st.sampled_from(sorted(WAYS))
REGIONS = ("n", "s")
RULES = evolve(
    POLICY,
    confirmation=Confirmation(mails=1000),
    counting=Counting(counters=(Counter(key="verified", attested=(AttestationKind.EID,)),)),
    thresholds=(Threshold(key="r", needs=Regions(regions=1, weights=(("n", 9), ("s", 9)))),),
)


class Histories(RuleBasedStateMachine):
    """One petition, three people, and whatever may happen to their signatures."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.keys = [bytes([1] * 32)]
        self.ids = counting_ids()
        self.clock = Clock()
        self.live: dict[str, object] = {}
        self.ended: list[tuple[str, object, str]] = []
        self.links: list[tuple[str, str]] = []
        self.used: dict[str, tuple[str, object]] = {}
        self.region: dict[object, str] = {}
        self.verified: set[object] = set()

    @initialize(kind=st.sampled_from([MemoryStore, SQLiteStore]))
    def open(self, kind: type[MemoryStore] | type[SQLiteStore]) -> None:
        path = f"{self.folder.name}/p.db"
        migrate(path)
        self.store = MemoryStore() if kind is MemoryStore else SQLiteStore(path)
        self.turn()
        petition = self.desk.start(texts=[ENGLISH])
        self.id = self.desk.publish(petition.id, RULES).id

    def turn(self) -> None:
        self.desk = Desk(
            self.store,
            secrets=KeyRing(self.keys),
            clock=self.clock,
            new_id=lambda: next(self.ids),
        )

    @rule(way=_ways)
    def sign(self, way: tuple[str, str]) -> None:
        who, email = way
        assert self.desk.sign(self.id, SignatureDraft(name=who, email=email)) == Received()
        notice = [one for one in self.desk.notices(limit=10_000) if one.attempt_id][-1]
        known = NoticeKind.ALREADY_SIGNED if who in self.live else NoticeKind.CONFIRM
        assert notice.kind is known
        letter = self.desk.letter(notice)
        if letter is not None and letter.token:
            self.links.append((who, letter.token))

    @rule(pick=st.integers(0, 10**6))
    def confirm(self, pick: int) -> None:
        if not self.links:
            return
        who, token = self.links[pick % len(self.links)]
        looked, outcome = self.desk.look_at(token), self.desk.confirm(token)
        match outcome:
            case Confirmed(signature_id=made):
                if token in self.used:
                    assert self.used[token] == (who, made)
                    assert looked == outcome
                else:
                    assert who not in self.live
                    self.live[who] = made
                    self.used[token] = (who, made)
            case AlreadySigned():
                assert who in self.live
                assert token not in self.used
            case _:
                assert ("withdrawn", self.used[token]) in [
                    (how, (person, made)) for person, made, how in self.ended
                ]

    @rule(way=_ways)
    def hand_in(self, way: tuple[str, str]) -> None:
        self.take_in(way)

    def take_in(self, way: tuple[str, str]) -> None:
        who, email = way
        draft = SignatureDraft(name=who, email=email)
        [outcome] = self.desk.intake(self.id, [Submission(draft=draft)])
        if who in self.live:
            assert outcome == Duplicate(of=self.live[who])  # type: ignore[arg-type]
        else:
            assert isinstance(outcome, Accepted)
            self.live[who] = outcome.signature_id

    @rule(who=_people)
    def withdraw(self, who: str) -> None:
        made = self.live.pop(who, None)
        if made is not None:
            assert self.desk.withdraw(made) == Withdrawn(signature_id=made)  # type: ignore[arg-type]
            self.ended.append((who, made, "withdrawn"))

    @rule(who=_people, again=st.booleans())
    def invalidate(self, who: str, *, again: bool) -> None:
        """Invalidate a signature, and often let its signer sign again before it is reinstated."""
        made = self.live.pop(who, None)
        if made is not None:
            assert self.desk.invalidate(made, ground="x") == Amended(signature_id=made)  # type: ignore[arg-type]
            self.ended.append((who, made, "invalidated"))
            if again:
                self.take_in((who, WAYS[who][0]))
                self.reinstate(0)  # the one just invalidated, whose signer stands already

    @rule(pick=st.integers(0, 10**6))
    def reinstate(self, pick: int) -> None:
        if not self.ended:
            return
        who, made, how = entry = self.ended[-1 - pick % len(self.ended)]
        outcome = self.desk.reinstate(made)  # type: ignore[arg-type]
        if how == "invalidated" and who not in self.live:
            assert isinstance(outcome, Amended)
            self.live[who] = made
            self.ended.remove(entry)
        else:
            assert not isinstance(outcome, Amended)

    @rule(who=_people, region=st.sampled_from(["", *REGIONS]))
    def move(self, who: str, region: str) -> None:
        made = self.live.get(who)
        if made is not None:
            self.desk.assign_region(made, region)  # type: ignore[arg-type]
            self.region[made] = region

    @rule(who=_people)
    def verify(self, who: str) -> None:
        made = self.live.get(who)
        if made is not None:
            self.desk.attest(made, Attestation(kind=AttestationKind.EID, at=T0))  # type: ignore[arg-type]
            self.verified.add(made)

    @rule(who=_people, name=st.sampled_from(["Ada", "Bo"]))
    def rename(self, who: str, name: str) -> None:
        made = self.live.get(who)
        if made is not None:
            assert isinstance(self.desk.correct_name(made, name), Amended)  # type: ignore[arg-type]

    @rule()
    def rotate(self) -> None:
        self.keys.insert(0, bytes([len(self.keys) + 1] * 32))
        self.turn()

    @rule()
    def tick(self) -> None:
        self.clock.go(T0 - T0)
        self.desk.tick()

    @invariant()
    def counts_are_those_who_are_live(self) -> None:
        if not hasattr(self, "id"):
            return
        counts = self.desk.counts(self.id)
        made = set(self.live.values())
        rows = {row.signature.id for row in self.store.signatures(self.id) if row.signature.live}
        assert rows == made
        assert counts.get("persons", 0) == counts.get("supporters", 0) == len(made)
        assert counts.get("verified", 0) == len(made & self.verified)
        for region in REGIONS:
            there = [one for one in made if self.region.get(one) == region]
            assert counts.get(f"supporters.in-{region}", 0) == len(there)

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
        self.folder.cleanup()


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=120, stateful_step_count=40, deadline=None)
