"""The floor: a bare Channels consumer with one transaction per edit on the same layer.

`/tx/<form>` lock, update, insert, then group_send; `/cte/<form>` the same as one statement;
`/open/<form>` shows a row on joining; `/desk/<n>` and POST `/ring/<n>` one row, then
group_send; `/group/<n>` passes frames on unread; `/lobby`, `/desk-page` and `/room` are the
two-page WebRTC demo. Plain Django connection in a thread of its own; no rights, no walls, no
validation.
"""

import json
import os

import django
from django.conf import settings

settings.configure(
    SECRET_KEY="floor",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    INSTALLED_APPS=["channels"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            **json.loads(os.environ["FLOOR_DATABASE"]),
            "CONN_MAX_AGE": 0,
            "OPTIONS": {"pool": {"min_size": 2, "max_size": 16, "timeout": 20}},
        }
    },
    CHANNEL_LAYERS={
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [json.loads(os.environ["FLOOR_LAYER"])]},
        }
    },
)
django.setup()

from asgiref.sync import async_to_sync  # noqa: E402
from channels.db import database_sync_to_async  # noqa: E402
from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402
from channels.layers import get_channel_layer  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.core.asgi import get_asgi_application  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.http import HttpResponse, JsonResponse  # noqa: E402
from django.urls import path  # noqa: E402

from bench.floor import pages  # noqa: E402

LOCK = "SELECT revision FROM floor_form WHERE id = %s FOR UPDATE"
UPDATE = (
    "UPDATE floor_form SET revision = %s, fields = jsonb_set(fields, %s, to_jsonb(%s::text))"
    " WHERE id = %s"
)
INSERT = "INSERT INTO floor_edit (form_id, revision, op, name, value) VALUES (%s, %s, %s, %s, %s)"

CTE = (
    "WITH moved AS (UPDATE floor_form SET revision = revision + 1,"
    " fields = jsonb_set(fields, %s, to_jsonb(%s::text)) WHERE id = %s RETURNING id, revision)"
    " INSERT INTO floor_edit (form_id, revision, op, name, value)"
    " SELECT id, revision, %s, %s, %s FROM moved RETURNING revision"
)


def store(form, edit):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LOCK, [form])
        revision = cursor.fetchone()[0] + 1
        cursor.execute(UPDATE, [revision, [edit["name"]], edit["value"], form])
        cursor.execute(INSERT, [form, revision, edit["id"], edit["name"], edit["value"]])
    return revision


def store_at_once(form, edit):
    name, value = edit["name"], edit["value"]
    with connection.cursor() as cursor:
        cursor.execute(CTE, [[name], value, form, edit["id"], name, value])
        return cursor.fetchone()[0]


def shown(form):
    with connection.cursor() as cursor:
        cursor.execute("SELECT revision, fields FROM floor_form WHERE id = %s", [form])
        revision, fields = cursor.fetchone()
    return {"type": "snapshot", "revision": revision, "fields": json.loads(fields)}


class Pair(AsyncWebsocketConsumer):
    store = staticmethod(store)

    async def connect(self):
        self.form = self.scope["url_route"]["kwargs"]["form"]
        self.group = f"floor{self.form}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(self, text_data=None, bytes_data=None):
        edit = json.loads(text_data)
        revision = await database_sync_to_async(self.store, thread_sensitive=False)(self.form, edit)
        await self.send(json.dumps({"type": "ack", "id": edit["id"], "revision": revision}))
        frame = {"type": "edited", "op": edit["id"], "value": edit["value"], "revision": revision}
        await self.channel_layer.group_send(self.group, {"type": "edited", "frame": frame})

    async def edited(self, event):
        await self.send(json.dumps(event["frame"]))


class PairAtOnce(Pair):
    store = staticmethod(store_at_once)


class Opened(Pair):
    async def connect(self):
        await super().connect()
        read = database_sync_to_async(shown, thread_sensitive=False)
        await self.send(json.dumps(await read(self.form)))


class Group(AsyncWebsocketConsumer):
    async def connect(self):
        self.group = f"floorgroup{self.scope['url_route']['kwargs']['number']}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(self, text_data=None, bytes_data=None):
        event = {"type": "passed", "text": text_data, "by": self.channel_name}
        await self.channel_layer.group_send(self.group, event)

    async def passed(self, event):
        if event["by"] != self.channel_name:
            await self.send(event["text"])


class Desk(AsyncWebsocketConsumer):
    async def connect(self):
        self.group = f"floordesk{self.scope['url_route']['kwargs']['number']}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def ring(self, event):
        await self.send(json.dumps({"type": "ring", "call": event["call"]}))


def ring(request, number):
    posted = request.method == "POST"
    call = json.loads(request.body)["call"] if posted else request.GET["call"]
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO floor_ring (desk, call) VALUES (%s, %s)", [number, call])
    send = async_to_sync(get_channel_layer().group_send)
    send(f"floordesk{number}", {"type": "ring", "call": call})
    return JsonResponse({"call": call})


def page(html):
    return lambda _request, **_where: HttpResponse(html)


urlpatterns = [
    path("ring/<int:number>", ring),
    path("lobby/<int:number>", page(pages.LOBBY)),
    path("desk-page/<int:number>", page(pages.DESK)),
    path("room/<str:role>/<int:number>", page(pages.ROOM)),
]
application = ProtocolTypeRouter(
    {
        "http": get_asgi_application(),
        "websocket": URLRouter(
            [
                path("tx/<int:form>", Pair.as_asgi()),
                path("cte/<int:form>", PairAtOnce.as_asgi()),
                path("open/<int:form>", Opened.as_asgi()),
                path("group/<int:number>", Group.as_asgi()),
                path("desk/<int:number>", Desk.as_asgi()),
            ]
        ),
    }
)
