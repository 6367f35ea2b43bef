"""Django app of the order form and the order."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """Live form, information request, confirmation, order."""

    name = "orders"
