"""Pages of the payments."""

from django.urls import path

from payments.views import pay_panel
from payments.webhooks import stripe_webhook

urlpatterns = [
    path("o/<str:code>/pay/", pay_panel, name="pay-panel"),
    path("webhooks/stripe/", stripe_webhook, name="stripe-webhook"),
]
