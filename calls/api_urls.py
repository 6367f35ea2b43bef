"""Endpoints of the calls, below `/api/v1/`."""

from django.urls import path

from calls.api import AddressView, CallsView
from calls.api_customer import HandoverView, RatingView

urlpatterns = [
    path("calls/", CallsView.as_view(), name="api-calls"),
    path("calls/<str:code>/handover/", HandoverView.as_view(), name="api-call-handover"),
    path("calls/<str:code>/rating/", RatingView.as_view(), name="api-call-rating"),
    path("merchants/<slug:handle>/address/", AddressView.as_view(), name="api-address"),
]
