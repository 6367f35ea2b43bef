"""Endpoints of the calls, below `/api/v1/`."""

from django.urls import path

from calls.api import AddressView, CallsView

urlpatterns = [
    path("calls/", CallsView.as_view(), name="api-calls"),
    path("merchants/<slug:handle>/address/", AddressView.as_view(), name="api-address"),
]
