import pytest
from django.core.exceptions import ImproperlyConfigured

from marketplace import checks

pytestmark = pytest.mark.unit


def ids(found):
    return [message.id for message in found]


@pytest.mark.proves("A10")
def test_live_stripe_key_is_refused(settings):
    settings.STRIPE_SECRET_KEY = "sk_live_123"
    settings.STRIPE_API_BASE = ""
    assert ids(checks.stripe_keys()) == ["visavis.E001"]


@pytest.mark.proves("A10")
def test_live_key_never_meets_the_sandbox(settings):
    settings.STRIPE_SECRET_KEY = "rk_live_123"
    settings.STRIPE_ALLOW_LIVE = True
    settings.STRIPE_API_BASE = "http://127.0.0.1:4000"
    assert ids(checks.stripe_keys()) == ["visavis.E002"]


def test_sandbox_address_is_on_this_machine(settings):
    settings.STRIPE_API_BASE = "http://10.0.0.1:4000"
    assert ids(checks.stripe_keys()) == ["visavis.E003"]


def test_key_without_webhook_secret_is_refused(settings):
    settings.STRIPE_SECRET_KEY = "sk_test_1"
    settings.STRIPE_WEBHOOK_SECRET = ""
    assert ids(checks.webhook_secret()) == ["visavis.E004"]


def test_relay_needs_secret_and_address(settings):
    settings.TURN_URLS = ["turn:relay.example"]
    settings.TURN_SECRET = ""
    assert ids(checks.relay()) == ["visavis.E005"]


def test_production_needs_a_way_to_send_mail_and_an_own_sender(settings):
    settings.MAIL_REQUIRED = True
    settings.EMAIL_HOST = ""
    assert ids(checks.mail()) == ["visavis.E009", "visavis.E010"]
    settings.EMAIL_HOST, settings.DEFAULT_FROM_EMAIL = "smtp.host", "Us <hello@own.host>"
    assert checks.mail() == []
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = True
    assert ids(checks.mail()) == ["visavis.E008"]


@pytest.mark.integration
def test_serving_login_may_not_be_powerful(db, owner_connection, monkeypatch):
    checks.refuse_powerful_login()
    # control: the same check against a login that may walk around the policies
    powerful = "SELECT true"

    class Cursor:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            return False

        def execute(self, _sql):
            self.row = owner_connection.execute(powerful).fetchone()

        def fetchone(self):
            return self.row

    monkeypatch.setattr(checks.connection, "cursor", Cursor)
    with pytest.raises(ImproperlyConfigured, match="row-level security"):
        checks.refuse_powerful_login()
