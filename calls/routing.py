"""The sockets of the calls."""

from typing import Any, cast

from django.urls import path, re_path

from calls.consumers.call import CallSocket
from calls.consumers.desk import DeskSocket
from calls.consumers.request import CustomerRequestSocket, MemberRequestSocket

websocket_urlpatterns = [
    path("ws/desk/<slug:handle>/", cast("Any", DeskSocket.as_asgi())),
    re_path(
        r"^ws/calls/(?P<code>[0-9A-Za-z]{22})/(?P<role>customer|merchant)/$",
        cast("Any", CallSocket.as_asgi()),
    ),
    path("ws/requests/<str:code>/customer/", cast("Any", CustomerRequestSocket.as_asgi())),
    path("ws/requests/<str:code>/merchant/", cast("Any", MemberRequestSocket.as_asgi())),
]
