"""Addresses of the call pages. The JSON endpoints are in `api_urls`, the sockets in `routing`."""

from django.urls import path

from calls import views
from calls.views_handover import continue_call

urlpatterns = [
    path("m/<slug:handle>/call/", views.device_check, name="call-start"),
    path("c/<str:code>/", views.customer_call, name="call"),
    path("c/<str:code>/continue/<str:token>/", continue_call, name="call-continue"),
    path("desk/<slug:handle>/", views.desk, name="desk"),
    path("desk/<slug:handle>/c/<str:code>/", views.member_call, name="desk-call"),
]
