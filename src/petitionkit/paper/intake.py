"""Paper into a petition: settled lines become signatures like any other.

They come in by the desk, with the same claims as signatures from the web, so somebody who signed
both counts once; their provenance names sheet and line, by which batches tell who typed it
(``keying.keyed_by``). What the policy asks of a signer, it asks of a line. A total of the paper is
declared, and the policy says whether it adds to what is counted, takes its place, or counts if it
is larger; lines that are here already are in such a total and are not added twice.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from attrs import frozen

from petitionkit.counting import SUPPORTERS
from petitionkit.desk import Desk
from petitionkit.errors import IllegalStepError, InvalidValueError
from petitionkit.formats.roll import signed_at
from petitionkit.outcomes import Accepted, Duplicate, IntakeOutcome, Refused
from petitionkit.paper.forgetting import source_of
from petitionkit.paper.sheets import Line, LineMark, Sheet
from petitionkit.petition import CountEffect, DeclaredCount, Petition
from petitionkit.policy import Policy
from petitionkit.problems import problem
from petitionkit.sampling.verdicts import Verdict
from petitionkit.signature import Channel, Provenance, Submission

__all__ = ["PAPER", "LineOutcome", "declare_paper", "submission", "take_in"]

PAPER = "paper"
"""The source under which a total of paper signatures is declared."""

_BATCH = 1000  # lines per transaction


@frozen(kw_only=True)
class LineOutcome:
    """What became of a line: accepted, a duplicate of a signature, or refused and why."""

    line: str
    outcome: IntakeOutcome

    @property
    def person(self) -> str:
        """Whose line it is: the id of the signature that counts for its signer.

        The same for all lines of one person, as ``verdicts.look_up`` takes it; empty where the
        line was refused.
        """
        match self.outcome:
            case Accepted(signature_id=found) | Duplicate(of=found):
                return str(found)
            case Refused():  # pragma: no branch (there are these three)
                return ""


def submission(line: Line, *, at: datetime) -> Submission:
    """The submission of a line that was signed at ``at``.

    A line that gives nothing by which its signer is known stands for itself: sheet and number.
    """
    return Submission(
        draft=line.draft,
        signed_at=at,
        provenance=Provenance(
            channel=Channel.PAPER, source=source_of(line.sheet), line=line.number
        ),
        row=(source_of(line.sheet), str(line.number)),
    )


def take_in(
    desk: Desk,
    petition_id: UUID,
    sheets: Iterable[Sheet],
    lines: Iterable[Line],
    *,
    verdicts: Iterable[Verdict] = (),
    undated: datetime | None = None,
    actor: str = "",
) -> tuple[LineOutcome, ...]:
    """Take settled lines into a petition, in the order of sheets and numbers.

    Lines that are blank or crossed out are passed over. A line of a void or unknown sheet, one
    whose verdict has a reason, and one without a day (unless ``undated`` says when those were
    signed) is refused; the others are the desk's to accept. Taking the same lines in again adds
    nothing. Raises ``IllegalStepError`` where the petition was never opened.
    """
    petition = desk.petition(petition_id)
    opened, policy = petition.opening, desk.policy(petition_id)
    if opened is None or policy is None:
        raise IllegalStepError("the petition was never opened; publish it first")
    filed = {sheet.serial: sheet for sheet in sheets}
    reasons = {verdict.line: verdict.reason for verdict in verdicts if verdict.reason}
    ordered = sorted(
        (line for line in lines if line.mark is LineMark.FILLED),
        key=lambda line: (line.sheet, line.number),
    )
    refusals = {
        line.id: refusal
        for line in ordered
        if (refusal := _refusal(line, filed, reasons, undated=undated)) is not None
    }
    standing = [line for line in ordered if line.id not in refusals]
    decided: list[IntakeOutcome] = []
    for start in range(0, len(standing), _BATCH):
        made = [
            submission(line, at=_signed_at(line, policy, opened.at, undated))
            for line in standing[start : start + _BATCH]
        ]
        decided += desk.intake(petition_id, made, actor=actor)
    outcomes: dict[str, IntakeOutcome] = dict(
        zip((line.id for line in standing), decided, strict=True)
    )
    outcomes |= refusals
    return tuple([LineOutcome(line=line.id, outcome=outcomes[line.id]) for line in ordered])


def _refusal(
    line: Line,
    filed: Mapping[str, Sheet],
    reasons: Mapping[str, object],
    *,
    undated: datetime | None,
) -> Refused | None:
    sheet = filed.get(line.sheet)
    if sheet is None or line.number > sheet.lines:
        return Refused(problems=(problem("misplaced", "line"),))
    if sheet.void is not None:
        return Refused(problems=(problem("paper.void_sheet", "sheet", reason=sheet.void.value),))
    if line.id in reasons:
        return Refused(problems=(problem("paper.not_valid", "line", reason=str(reasons[line.id])),))
    if line.signed_on is None and undated is None:
        return Refused(problems=(problem("required", "signed_at"),))
    return None


def _signed_at(
    line: Line, policy: Policy, opened_at: datetime, undated: datetime | None
) -> datetime:
    if line.signed_on is None:
        return undated or opened_at
    return signed_at(line.signed_on.isoformat(), policy.window.zone, opened_at)


def declare_paper(
    desk: Desk,
    petition_id: UUID,
    amount: int,
    *,
    as_of: datetime,
    recorded_at: datetime,
    keyed: int = 0,
    counters: Sequence[str] = (SUPPORTERS,),
    source: str = PAPER,
    actor: str = "",
) -> Petition:
    """Declare a total of paper signatures, of which ``keyed`` are signatures here already.

    The petition's policy (``counting.paper``) says whether it adds to what is counted here,
    replaces it, or stands if it is larger. Where it adds, only those beyond the keyed lines are
    added; declare it again when more lines were taken in. Declaring again takes the place of the
    earlier total. Raises ``IllegalStepError`` for a petition without a policy, and
    ``InvalidValueError`` for more keyed lines than there are in all.
    """
    if not 0 <= keyed <= amount:
        raise InvalidValueError([problem("out_of_range", "keyed")])
    policy = desk.policy(petition_id)
    if policy is None:
        raise IllegalStepError("the petition has no policy yet; publish it first")
    petition = desk.petition(petition_id)
    if policy.counting.paper is CountEffect.ADDS:
        amount -= keyed
    for counter in counters:
        declared = DeclaredCount(
            counter=counter,
            amount=amount,
            source=source,
            as_of=as_of,
            recorded_at=recorded_at,
            effect=policy.counting.paper,
        )
        petition = desk.declare(petition_id, declared, actor=actor)
    return petition
