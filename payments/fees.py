"""Commission: how a payment is split between platform and merchant. Pure.

The rule, fixed: the percentage is rounded half up to the minor unit, the fixed part is added,
and the commission never exceeds the total. The merchant's share is the rest, so that
commission + share = total holds by construction.
"""

from dataclasses import dataclass
from typing import Final

BASIS: Final = 10_000  # basis points in the whole


@dataclass(frozen=True, slots=True)
class Split:
    """A total in minor units and its two parts."""

    total_minor: int
    commission_minor: int
    share_minor: int


def split(total_minor: int, *, commission_bps: int, commission_fixed_minor: int) -> Split:
    """Split `total_minor`; raises ValueError for a rate or an amount that makes no sense."""
    if total_minor < 0 or commission_fixed_minor < 0 or not 0 <= commission_bps <= BASIS:
        raise ValueError("amounts are not negative and a rate lies between 0 and 100 %")
    rounded = (total_minor * commission_bps + BASIS // 2) // BASIS
    commission = min(total_minor, rounded + commission_fixed_minor)
    return Split(total_minor, commission, total_minor - commission)
