"""What is done with signatures at a desk and at the office beside it."""

from datetime import timedelta
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    consumes,
    multiple,
    rule,
)

from petitionkit.ledger import NoticeKind
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
from petitionkit.signature import Channel, Provenance, Submission
from petitionkit.testing.oracle import Signed, Tried
from petitionkit.testing.petition_steps import PetitionSteps
from petitionkit.testing.town import SIGNERS, draft_of

__all__ = ["LINES", "Lines", "SignatureSteps"]

_Signer = tuple[str, int, str]
Lines = list[tuple[_Signer, int, bool]]

_signers = st.sampled_from(SIGNERS)
LINES = st.lists(
    st.tuples(_signers, st.sampled_from([-5, 0, 0, 1, 30, 1500]), st.booleans()), max_size=4
)


class SignatureSteps(PetitionSteps):
    """Signing, confirming, handing in rolls, withdrawing."""

    petitions = PetitionSteps.petitions
    signatures = Bundle("signatures")
    links = Bundle("links")

    # Signatures

    def new_notices(self) -> list[tuple[NoticeKind, UUID | None, str]]:
        """Kind, attempt and link of each mail that has become due since the last look."""
        found = [n for n in self.desk.notices(limit=10_000) if n.attempt_id is not None]
        fresh, self.notified = found[self.notified :], len(found)
        letters = [(n, self.desk.letter(n)) for n in fresh]
        return [(n.kind, n.attempt_id, letter.token if letter else "") for n, letter in letters]

    @rule(target=links, petition=petitions, signer=_signers)
    def sign(self, petition: UUID, signer: _Signer) -> object:
        """Sign; what comes of it is a link, if anything."""
        return self.signed(petition, signer) or multiple()

    @rule(target=signatures, petition=petitions, signer=_signers)
    def sign_and_open_the_link(self, petition: UUID, signer: _Signer) -> object:
        """Sign, and confirm at once."""
        link = self.signed(petition, signer)
        return self.opened(link) if link else multiple()

    def signed(self, petition: UUID, signer: _Signer) -> str:
        """Sign at both; gives the attempt and the token of its link, if there is one."""
        who, way, kind = signer
        sheet, before = self.office.sheets[petition], self.rows(petition)
        answer = self.desk.sign(petition, draft_of(who, way, kind))
        notices = self.new_notices()
        if sheet.rules is None or not self.office.takes(petition, self.now):
            assert isinstance(answer, Refused)
            assert (notices, self.rows(petition)) == ([], before)
            return ""
        assert answer == Received()
        if sheet.rules.by_mail:
            assert self.rows(petition) == before
            (mail,) = notices
            assert mail[0] == self.office.mail_due(petition, who, self.now)
            assert mail[1] is not None
            expires = (self.now + sheet.rules.link).replace(microsecond=0)
            self.office.tried[mail[1]] = Tried(
                who=who, petition=petition, kind=kind, received=self.now, expires=expires
            )
            return f"{mail[1]} {mail[2]}" if mail[2] else ""
        assert notices == []
        fresh = self.rows(petition) - before
        assert len(fresh) == (self.office.holder(sheet.realm, who) is None)
        for key in fresh:
            signed = Signed(
                who=who, petition=petition, place=("", 0), signed_at=self.now, kind=kind
            )
            self.office.count(key, signed, self.now)
        return ""

    def rows(self, petition: UUID) -> set[UUID]:
        """Ids of all signatures that the store has of a petition."""
        return {s.signature.id for s in self.store.signatures(petition)}

    @rule(target=signatures, link=links, cut=st.sampled_from([0, 0, 0, 1, 20]))
    def confirm(self, link: str, cut: int) -> object:
        """Open a link, perhaps again, whole or cut short."""
        return self.opened(link, cut)

    def opened(self, link: str, cut: int = 0) -> object:
        """Open a link at both; gives the new signature, if there is one."""
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

    @rule(target=signatures, petition=petitions, batch=LINES)
    def intake(self, petition: UUID, batch: Lines) -> object:
        """Hand in lines of a roll, or from the counter."""
        submissions = self.submissions(batch)
        answers = self.desk.intake(petition, submissions)
        assert len(answers) == len(batch)
        fresh = [
            self.check_line(petition, signer, submission, answer)
            for (signer, _, _), submission, answer in zip(batch, submissions, answers, strict=True)
        ]
        return multiple(*((petition, key) for key in fresh if key is not None))

    def submissions(self, batch: Lines) -> list[Submission]:
        """The lines as they are handed in at the desk."""
        found = []
        for signer, ago, rolled in batch:
            place = ("roll", 2 + SIGNERS.index(signer)) if rolled else ("", 0)
            channel = Channel.IMPORT if rolled else Channel.CLERK
            found.append(
                Submission(
                    draft=draft_of(*signer),
                    signed_at=self.now - timedelta(minutes=ago),
                    provenance=Provenance(channel=channel, source=place[0], line=place[1]),
                )
            )
        return found

    def check_line(
        self,
        petition: UUID,
        signer: _Signer,
        submission: Submission,
        answer: IntakeOutcome,
    ) -> UUID | None:
        """Compare the answer to one line; gives the id of a new signature."""
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
            itself = came.line and there.place == place and there.petition == petition
            again, (source, line) = Accepted(signature_id=holder, again=True), there.place
            assert answer == (again if itself else Duplicate(of=holder, source=source, line=line))
            return None
        assert isinstance(answer, Accepted)
        assert not answer.again
        signed = Signed(who=who, petition=petition, place=place, signed_at=at, kind=kind)
        self.office.count(answer.signature_id, signed, at)
        return answer.signature_id

    @rule(pair=signatures)
    def withdraw(self, pair: tuple[UUID, UUID]) -> None:
        """Withdraw, perhaps again."""
        self.take_back(pair[1])

    @rule(pair=consumes(signatures))
    def withdraw_for_good(self, pair: tuple[UUID, UUID]) -> None:
        """Withdraw and never come back to it."""
        self.take_back(pair[1])

    def take_back(self, key: UUID) -> None:
        """Withdraw a signature at both."""
        answer = self.desk.withdraw(key)
        signed = self.office.signed[key]
        if not signed.live:
            assert answer == Withdrawn(signature_id=key)
        elif self.office.sheets[signed.petition].state(self.now) == "closed":
            assert isinstance(answer, Refused)
        else:
            assert answer == Withdrawn(signature_id=key)
            self.office.take_back(key, self.now)
