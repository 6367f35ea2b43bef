"""The tests never run silently on less than the real thing."""

import pytest
from django.conf import settings
from django.db import connection

pytestmark = pytest.mark.integration


def test_database_is_postgresql_18_or_newer_than_15(db):
    assert connection.vendor == "postgresql"
    assert connection.pg_version >= 160000


@pytest.mark.proves("INV-T13")
def test_role_is_app_and_no_superuser(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT session_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = session_user"
        )
        assert cursor.fetchone() == ("app", False, False)
        cursor.execute(
            "SELECT g.rolname, m.inherit_option, m.set_option FROM pg_auth_members m"
            " JOIN pg_roles g ON g.oid = m.roleid JOIN pg_roles u ON u.oid = m.member"
            " WHERE u.rolname = 'app' ORDER BY 1"
        )
        assert cursor.fetchall() == [
            ("r_customer", False, True),
            ("r_merchant", False, True),
            ("r_operator", False, True),
        ]


async def test_channel_layer_is_redis_pubsub(layer):
    assert type(layer).__name__ == "RedisPubSubChannelLayer"
    channel = await layer.new_channel()
    await layer.group_add("real", channel)
    await layer.group_send("real", {"type": "deliver", "frame": {"n": 1}})
    assert (await layer.receive(channel))["frame"] == {"n": 1}
    config = settings.CHANNEL_LAYERS["default"]["CONFIG"]["hosts"][0]
    assert config["socket_timeout"] is None
