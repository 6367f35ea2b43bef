"""Endpoints of the payments."""

from django.urls import path

from payments.api import CheckoutView, ReviseView, WithdrawRevisionView

urlpatterns = [
    path("orders/<str:code>/checkout/", CheckoutView.as_view(), name="order-checkout"),
    path("orders/<str:code>/revise/", ReviseView.as_view(), name="order-revise"),
    path(
        "orders/<str:code>/revise/withdraw/",
        WithdrawRevisionView.as_view(),
        name="order-revise-withdraw",
    ),
]
