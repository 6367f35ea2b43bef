"""Accounts, transfers, refunds, balances: money moves only as far as there is some."""

import pytest
import requests
import stripe

from tests.payments.sandbox.running import active_account, paid_charge, recipient_params, until

pytestmark = pytest.mark.integration


def transfer_params(charge, account, /, **changes):
    return {
        "amount": 4000,
        "currency": "eur",
        "destination": account,
        "source_transaction": charge.id,
        "transfer_group": "order_1",
        "metadata": {"order": "order-1"},
        **changes,
    }


def test_recipient_is_restricted_until_onboarded(sandbox, client):
    account = client.v2.core.accounts.create(recipient_params())
    status = account.configuration.recipient.capabilities.stripe_balance.stripe_transfers.status
    assert status == "restricted"
    assert account.requirements.entries
    assert account.identity is None
    plain = client.v2.core.accounts.retrieve(account.id)
    assert plain.configuration is None
    link = client.v2.core.account_links.create(
        {
            "account": account.id,
            "use_case": {
                "type": "account_onboarding",
                "account_onboarding": {
                    "refresh_url": "http://product.localhost/refresh",
                    "return_url": "http://product.localhost/return",
                },
            },
        }
    )
    page = requests.get(link.url, timeout=10)
    assert "Tea house" in page.text
    agreed = requests.post(link.url, allow_redirects=False, timeout=10)
    assert agreed.headers["Location"] == "http://product.localhost/return"
    spent = requests.post(link.url, allow_redirects=False, timeout=10)
    assert spent.headers["Location"] == "http://product.localhost/refresh"
    params = {"include": ["configuration.recipient", "requirements"]}
    done = client.v2.core.accounts.retrieve(account.id, params)
    assert (
        done.configuration.recipient.capabilities.stripe_balance.stripe_transfers.status == "active"
    )
    assert done.requirements.entries == []
    assert sandbox.contract() == []


def test_onboarding_link_expires_by_the_clock(sandbox, client):
    account = client.v2.core.accounts.create(recipient_params())
    onboarding = {"refresh_url": "http://product.localhost/refresh"}
    use_case = {"type": "account_onboarding", "account_onboarding": onboarding}
    link = client.v2.core.account_links.create({"account": account.id, "use_case": use_case})
    sandbox.control("clock", advance=301)
    answer = requests.get(link.url, allow_redirects=False, timeout=10)
    assert answer.headers["Location"] == "http://product.localhost/refresh"


def test_accounts_are_listed_page_by_page(sandbox, client):
    made = [client.v2.core.accounts.create(recipient_params(f"No {n}")).id for n in range(5)]
    listed = client.v2.core.accounts.list({"limit": 2})
    assert [item.id for item in listed.auto_paging_iter()] == made[::-1]


def test_account_without_recipient_configuration_answers_501(sandbox, client):
    params = {**recipient_params(), "configuration": {"merchant": {}}}
    with pytest.raises(stripe.APIError) as caught:
        client.v2.core.accounts.create(params)
    assert caught.value.http_status == 501


def test_transfer_moves_money_to_the_recipient(sandbox, client, receiver):
    charge, account = paid_charge(sandbox), active_account(sandbox)
    transfer = client.v1.transfers.create(transfer_params(charge, account))
    assert (transfer.amount, transfer.destination) == (4000, account)
    assert transfer.metadata["order"] == "order-1"
    listed = client.v1.transfers.list({"transfer_group": "order_1"}).data
    assert [item.id for item in listed] == [transfer.id]
    assert client.v1.transfers.list({"transfer_group": "order_2"}).data == []
    there = client.v1.balance.retrieve(options={"stripe_account": account})
    assert (there.pending[0].amount, there.available[0].amount) == (4000, 0)
    payment = client.v1.charges.retrieve(
        transfer.destination_payment, options={"stripe_account": account}
    )
    assert payment.source_transfer == transfer.id
    until(lambda: receiver.of_type("transfer.created"))
    assert sandbox.contract() == []


def test_transfer_to_an_account_not_onboarded_is_refused(sandbox, client):
    charge = paid_charge(sandbox)
    account = client.v2.core.accounts.create(recipient_params())
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.transfers.create(transfer_params(charge, account.id))
    assert caught.value.code == "insufficient_capabilities_for_transfer"
    assert client.v1.transfers.list().data == []


def test_transfers_of_a_charge_stay_within_it(sandbox, client):
    charge, account = paid_charge(sandbox), active_account(sandbox)
    client.v1.transfers.create(transfer_params(charge, account))
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.transfers.create(transfer_params(charge, account, amount=801))
    assert caught.value.param == "amount"
    client.v1.transfers.create(transfer_params(charge, account, amount=800))


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"currency": "usd"}, "currency"),
        ({"destination": "acct_unknown"}, "destination"),
        ({"source_transaction": "ch_unknown"}, "source_transaction"),
        ({"amount": 0}, "amount"),
    ],
)
def test_transfer_refused_for_bad_parameter(sandbox, client, changes, param):
    charge, account = paid_charge(sandbox), active_account(sandbox)
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.transfers.create(transfer_params(charge, account, **changes))
    assert caught.value.param == param
    assert client.v1.transfers.list().data == []


