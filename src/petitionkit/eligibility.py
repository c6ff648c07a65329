"""Who may sign, as a value of a policy."""

from attrs import field, frozen, validators

from petitionkit.civil import LeapDayRule

__all__ = ["Eligibility"]


@frozen(kw_only=True)
class Eligibility:
    """Who may sign. Age is in completed years on the day of signing, in the window's zone."""

    minimum_age: int = field(default=0, validator=[validators.ge(0), validators.le(150)])
    leap_day: LeapDayRule = field(default=LeapDayRule.FIRST_OF_MARCH, converter=LeapDayRule)
    organisations: bool = False
