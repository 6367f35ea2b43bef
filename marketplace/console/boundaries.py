"""The only way into the operators' pages."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse

from marketplace.accounts.audit import Actor
from marketplace.accounts.models import ActorKind, User
from marketplace.core.errors import NotFoundError, SignInRequiredError
from merchants.scope import entered, operator_scope

P = ParamSpec("P")


def operator_page(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Run a view in the operators' scope; nobody → sign-in, everybody else → 404."""

    @wraps(view)
    def inside(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        user = request.user
        if not isinstance(user, User):
            raise SignInRequiredError
        if not user.is_operator:
            raise NotFoundError
        with entered(operator_scope(Actor(ActorKind.OPERATOR, user.id, user.name))):
            return view(request, *args, **kwargs)

    return inside
