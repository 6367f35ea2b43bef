"""Templates over HTTP: kept from a form, dropped by their key."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from marketplace.core.api import ApiView
from marketplace.core.errors import InputInvalidError
from merchants.access import member_for, member_where
from merchants.roles import Permission
from merchants.scope import entered
from orders.services.keep_template import drop_template, keep_template, template_by_key


class TemplateInput(BaseModel):
    """What to keep, where, under which name."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    merchant: Annotated[str, Field(max_length=80)]
    name: Annotated[str, Field(max_length=400)]
    values: Annotated[
        dict[Annotated[str, Field(max_length=40)], Annotated[str, Field(max_length=2000)]],
        Field(max_length=120),
    ]


class TemplatesView(ApiView):
    """`POST /api/v1/templates/`: keep a set of values."""

    def post(self, request: Request) -> Response:
        """Keep values under a name, in place of the old ones; refusals name the field."""
        try:
            given = TemplateInput.model_validate(request.data)
        except ValidationError as error:
            where = ".".join(str(part) for part in error.errors()[0]["loc"])
            raise InputInvalidError(field=where) from error
        member, scope = member_for(request._request.user, given.merchant, Permission.FORMS_EDIT)  # noqa: SLF001  # the session's
        with entered(scope):
            kept = keep_template(member.merchant, name=given.name, values=given.values)
        return Response({"id": str(kept.id), "name": kept.name}, status=status.HTTP_201_CREATED)


class TemplateView(ApiView):
    """`DELETE /api/v1/templates/<key>/`."""

    def delete(self, request: Request, code: str) -> Response:
        """Drop a template; raises NotFoundError for another merchant's."""
        user = request._request.user  # noqa: SLF001  # the session's
        _member, scope, _found = member_where(
            user, Permission.FORMS_EDIT, lambda: template_by_key(code)
        )
        with entered(scope):
            drop_template(code)
        return Response(status=status.HTTP_204_NO_CONTENT)
