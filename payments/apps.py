"""Payments: checkout, webhooks, ledger, settlement."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """Money in and money out, on Stripe or on the sandbox that speaks its language."""

    name = "payments"
