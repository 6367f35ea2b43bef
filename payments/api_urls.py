"""Endpoints of the payments."""

from django.urls import path

from payments.api import CheckoutView

urlpatterns = [
    path("orders/<str:code>/checkout/", CheckoutView.as_view(), name="order-checkout"),
]
