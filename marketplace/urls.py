"""Mounts each app's pages and endpoints."""

from django.urls import include, path

from marketplace import health

urlpatterns = [
    path("livez", health.live, name="live"),
    path("readyz", health.ready, name="ready"),
    path("", include("marketplace.accounts.urls")),
    path("", include("merchants.urls")),
    path("", include("calls.urls")),
    path("", include("orders.urls")),
    path("", include("payments.urls")),
    path("", include("marketplace.console.urls")),
    path("api/v1/", include("calls.api_urls")),
    path("api/v1/", include("orders.api_urls")),
    path("api/v1/", include("payments.api_urls")),
]
