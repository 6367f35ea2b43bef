"""Django app of the merchants."""

from django.apps import AppConfig


class MerchantsConfig(AppConfig):
    """The tenants, who works there, and the scope everything of theirs lives in."""

    name = "merchants"
