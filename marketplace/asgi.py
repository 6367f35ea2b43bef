"""HTTP and WebSockets of one process: origin check, session, then the apps' sockets."""

import os
from typing import Any

from marketplace.handler import http_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings.development")
_http = http_application()

# Imported after Django is set up: they import models.
from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402

from marketplace.backpressure import hold_back  # noqa: E402
from marketplace.checks import refuse_powerful_login  # noqa: E402
from marketplace.origin import ExactOrigin  # noqa: E402
from marketplace.routing import websocket_urlpatterns  # noqa: E402

refuse_powerful_login()
hold_back()
# Channels types every ASGI message by itself; our origin check passes them on unread.
_sockets: Any = AuthMiddlewareStack(URLRouter(websocket_urlpatterns))
application = ProtocolTypeRouter({"http": _http, "websocket": ExactOrigin(_sockets)})
