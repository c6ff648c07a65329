"""What becomes of a petition at its addressees' beside their answer: debate and victory.

Each verb records a fact; where the petition stands is read from them in
``petitionkit.proceedings``.
"""

from datetime import date

from petitionkit.errors import IllegalStepError
from petitionkit.facts import Event
from petitionkit.ledger import Revision
from petitionkit.proceedings import Debate, Victory, start_of_day, victory_of
from petitionkit.verbs.docket import Docket

__all__ = [
    "cancel_debate",
    "claim_victory",
    "record_debate",
    "rule_on_victory",
    "schedule_debate",
]


def schedule_debate(docket: Docket, *, day: date) -> Revision:
    """Set the day of the debate, in the zone of the policy's window; a later call moves it."""
    zone = docket.policy.window.zone if docket.policy else "UTC"
    return docket.step(Event.DEBATE_SCHEDULED, until=start_of_day(day, zone)).revision()


def cancel_debate(docket: Docket) -> Revision:
    """Take the day of the debate back."""
    return docket.step(Event.DEBATE_CANCELLED).revision()


def record_debate(docket: Docket, *, held: bool) -> Revision:
    """Record that it was debated, or that it will not be."""
    subject = Debate.DEBATED if held else Debate.NOT_DEBATED
    return docket.step(Event.DEBATED, subject=subject).revision()


def claim_victory(docket: Docket) -> Revision:
    """Say, as its starter, that the petition got what it asked for."""
    return docket.step(Event.VICTORY_CLAIMED).revision()


def rule_on_victory(docket: Docket, *, confirmed: bool) -> Revision:
    """Confirm or deny a victory that was claimed."""
    if victory_of(docket.petition, docket.now) is Victory.NONE:
        raise IllegalStepError("nobody has claimed a victory; claim_victory comes first")
    event = Event.VICTORY_CONFIRMED if confirmed else Event.VICTORY_DENIED
    return docket.step(event).revision()
