"""Mounts each app's sockets."""

from calls.routing import websocket_urlpatterns as calls
from orders.routing import websocket_urlpatterns as orders

websocket_urlpatterns = [*calls, *orders]
