"""Quick items and templates at the desk: the list a form picks from, and its page."""

from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.core.errors import NotFoundError
from merchants.boundaries import MemberRequest, member_page
from merchants.roles import Permission
from orders.errors import FieldRefusedError, TemplatesFullError
from orders.fields import LINES, line_key
from orders.items import items_for
from orders.labels import label_of
from orders.models import OrderForm, OrderTemplate
from orders.pricing import lines_of
from orders.services.keep_template import KEPT, drop_template, keep_template, template_by_key

_PARTS: Final = ("description", "quantity", "unit", "price")
FEWEST_ROWS: Final = 3
SPARE_ROWS: Final = 2
LONGEST: Final = 2000


@never_cache
@require_safe
@member_page(Permission.FORMS_EDIT)
def items(request: MemberRequest, _handle: str) -> JsonResponse:
    """Return what can be picked, for the form that `?form=` names: with that customer's orders."""
    form = OrderForm.objects.filter(code=request.GET.get("form", "")[:22]).first()
    return JsonResponse({"items": items_for(request.merchant, form)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@member_page(Permission.FORMS_EDIT)
def item_page(request: MemberRequest, handle: str) -> HttpResponse:
    """Show quick items and templates, and keep a template; `?edit=` fills the form with one.

    What is wrong is said at its field, and what was typed stays.
    """
    edited = _template(request.POST.get("old") or request.GET.get("edit", ""))
    if request.method != "POST":
        values = edited.values if edited else {}
        return _show(request, edited, name=edited.name if edited else "", values=values)
    name, typed = request.POST.get("name", "")[:LONGEST], _typed(request.POST)
    others = edited.values if edited else {}
    values = {key: text for key, text in others.items() if not key.startswith("line.")} | typed
    try:
        kept = keep_template(request.merchant, name=name, values=values)
    except (FieldRefusedError, TemplatesFullError) as error:
        return _show(request, edited, name=name, values=values, error=error)
    if edited and edited.id != kept.id:
        drop_template(str(edited.id))
    messages.success(request, _("Saved."))
    return redirect("desk-items", handle)


@require_POST
@member_page(Permission.FORMS_EDIT)
def drop(request: MemberRequest, handle: str, code: str) -> HttpResponse:
    """Drop a template; raises NotFoundError for another merchant's."""
    drop_template(code)
    messages.success(request, _("The template is gone."))
    return redirect("desk-items", handle)


def _template(key: str) -> OrderTemplate | None:
    try:
        return template_by_key(key)
    except NotFoundError:
        return None


def _typed(said: Mapping[str, str]) -> dict[str, str]:
    """Return what was typed into the lines and the content."""
    kept = {key: said[key].strip() for key in said if key in KEPT}
    return {key: text for key, text in kept.items() if text}


def _show(
    request: MemberRequest,
    edited: OrderTemplate | None,
    *,
    name: str,
    values: Mapping[str, str],
    error: FieldRefusedError | TemplatesFullError | None = None,
) -> HttpResponse:
    found = items_for(request.merchant, None)
    field = error.data.get("field", "name") if error else ""
    faults = {field: error.message} if error else {}
    context = {
        "merchant": request.merchant,
        "edited": edited,
        "name": name,
        "faults": faults,
        "general": faults.get("values"),
        "rows": [_row(number, values, faults) for number in _numbers(values)],
        "quick": [item for item in found if item["kind"] == "quick"],
        "templates": [_shown(item, request) for item in found if item["kind"] == "template"],
    }
    return render(request, "desk/items.html", context, status=error.status if error else 200)


def _numbers(values: Mapping[str, str]) -> range:
    """Return the lines to offer: those in use and a few more."""
    used = [n for n in range(1, LINES + 1) if any(line_key(n, part) in values for part in _PARTS)]
    return range(1, min(LINES, max(FEWEST_ROWS, max(used, default=0) + SPARE_ROWS)) + 1)


def _row(number: int, values: Mapping[str, str], faults: Mapping[str, Any]) -> list[dict[str, Any]]:
    keys = [line_key(number, part) for part in _PARTS]
    return [
        {
            "key": key,
            "part": part,
            "label": label_of(key),
            "value": values.get(key, ""),
            "error": faults.get(key, ""),
        }
        for key, part in zip(keys, _PARTS, strict=True)
    ]


def _shown(item: dict[str, Any], request: MemberRequest) -> dict[str, Any]:
    lines = lines_of(item["values"], request.merchant.currency)
    what = ", ".join(line.description for line in lines) or item["values"].get("content", "")
    return {**item, "what": what}
