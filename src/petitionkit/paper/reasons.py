"""Why a line or a whole sheet does not count: one closed list each.

The union of the official lists that were read: Colorado's reference manual VII and Rule 15,
Arizona's ARS 19-121.01 and .02, Washington, Michigan, New Zealand, Switzerland's VPR 19(2),
Texas 277.002, Arkansas 7-9-126(b). What makes a line one or the other is the official's to see;
nothing here decides it.
"""

from petitionkit.limits import Choice

__all__ = ["LineReason", "SheetReason"]


class LineReason(Choice):
    """Why one line does not count: the first check that it failed."""

    NOT_REGISTERED = "not_registered"
    REGISTERED_LATE = "registered_late"
    NOT_ELIGIBLE = "not_eligible"
    OUT_OF_DISTRICT = "out_of_district"
    ADDRESS_MISMATCH = "address_mismatch"
    ADDRESS_MISSING = "address_missing"
    ADDRESS_PO_BOX = "address_po_box"
    ADDRESS_ILLEGIBLE = "address_illegible"
    DATE_MISSING = "date_missing"
    DATE_INVALID = "date_invalid"
    DATE_OUT_OF_PERIOD = "date_out_of_period"
    DATE_AFTER_CIRCULATOR = "date_after_circulator"
    BIRTH_DATE_WRONG = "birth_date_wrong"
    NAME_ILLEGIBLE = "name_illegible"
    NOT_IDENTIFIABLE = "not_identifiable"
    SIGNATURE_MISSING = "signature_missing"
    SIGNATURE_MISMATCH = "signature_mismatch"
    SAME_HAND = "same_hand"
    NOT_HANDWRITTEN = "not_handwritten"
    INCOMPLETE = "incomplete"
    ASSISTANCE_NOT_DECLARED = "assistance_not_declared"
    OUTSIDE_NUMBERED_LINE = "outside_numbered_line"
    DUPLICATE = "duplicate"
    """A further line of somebody whose other line is valid."""
    WITHDRAWN = "withdrawn"
    SIGNATURE_PENDING = "signature_pending"
    """Not valid until the county answers (Washington)."""
    CROSSED_OUT = "crossed_out"
    """Not eligible: taken out before anything is counted, where it is seen in time."""


class SheetReason(Choice):
    """Why a sheet is void on its face, and every line on it."""

    NO_TITLE_OR_TEXT = "no_title_or_text"
    WRONG_SERIAL = "wrong_serial"
    CIRCULATOR_UNREGISTERED = "circulator_unregistered"
    CIRCULATOR_INELIGIBLE = "circulator_ineligible"
    CIRCULATOR_AFFIDAVIT_INCOMPLETE = "circulator_affidavit_incomplete"
    CIRCULATOR_DATE_BEFORE_SIGNATURES = "circulator_date_before_signatures"
    NOTARY_DEFECT = "notary_defect"
    HEADING_JURISDICTION = "heading_jurisdiction"
    DISASSEMBLED = "disassembled"
    NOT_ORIGINAL = "not_original"
    DAMAGED_OR_COVERED = "damaged_or_covered"
    MIXED_COUNTIES = "mixed_counties"
    ALL_CROSSED_OUT = "all_crossed_out"
