"""Drives a desk over any store beside an office that works everything out by hand.

``store_machine`` makes a state machine for a *place*: a context manager that gives a function
which opens the store, and opens it again over the same content after it was closed.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
)
from oracle import Office, Rules, Sheet, Signed, Tried, end_of_second_day_after

from petitionkit.civil import Duration
from petitionkit.clauses import Closing, Threshold, Window, WindowEnd
from petitionkit.desk import Desk
from petitionkit.eligibility import Eligibility
from petitionkit.errors import IllegalStepError, NotPermittedError
from petitionkit.form import Confirmation, Counting
from petitionkit.keys import KeyRing
from petitionkit.ledger import NoticeKind
from petitionkit.moderation import ENDS_EARLY, Capacity
from petitionkit.outcomes import (
    Accepted,
    AlreadySigned,
    Confirmed,
    Duplicate,
    IntakeOutcome,
    Received,
    Refused,
    Withdrawn,
)
from petitionkit.parties import Party, PartyKind
from petitionkit.petition import DeclaredCount, PetitionText
from petitionkit.policy import Policy
from petitionkit.signature import Channel, Provenance, SignatureDraft, Submission
from petitionkit.standing import Standing
from petitionkit.store import Store

Place = Callable[[], AbstractContextManager[Callable[[], Store]]]

# Each signer with the ways in which they write what they are known by.
PEOPLE = {
    "ada": ("ada@example.org", "ADA@Example.ORG", "ada+oak@example.org"),
    "bo": ("bo.li@gmail.com", "boli@googlemail.com", "B.O.L.I+x@gmail.com"),
    "cy": ("cy@exämple.org", "Cy@EXÄMPLE.org"),
    "di": ("di@example.org",),
    "ed": ("ed@example.org",),
}
ORGANISATIONS = {"friends of the oak": ("Friends of the Oak", "FRIENDS  of the oak ")}
SIGNERS = sorted(
    (who, way, kind)
    for kind, known in (("person", PEOPLE), ("organisation", ORGANISATIONS))
    for who, ways in known.items()
    for way in range(len(ways))
)
KNOWN_BY = {address: who for who, ways in PEOPLE.items() for address in ways}
LEVELS = {"two": 2, "four": 4}

OFFICE_RULES = (
    Rules(
        by_mail=True,
        grace=timedelta(hours=24),
        deadline=end_of_second_day_after,
        levels=LEVELS,
        enders=frozenset({"starter", "office"}),
    ),
    Rules(
        by_mail=True,
        link=timedelta(days=1),
        deadline=lambda opened: opened + timedelta(days=1),
        levels=LEVELS,
        enders=frozenset({"office"}),
    ),
    Rules(
        by_mail=False, deadline=lambda _opened: None, levels=LEVELS, enders=frozenset({"starter"})
    ),
)


def policy(name: str, confirmation: Confirmation, window: Window, *early_ends: Capacity) -> Policy:
    return Policy(
        name=name,
        version="1",
        eligibility=Eligibility(organisations=True),
        counting=Counting(supporters=(PartyKind.PERSON, PartyKind.ORGANISATION)),
        thresholds=tuple(Threshold(key=key, level=level) for key, level in LEVELS.items()),
        confirmation=confirmation,
        window=window,
        closing=Closing(early_end_by=early_ends),
    )


POLICIES = (
    policy(
        "grace",
        Confirmation(grace_hours=24),
        Window(duration=Duration(days=2)),
        Capacity.STARTER,
        Capacity.OFFICE,
    ),
    policy(
        "strict",
        Confirmation(link_days=1),
        Window(duration=Duration(days=1), end=WindowEnd.SAME_TIME),
        Capacity.OFFICE,
    ),
    policy("at-once", Confirmation(by_mail=False), Window(), Capacity.STARTER),
)


def draft_of(who: str, way: int, kind: str) -> SignatureDraft:
    if kind == "person":
        return SignatureDraft(name=who.title(), email=PEOPLE[who][way])
    return SignatureDraft(
        name=ORGANISATIONS[who][way], email="post@oak.example.org", kind=PartyKind.ORGANISATION
    )


signers = st.sampled_from(SIGNERS)
minutes = st.sampled_from([0, 1, 30, 300, 1500])
lines = st.lists(
    st.tuples(signers, st.sampled_from([-5, 0, 0, 1, 30, 1500]), st.booleans()), max_size=4
)


def store_machine(place: Place) -> type[RuleBasedStateMachine]:
    """Make the machine for one kind of store."""

    class StoreMachine(_DeskBesideOffice):
        def open_place(self) -> AbstractContextManager[Callable[[], Store]]:
            return place()

    return StoreMachine


class _DeskBesideOffice(RuleBasedStateMachine):
    petitions = Bundle("petitions")
    signatures = Bundle("signatures")
    links = Bundle("links")

    def open_place(self) -> AbstractContextManager[Callable[[], Store]]:
        raise NotImplementedError

    def __init__(self) -> None:
        super().__init__()
        self.exits = ExitStack()
        self.open_store = self.exits.enter_context(self.open_place())
        self.now = datetime(2026, 3, 1, 10, 0, 0, 7, tzinfo=UTC)
        self.ids = count(1)
        self.office = Office()
        self.notified = 0
        self.sit_down()

    def sit_down(self) -> None:
        self.store = self.open_store()
        self.desk = Desk(
            self.store,
            secrets=KeyRing([b"k" * 32]),
            clock=lambda: self.now,
            new_id=lambda: UUID(int=next(self.ids)),
        )

    def teardown(self) -> None:
        self.store.close()
        self.exits.close()

    # Petitions

    @initialize(target=petitions, realm=st.sampled_from(["", "both"]))
    def start_the_first(self, realm: str) -> UUID:
        return self.begin(realm)

    @precondition(lambda self: len(self.office.sheets) < 3)
    @rule(target=petitions, realm=st.sampled_from(["", "both"]))
    def start(self, realm: str) -> UUID:
        return self.begin(realm)

    def begin(self, realm: str) -> UUID:
        petition = self.desk.start(
            starter=Party(kind=PartyKind.PERSON, name="Ada"),
            texts=[PetitionText(language="en", title="Save the oak")],
            realm=realm,
        )
        self.office.sheets[petition.id] = Sheet(realm=realm or str(petition.id), latest=self.now)
        return petition.id

    def step(self, verb: Callable[[], object], *, legal: bool) -> bool:
        """Take a step that must be refused exactly where the office says so."""
        try:
            verb()
        except (IllegalStepError, NotPermittedError):
            assert not legal
            return False
        assert legal
        return True

    def moment(self, petition: UUID) -> datetime:
        """The instant of what is decided now: never before what was decided earlier."""
        return max(self.now, self.office.sheets[petition].latest)

    @rule(petition=petitions, which=st.sampled_from([0, 0, 1, 2]))
    def publish(self, petition: UUID, which: int) -> None:
        sheet, at = self.office.sheets[petition], self.moment(petition)
        legal = sheet.opened is None and sheet.state(at) == "draft"
        if self.step(lambda: self.desk.publish(petition, POLICIES[which]), legal=legal):
            rules = OFFICE_RULES[which]
            sheet.rules, sheet.opened = rules, at
            sheet.deadline, sheet.latest = rules.deadline(at), at
            # The opening records what the pinned policy makes of paper counts before it.
            sheet.settle(self.now, without_signatures=True)

    @rule(petition=petitions, by=st.sampled_from(ENDS_EARLY))
    def close(self, petition: UUID, by: Capacity) -> None:
        sheet = self.office.sheets[petition]
        allowed = sheet.rules is not None and by.value in sheet.rules.enders
        legal = allowed and sheet.state(self.now) == "open"
        at = self.moment(petition)
        if sheet.state(at) != "open":
            legal = False
        if self.step(lambda: self.desk.acting(by).close(petition), legal=legal):
            sheet.settle(self.now)
            sheet.closed = sheet.latest = max(at, sheet.latest)
            sheet.told.append(("closed", ""))

    @rule(petition=petitions)
    def withdraw_petition(self, petition: UUID) -> None:
        sheet, at = self.office.sheets[petition], self.moment(petition)
        legal = sheet.state(at) in ("draft", "open")
        if self.step(
            lambda: self.desk.acting(Capacity.OFFICE).withdraw_petition(petition), legal=legal
        ):
            sheet.settle(self.now)
            sheet.withdrawn = sheet.latest = at

    @rule(petition=petitions, amount=st.integers(1, 3), ago=minutes)
    def declare(self, petition: UUID, amount: int, ago: int) -> None:
        sheet = self.office.sheets[petition]
        as_of = self.now - timedelta(minutes=ago)
        declared = DeclaredCount(
            counter="supporters",
            amount=amount,
            source=f"paper {len(sheet.declared)}",
            as_of=as_of,
            recorded_at=self.now,
        )
        legal = sheet.state(self.moment(petition)) != "withdrawn"
        if self.step(lambda: self.desk.declare(petition, declared), legal=legal):
            sheet.settle(self.now)
            sheet.latest = self.moment(petition)
            sheet.declared.append((amount, as_of))
            sheet.settle(self.now, without_signatures=True)

    # Signatures

    def new_notices(self) -> list[tuple[NoticeKind, UUID | None, str]]:
        """Kind, attempt and link of each mail that has become due since the last look."""
        found = [n for n in self.desk.notices(limit=10_000) if n.attempt_id is not None]
        fresh, self.notified = found[self.notified :], len(found)
        letters = [(n, self.desk.letter(n)) for n in fresh]
        return [(n.kind, n.attempt_id, letter.token if letter else "") for n, letter in letters]

    @rule(target=links, petition=petitions, signer=signers)
    def sign(self, petition: UUID, signer: tuple[str, int, str]) -> str:
        who, way, kind = signer
        sheet, before = self.office.sheets[petition], self.rows(petition)
        answer = self.desk.sign(petition, draft_of(who, way, kind))
        notices = self.new_notices()
        if sheet.rules is None or not self.office.takes(petition, self.now):
            assert isinstance(answer, Refused)
            assert (notices, self.rows(petition)) == ([], before)
            return ""
        assert answer == Received()
        holder = self.office.holder(sheet.realm, who)
        if sheet.rules.by_mail:
            assert self.rows(petition) == before
            (mail,) = notices
            assert mail[0] is (NoticeKind.ALREADY_SIGNED if holder else NoticeKind.CONFIRM)
            assert mail[1] is not None
            expires = (self.now + sheet.rules.link).replace(microsecond=0)
            self.office.tried[mail[1]] = Tried(
                who=who, petition=petition, kind=kind, received=self.now, expires=expires
            )
            return f"{mail[1]} {mail[2]}" if mail[2] else ""
        assert notices == []
        fresh = self.rows(petition) - before
        assert len(fresh) == (holder is None)
        for key in fresh:
            signed = Signed(
                who=who, petition=petition, place=("", 0), signed_at=self.now, kind=kind
            )
            self.office.count(key, signed, self.now)
        return ""

    def rows(self, petition: UUID) -> set[UUID]:
        return {s.signature.id for s in self.store.signatures(petition)}

    @rule(target=signatures, link=links, cut=st.sampled_from([0, 0, 0, 1, 20]))
    def confirm(self, link: str, cut: int) -> object:
        if not link:
            return multiple()
        attempt_id, token = link.split()
        tried = self.office.tried[UUID(attempt_id)]
        sheet = self.office.sheets[tried.petition]
        answer = self.desk.confirm(token[: len(token) - cut])
        if cut or self.now >= tried.expires:
            assert isinstance(answer, Refused)
        elif tried.signature is not None:
            if self.office.signed[tried.signature].live:
                assert answer == Confirmed(signature_id=tried.signature)
            else:
                assert isinstance(answer, Refused)
        elif not self.office.may_confirm(tried.petition, self.now):
            assert isinstance(answer, Refused)
        elif self.office.holder(sheet.realm, tried.who):
            assert answer == AlreadySigned()
        else:
            assert isinstance(answer, Confirmed)
            tried.signature = answer.signature_id
            signed = Signed(
                who=tried.who,
                petition=tried.petition,
                place=("", 0),
                kind=tried.kind,
                signed_at=tried.received,
            )
            self.office.count(answer.signature_id, signed, self.now)
            return tried.petition, answer.signature_id
        return multiple()

    @rule(target=signatures, petition=petitions, batch=lines)
    def intake(self, petition: UUID, batch: list[tuple[tuple[str, int, str], int, bool]]) -> object:
        submissions = []
        for signer, ago, rolled in batch:
            place = ("roll", 2 + SIGNERS.index(signer)) if rolled else ("", 0)
            channel = Channel.IMPORT if rolled else Channel.CLERK
            submissions.append(
                Submission(
                    draft=draft_of(*signer),
                    signed_at=self.now - timedelta(minutes=ago),
                    provenance=Provenance(channel=channel, source=place[0], line=place[1]),
                )
            )
        answers = self.desk.intake(petition, submissions)
        assert len(answers) == len(batch)
        fresh = [
            self.check_line(petition, signer, submission, answer)
            for (signer, _, _), submission, answer in zip(batch, submissions, answers, strict=True)
        ]
        return multiple(*((petition, key) for key in fresh if key is not None))

    def check_line(
        self,
        petition: UUID,
        signer: tuple[str, int, str],
        submission: Submission,
        answer: IntakeOutcome,
    ) -> UUID | None:
        who, _, kind = signer
        came, at = submission.provenance, submission.signed_at
        place = (came.source, came.line)
        sheet = self.office.sheets[petition]
        assert at is not None
        if sheet.rules is None or not self.office.takes(petition, self.now, at):
            assert isinstance(answer, Refused)
            return None
        row = self.office.row_of(petition, place, at)
        if row is not None:
            again = Accepted(signature_id=row, again=True)
            assert answer == again if self.office.signed[row].live else isinstance(answer, Refused)
            return None
        holder = self.office.holder(sheet.realm, who)
        if holder is not None:
            there = self.office.signed[holder]
            if came.line and there.place == place and there.petition == petition:
                assert answer == Accepted(signature_id=holder, again=True)
            else:
                source, line = there.place
                assert answer == Duplicate(of=holder, source=source, line=line)
            return None
        assert isinstance(answer, Accepted)
        assert not answer.again
        signed = Signed(who=who, petition=petition, place=place, signed_at=at, kind=kind)
        self.office.count(answer.signature_id, signed, at)
        return answer.signature_id

    @rule(petition=petitions, pair=signatures)
    def withdraw_from_some_petition(self, petition: UUID, pair: tuple[UUID, UUID]) -> None:
        self.take_back(petition, pair[1])

    @rule(pair=signatures)
    def withdraw(self, pair: tuple[UUID, UUID]) -> None:
        self.take_back(*pair)

    @rule(pair=consumes(signatures))
    def withdraw_for_good(self, pair: tuple[UUID, UUID]) -> None:
        self.take_back(*pair)

    def take_back(self, petition: UUID, key: UUID) -> None:
        answer = self.desk.withdraw(petition, key)
        signed = self.office.signed[key]
        if signed.petition != petition:
            assert isinstance(answer, Refused)
        elif not signed.live:
            assert answer == Withdrawn(signature_id=key)
        elif self.office.sheets[petition].state(self.now) == "closed":
            assert isinstance(answer, Refused)
        else:
            assert answer == Withdrawn(signature_id=key)
            self.office.take_back(key, self.now)

    # Time

    @rule(passing=minutes)
    def time_passes(self, passing: int) -> None:
        self.now += timedelta(minutes=passing)

    @rule(back=st.sampled_from([1, 10]))
    def the_clock_steps_back(self, back: int) -> None:
        self.now -= timedelta(minutes=back)

    @rule()
    def tick(self) -> None:
        before = self.standings()
        self.desk.tick()
        assert self.standings() == before
        for sheet in self.office.sheets.values():
            sheet.settle(self.now)
        assert self.desk.tick().settled == 0

    @rule()
    def the_process_ends_and_another_begins(self) -> None:
        before = self.standings()
        self.store.close()
        self.sit_down()
        assert self.standings() == before

    # Laws

    def standings(self) -> list[Standing]:
        return [self.desk.standing(petition) for petition in self.office.sheets]

    @invariant()
    def the_count_is_the_number_of_counted_and_not_withdrawn_supporters(self) -> None:
        for petition, sheet in self.office.sheets.items():
            found = self.desk.standing(petition)
            assert found.supporters == self.office.supporters(petition) + sheet.paper()
            assert found.persons == self.office.supporters(petition, "person")
            assert found.organisations == self.office.supporters(petition, "organisation")
            live = {s.signature.id for s in self.store.signatures(petition) if s.signature.live}
            assert len(live) == self.office.supporters(petition)

    @invariant()
    def every_counter_agrees_with_the_signatures(self) -> None:
        for petition in self.office.sheets:
            assert list(self.desk.drift(petition)) == []

    @invariant()
    def nobody_has_two_live_signatures_in_one_realm(self) -> None:
        seen = set()
        for petition, sheet in self.office.sheets.items():
            for numbered in self.store.signatures(petition):
                who = numbered.signature.particulars
                if numbered.signature.live:
                    person = KNOWN_BY.get(who.email) or who.name.lower()
                    assert (sheet.realm, person) not in seen
                    seen.add((sheet.realm, person))

    @invariant()
    def status_and_thresholds_are_what_the_office_works_out(self) -> None:
        for petition, sheet in self.office.sheets.items():
            found = self.desk.standing(petition)
            assert found.status.state.value == sheet.state(self.now)
            assert found.signing.answer == (sheet.state(self.now) == "open")
            reached = {t.key: t.reached_at for t in found.thresholds}
            wanted = LEVELS if sheet.rules else {}
            # What the clock that stepped back has ahead of it again is not so yet.
            known = {key: sheet.reached(key) for key in wanted}
            assert reached == {
                key: None if at is None or at > self.now else at for key, at in known.items()
            }

    @invariant()
    def the_office_is_told_once_of_all_that_came_about(self) -> None:
        told = sorted(
            (n.petition_id, n.kind.value, n.subject)
            for n in self.desk.notices(limit=10_000)
            if n.attempt_id is None
        )
        assert told == sorted(
            (petition, *news)
            for petition, sheet in self.office.sheets.items()
            for news in sheet.told
        )
