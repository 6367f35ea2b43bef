"""The sockets of forms and orders."""

from typing import Any, cast

from django.urls import path

from orders.consumers.form_by_code import CustomerFormByCodeSocket, MemberFormByCodeSocket
from orders.consumers.form_socket import CustomerFormSocket, MemberFormSocket
from orders.consumers.order_socket import CustomerOrderSocket, MemberOrderSocket

websocket_urlpatterns = [
    path("ws/calls/<str:code>/form/customer/", cast("Any", CustomerFormSocket.as_asgi())),
    path("ws/calls/<str:code>/form/merchant/", cast("Any", MemberFormSocket.as_asgi())),
    path("ws/forms/<str:code>/customer/", cast("Any", CustomerFormByCodeSocket.as_asgi())),
    path("ws/forms/<str:code>/merchant/", cast("Any", MemberFormByCodeSocket.as_asgi())),
    path("ws/orders/<str:code>/customer/", cast("Any", CustomerOrderSocket.as_asgi())),
    path("ws/orders/<str:code>/merchant/", cast("Any", MemberOrderSocket.as_asgi())),
]
