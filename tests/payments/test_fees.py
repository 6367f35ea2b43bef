"""The commission: one pure rule, proven over amounts and rates."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.fees import BASIS, split

# 200 rates: every half per cent from 0 to 20, then coarser, the ends and odd ones.
RATES = sorted(
    {*range(0, 2001, 20), *range(2000, BASIS + 1, 100), 1, 3, 7, 33, 333, 3333, 9999, BASIS}
)
AMOUNTS = [*range(1000), *range(1000, 100_001, 997), 99_999, 100_000]


@pytest.mark.proves("INV-S3")
@pytest.mark.parametrize("fixed", [0, 25])
def test_split_adds_up_for_all_amounts_and_rates(fixed):
    for rate in RATES:
        for total in AMOUNTS:
            parts = split(total, commission_bps=rate, commission_fixed_minor=fixed)
            assert parts.commission_minor + parts.share_minor == total
            assert parts.commission_minor >= 0
            assert parts.share_minor >= 0


@pytest.mark.proves("INV-S3")
@given(
    total=st.integers(0, 10**14),
    rate=st.integers(0, BASIS),
    fixed=st.integers(0, 10**9),
)
def test_split_rounds_half_up_and_never_exceeds_the_total(total, rate, fixed):
    parts = split(total, commission_bps=rate, commission_fixed_minor=fixed)
    exact = total * rate  # in ten-thousandths of a minor unit
    rounded, rest = divmod(exact, BASIS)
    meant = rounded + (1 if rest * 2 >= BASIS else 0) + fixed
    assert parts.commission_minor == min(meant, total)
    assert parts.commission_minor + parts.share_minor == total


@pytest.mark.proves("INV-S3")
@given(total=st.integers(0, 10**9), rate=st.integers(0, BASIS - 1))
def test_split_grows_with_the_rate(total, rate):
    lower = split(total, commission_bps=rate, commission_fixed_minor=0)
    higher = split(total, commission_bps=rate + 1, commission_fixed_minor=0)
    assert lower.commission_minor <= higher.commission_minor


@pytest.mark.parametrize(
    ("total", "rate", "fixed"), [(-1, 0, 0), (100, -1, 0), (100, BASIS + 1, 0), (100, 0, -1)]
)
def test_split_of_nonsense_raises(total, rate, fixed):
    with pytest.raises(ValueError, match="not negative"):
        split(total, commission_bps=rate, commission_fixed_minor=fixed)
