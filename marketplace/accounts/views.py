"""Signing in and out."""

from django.contrib.auth.views import LoginView
from django.urls import reverse

from marketplace.accounts.forms import SignInForm
from marketplace.accounts.models import User


class SignInView(LoginView):
    """The sign-in page of members and operators; customers need none.

    `next` is followed only on this host.
    """

    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_default_redirect_url(self) -> str:
        """Return where a person belongs who came without a wish."""
        user = self.request.user
        is_operator = isinstance(user, User) and user.is_operator
        return reverse("operator" if is_operator else "desk-picker")
