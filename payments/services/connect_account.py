"""Give a merchant an account at Stripe, and follow what it may do."""

from uuid import UUID

from django.utils import timezone

from marketplace.accounts.audit import Actor, record
from merchants.models import Merchant
from merchants.scope import entered, merchant_scope
from payments import gateway
from payments.facts import AccountFacts, AccountRequest
from payments.models import ConnectedAccount, Settlement
from payments.states import HoldReason, SettlementState, TransferCapability


def connect_account(merchant_id: UUID, actor: Actor) -> ConnectedAccount:
    """Make a recipient account at Stripe for a merchant, once; a repeat refreshes it.

    Row → commit → call with the row's key → result. Raises GatewayRefused, GatewayUnavailable.
    """
    with entered(merchant_scope(merchant_id, actor)):
        merchant = Merchant.objects.get(pk=merchant_id)
        account, _ = ConnectedAccount.objects.get_or_create(merchant_id=merchant_id)
    if account.account_id:
        return refresh_account(merchant_id, actor)
    request = AccountRequest(
        merchant_id=str(merchant_id),
        email=merchant.contact_email,
        name=merchant.name,
        country=merchant.country,
    )
    facts = gateway.create_account(request, key=account.idempotency_key)
    return _keep(merchant_id, actor, facts)


def refresh_account(merchant_id: UUID, actor: Actor) -> ConnectedAccount:
    """Ask Stripe whether a merchant's account may receive transfers.

    When it may, settlements held for that reason are due at once. An account without an id is
    returned as it is. Raises GatewayRefused, GatewayUnavailable, ConnectedAccount.DoesNotExist.
    """
    with entered(merchant_scope(merchant_id, actor)):
        account: ConnectedAccount = ConnectedAccount.objects.get(merchant_id=merchant_id)
    if not account.account_id:
        return account
    return _keep(merchant_id, actor, gateway.retrieve_account(account.account_id))


def _keep(merchant_id: UUID, actor: Actor, facts: AccountFacts) -> ConnectedAccount:
    known = facts.transfers in set(TransferCapability)
    transfers = TransferCapability(facts.transfers) if known else TransferCapability.UNKNOWN
    with entered(merchant_scope(merchant_id, actor)):
        account: ConnectedAccount = ConnectedAccount.objects.select_for_update(of=("self",)).get(
            merchant_id=merchant_id
        )
        changed = (account.account_id, account.transfers) != (facts.id, transfers)
        account.account_id, account.transfers = facts.id, transfers
        account.refreshed_at = timezone.now()
        account.save(update_fields=["account_id", "transfers", "refreshed_at"])
        if changed:
            record(
                actor,
                "account.refreshed",
                subject=("connected_account", account.id),
                merchant_id=merchant_id,
                data={"transfers": transfers.value},
            )
        if account.is_active:
            _release()
    return account


def _release() -> None:
    """Let the merchant's settlements that waited for the account be looked at now."""
    waiting = [HoldReason.ACCOUNT_MISSING, HoldReason.TRANSFERS_INACTIVE]
    Settlement.objects.filter(state=SettlementState.HELD, hold_reason__in=waiting).update(
        next_at=timezone.now()
    )
