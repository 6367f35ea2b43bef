"""Addresses of sign-in, sign-out and the language switch."""

from django.contrib.auth.views import LogoutView
from django.urls import path
from django.views.i18n import set_language

from marketplace.accounts.views import SignInView

urlpatterns = [
    path("sign-in/", SignInView.as_view(), name="sign-in"),
    path("sign-out/", LogoutView.as_view(next_page="home"), name="sign-out"),
    path("language/", set_language, name="language"),
]
