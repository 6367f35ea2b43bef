"""Every journal balances by itself, whatever the amounts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.fees import split
from payments.journals import fee_lines, payment_lines, transfer_lines
from payments.states import LedgerAccount

amounts = st.integers(0, 10**12)


@pytest.mark.proves("INV-S1")
@given(total=amounts, rate=st.integers(0, 10_000), fee=amounts)
def test_journals_of_an_order_sum_to_zero_in_any_order(total, rate, fee):
    parts = split(total, commission_bps=rate, commission_fixed_minor=0)
    for lines in (payment_lines(parts), fee_lines(fee), transfer_lines(parts.share_minor)):
        assert sum(line.amount_minor for line in lines) == 0
        assert all(line.amount_minor != 0 for line in lines)


@pytest.mark.proves("INV-S1")
@given(total=amounts, rate=st.integers(0, 10_000))
def test_merchant_is_owed_nothing_after_the_transfer(total, rate):
    parts = split(total, commission_bps=rate, commission_fixed_minor=0)
    lines = payment_lines(parts) + transfer_lines(parts.share_minor)
    owed = sum(li.amount_minor for li in lines if li.account is LedgerAccount.MERCHANT_PAYABLE)
    assert owed == 0
