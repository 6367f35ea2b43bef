"""Rows of the order form and of the order."""

from orders.models.address_book import KnownValues
from orders.models.deal import DealEntry
from orders.models.order import FulfilmentMark, Order, OrderCounter, OrderLine
from orders.models.order_form import FormEdit, InformationRequest, OrderForm
from orders.models.photo import Photo
from orders.models.template import OrderTemplate

__all__ = [
    "DealEntry",
    "FormEdit",
    "FulfilmentMark",
    "InformationRequest",
    "KnownValues",
    "Order",
    "OrderCounter",
    "OrderForm",
    "OrderLine",
    "OrderTemplate",
    "Photo",
]
