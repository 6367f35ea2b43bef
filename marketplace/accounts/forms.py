"""Sign-in."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _


class SignInForm(AuthenticationForm):
    """E-mail and password; a wrong password and an unknown address get the same words."""

    username = forms.EmailField(label=_("E-mail"), max_length=254)
    error_messages = {
        "invalid_login": _("This e-mail and password do not belong together. Check both."),
        "inactive": _("This e-mail and password do not belong together. Check both."),
    }
