"""Django app of the people."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users, customers, sign-in, audit."""

    name = "marketplace.accounts"
    label = "accounts"
