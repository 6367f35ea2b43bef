"""django-oscar's `place_order`, timed: `place.py migrate`, `place.py place LINES COUNT`.

Runs in an environment of its own. Timed as in oscar's own check-out: the basket is read, the
address saved, the order placed, the basket submitted. Prints milliseconds of each and the number
of statements.
"""

import json
import os
import sys
import time
from decimal import Decimal

import django
from django.conf import settings
from oscar import defaults

OSCAR = [
    "analytics",
    "checkout",
    "address",
    "shipping",
    "catalogue",
    "communication",
    "partner",
    "basket",
    "payment",
    "offer",
    "order",
    "customer",
    "search",
    "voucher",
    "wishlists",
    "dashboard",
]
DASHBOARD = [
    "reports",
    "users",
    "orders",
    "catalogue",
    "offers",
    "partners",
    "pages",
    "ranges",
    "reviews",
    "vouchers",
    "communications",
    "shipping",
]
DJANGO = ["auth", "contenttypes", "sessions", "sites", "messages", "staticfiles", "flatpages"]

settings.configure(
    **{name: getattr(defaults, name) for name in dir(defaults) if name.isupper()},
    SECRET_KEY="peer",
    SITE_ID=1,
    USE_TZ=True,
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": os.environ["PGDATABASE"],
            "OPTIONS": {"options": os.environ["PGOPTIONS"]},
        }
    },
    INSTALLED_APPS=[
        *[f"django.contrib.{name}" for name in DJANGO],
        "oscar.config.Shop",
        "oscar.apps.catalogue.reviews.apps.CatalogueReviewsConfig",
        *[f"oscar.apps.{name}.apps.{name.title()}Config" for name in OSCAR],
        *[f"oscar.apps.dashboard.{n}.apps.{n.title()}DashboardConfig" for n in DASHBOARD],
        *["widget_tweaks", "haystack", "treebeard", "django_tables2"],
    ],
    HAYSTACK_CONNECTIONS={"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}},
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
)
django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from oscar.apps.partner.strategy import Default  # noqa: E402
from oscar.core.loading import get_class, get_model  # noqa: E402

Basket = get_model("basket", "Basket")
Country = get_model("address", "Country")
Address = get_model("order", "ShippingAddress")
Free = get_class("shipping.methods", "Free")
OrderCreator = get_class("order.utils", "OrderCreator")
Totals = get_class("checkout.calculators", "OrderTotalCalculator")


def products(count):
    made = get_model("catalogue", "ProductClass").objects.create(name="Tea", track_stock=True)
    partner = get_model("partner", "Partner").objects.create(name="Bench")
    found = []
    for number in range(count):
        product = made.products.create(title=f"Tea {number}")
        product.stockrecords.create(
            partner=partner,
            partner_sku=f"{made.id}-{number}",
            price=Decimal("1.25"),
            num_in_stock=10**6,
        )
        found.append(product)
    return found


def basket_of(found, owner):
    basket = Basket.objects.create(owner=owner)
    basket.strategy = Default()
    for product in found:
        basket.add_product(product, 2)
    return basket.id


def placed(basket_id, country, owner):
    started = time.perf_counter()
    basket = Basket.objects.get(id=basket_id)
    basket.strategy = Default()
    method = Free()
    charge = method.calculate(basket)
    total = Totals().calculate(basket, charge)
    address = Address(first_name="Lena", line1="1 Street", line4="Berlin", country=country)
    address.save()
    OrderCreator().place_order(
        basket=basket,
        total=total,
        shipping_method=method,
        shipping_charge=charge,
        shipping_address=address,
        user=owner,
    )
    basket.submit()
    return (time.perf_counter() - started) * 1000


def place(lines, count):
    country, _ = Country.objects.get_or_create(iso_3166_1_a2="DE", printable_name="Germany")
    owner, _ = get_user_model().objects.get_or_create(username="lena", email="lena@example.com")
    found = products(lines)
    taken = [placed(basket_of(found, owner), country, owner) for _ in range(count + 5)][5:]
    basket = basket_of(found, owner)
    connection.force_debug_cursor = True
    connection.queries_log.clear()
    placed(basket, country, owner)
    return {"ms": taken, "statements": len(connection.queries_log)}


if sys.argv[1] == "migrate":
    call_command("migrate", verbosity=0)
else:
    print(json.dumps(place(int(sys.argv[2]), int(sys.argv[3]))))
