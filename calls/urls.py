"""Addresses of the call pages. The JSON endpoints are in `api_urls`, the sockets in `routing`."""

from django.urls import path

from calls import views

urlpatterns = [
    path("m/<slug:handle>/call/", views.device_check, name="call-start"),
    path("c/<str:code>/", views.customer_call, name="call"),
    path("desk/<slug:handle>/", views.desk, name="desk"),
    path("desk/<slug:handle>/c/<str:code>/", views.member_call, name="desk-call"),
]