def test_transfer_from_balance_waits_until_money_is_available(sandbox, client):
    paid_charge(sandbox)
    params = {"amount": 4000, "currency": "eur", "destination": active_account(sandbox)}
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.transfers.create(params)
    assert caught.value.code == "balance_insufficient"
    sandbox.control("clock", advance=2 * 86_400 + 1)
    assert client.v1.transfers.create(params).amount == 4000


def test_transfer_of_a_charge_not_booked_yet_books_it(sandbox, client):
    sandbox.control("config", capture_delay=60)
    intent = client.v1.payment_intents.create(
        {"amount": 4800, "currency": "eur", "payment_method": "pm_card_visa", "confirm": True}
    )
    charge = client.v1.charges.retrieve(intent.latest_charge)
    assert charge.balance_transaction is None
    client.v1.transfers.create(transfer_params(charge, active_account(sandbox)))
    assert client.v1.charges.retrieve(charge.id).balance_transaction


def test_balance_moves_from_pending_to_available_by_the_clock(sandbox, client):
    charge = paid_charge(sandbox)
    before = client.v1.balance.retrieve()
    assert (before.pending[0].amount, before.available[0].amount) == (4631, 0)
    assert client.v1.balance_transactions.retrieve(charge.balance_transaction).status == "pending"
    sandbox.control("clock", advance=2 * 86_400 + 1)
    after = client.v1.balance.retrieve()
    assert (after.pending[0].amount, after.available[0].amount) == (0, 4631)
    assert client.v1.balance_transactions.retrieve(charge.balance_transaction).status == "available"


def test_balance_transactions_filter_and_add_up(sandbox, client):
    charge, account = paid_charge(sandbox), active_account(sandbox)
    transfer = client.v1.transfers.create(transfer_params(charge, account))
    client.v1.refunds.create({"charge": charge.id, "amount": 100})
    rows = list(client.v1.balance_transactions.list({"limit": 1}).auto_paging_iter())
    assert [row.type for row in rows] == ["refund", "transfer", "charge"]
    assert sum(row.net for row in rows) == 4631 - 4000 - 100
    balance = client.v1.balance.retrieve()
    assert balance.pending[0].amount + balance.available[0].amount == sum(row.net for row in rows)
    by_source = client.v1.balance_transactions.list({"source": transfer.id}).data
    assert [row.amount for row in by_source] == [-4000]
    created = rows[0].created
    assert client.v1.balance_transactions.list({"created": {"gt": created + 5}}).data == []
    assert len(client.v1.balance_transactions.list({"created": {"lte": created}}).data) == 3
    theirs = client.v1.balance_transactions.list(options={"stripe_account": account}).data
    assert [(row.type, row.amount) for row in theirs] == [("payment", 4000)]


def test_refunds_are_partial_then_full_and_never_more(sandbox, client, receiver):
    charge = paid_charge(sandbox)
    first = client.v1.refunds.create(
        {"payment_intent": charge.payment_intent, "amount": 800, "reason": "requested_by_customer"}
    )
    assert (first.amount, first.status, first.charge) == (800, "succeeded", charge.id)
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.refunds.create({"charge": charge.id, "amount": 4001})
    assert caught.value.param == "amount"
    rest = client.v1.refunds.create({"charge": charge.id})
    assert rest.amount == 4000
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.refunds.create({"charge": charge.id})
    assert caught.value.code == "charge_already_refunded"
    spent = client.v1.charges.retrieve(charge.id, {"expand": ["refunds"]})
    assert (spent.amount_refunded, spent.refunded) == (4800, True)
    assert [item.id for item in spent.refunds.data] == [rest.id, first.id]
    until(lambda: len(receiver.of_type("charge.refunded")) == 2)
    assert sandbox.contract() == []


def test_payment_intent_declines_then_succeeds_then_cannot_be_cancelled(sandbox, client):
    intent = client.v1.payment_intents.create({"amount": 500, "currency": "eur"})
    assert intent.status == "requires_payment_method"
    with pytest.raises(stripe.CardError) as caught:
        client.v1.payment_intents.confirm(
            intent.id, {"payment_method": "pm_card_visa_chargeDeclined"}
        )
    assert caught.value.code == "card_declined"
    assert caught.value.error.decline_code == "generic_decline"
    assert caught.value.error.payment_intent.id == intent.id
    paid = client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    assert paid.status == "succeeded"
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.payment_intents.cancel(intent.id)
    assert caught.value.code == "payment_intent_unexpected_state"


def test_cancelled_payment_intent_cannot_be_confirmed(sandbox, client):
    intent = client.v1.payment_intents.create({"amount": 500, "currency": "eur"})
    params = {"cancellation_reason": "abandoned"}
    assert client.v1.payment_intents.cancel(intent.id, params).status == "canceled"
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    assert caught.value.code == "payment_intent_unexpected_state"
