import pytest
from django.core import signing
from django.http import HttpResponse
from django.test import RequestFactory

from marketplace.accounts import guests
from marketplace.accounts.middleware import CustomerMiddleware
from marketplace.accounts.models import Customer
from tests.factories.people import make_customer

pytestmark = pytest.mark.usefixtures("db")


def cookies(value):
    return {guests.COOKIE: value}


@pytest.mark.proves("C22", "INV-A5")
def test_cookie_names_its_customer():
    customer = make_customer()
    assert guests.customer_from_cookies(cookies(guests.cookie_for(customer))) == customer


@pytest.mark.proves("INV-A5")
def test_any_changed_character_is_refused():
    value = guests.cookie_for(make_customer())
    for place in range(0, len(value), 3):
        other = "A" if value[place] != "A" else "B"
        changed = value[:place] + other + value[place + 1 :]
        assert guests.customer_from_cookies(cookies(changed)) is None, place


@pytest.mark.proves("INV-A5")
@pytest.mark.parametrize("value", ["", "x", ":::", "null"])
def test_nonsense_is_nobody(value):
    assert guests.customer_from_cookies(cookies(value)) is None


@pytest.mark.proves("INV-A5")
def test_cookie_of_another_purpose_old_or_revoked_is_refused(monkeypatch):
    customer = make_customer()
    value = guests.cookie_for(customer)
    foreign = signing.dumps({"customer": str(customer.id), "epoch": 0}, salt="visavis.other")
    assert guests.customer_from_cookies(cookies(foreign)) is None
    monkeypatch.setattr(guests, "MAX_AGE_SECONDS", -1)
    assert guests.customer_from_cookies(cookies(value)) is None
    monkeypatch.undo()
    Customer.objects.filter(pk=customer.pk).update(cookie_epoch=1)
    assert guests.customer_from_cookies(cookies(value)) is None


@pytest.mark.parametrize(
    ("said", "kept"),
    [("Lena", "Lena"), ("  Lena   Sommer ", "Lena Sommer"), ("\u202eaneL\n", "aneL"), (" ", "Mei")],
)
def test_name_is_kept_as_printable_words(said, kept):
    customer = make_customer(name="Mei")
    guests.introduce(customer, said)
    customer.refresh_from_db()
    assert customer.name == kept


@pytest.mark.proves("C1", "C22")
def test_new_guest_is_remembered_once():
    made = []

    def view(request):
        made.append(guests.ensure_customer(request))
        return HttpResponse()

    answer = CustomerMiddleware(view)(RequestFactory().get("/"))
    morsel = answer.cookies[guests.COOKIE]
    assert morsel["httponly"]
    assert morsel["samesite"] == "Lax"
    request = RequestFactory().get("/")
    request.COOKIES[guests.COOKIE] = morsel.value
    assert guests.COOKIE not in CustomerMiddleware(view)(request).cookies
    assert made[0] == made[1]
    assert Customer.objects.count() == 1
