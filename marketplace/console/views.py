"""The operators' pages: what needs a decision first, then figures, then lists. Read only."""

from collections.abc import Mapping
from typing import Any, Final

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from marketplace.console.boundaries import operator_page
from marketplace.console.selectors import decisions, figures
from marketplace.console.words import LOOKS, Look
from merchants.models import Merchant
from payments.models import Payment, Settlement, StripeEvent
from payments.selectors import payments_overview

ROWS: Final = 50
_NEWEST: Final = 6


@require_safe
@operator_page
def overview(request: HttpRequest) -> HttpResponse:
    """Show the queue of decisions, the figures, and the newest payments."""
    context = {
        "decisions": decisions(),
        "figures": figures(),
        "payments": payments_overview()[:_NEWEST],
    }
    return render(request, "console/overview.html", context)


@require_safe
@operator_page
def merchants(request: HttpRequest) -> HttpResponse:
    """List the merchants by name."""
    return _listed(request, "merchant", Merchant.objects.order_by("name", "id"))


@require_safe
@operator_page
def payments(request: HttpRequest) -> HttpResponse:
    """List the payments, newest first."""
    return _listed(request, "payment", _newest(Payment.objects.select_related("merchant", "order")))


@require_safe
@operator_page
def settlements(request: HttpRequest) -> HttpResponse:
    """List the settlements, newest first."""
    rows = Settlement.objects.select_related("merchant", "order")
    return _listed(request, "settlement", _newest(rows))


@require_safe
@operator_page
def events(request: HttpRequest) -> HttpResponse:
    """List the Stripe events, newest first."""
    return _listed(request, "event", _newest(StripeEvent.objects.all()))


def _newest(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.order_by("-created_at", "-id")


def _listed(request: HttpRequest, subject: str, rows: QuerySet[Any]) -> HttpResponse:
    """Show one page of `rows`, of one state where `?state=` names a known one."""
    looks: Mapping[str, Look] = LOOKS[subject]
    state = request.GET.get("state", "")
    if state in looks:
        rows = rows.filter(state=state)
    context = {
        "page": Paginator(rows, ROWS).get_page(request.GET.get("page")),
        "state": state if state in looks else "",
        "states": looks,
        "subject": subject,
    }
    return render(request, f"console/{subject}s.html", context)
