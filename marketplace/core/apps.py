"""Django app of the shared parts, so that their static files are found."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Money, errors, transitions, sockets: knows no other app."""

    name = "marketplace.core"
    label = "core"
