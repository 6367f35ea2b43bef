"""The onboarding page an account link leads to, and the receipt of a charge."""

from __future__ import annotations

from payments.sandbox import money
from payments.sandbox.errors import ApiError
from payments.sandbox.pages.render import Reach, message_page, page_response, render
from payments.sandbox.pages.visit import Visit
from payments.sandbox.rows import objects
from payments.sandbox.rules.accounts import find_link, finish_onboarding
from payments.sandbox.wire import Response, redirect


def onboarding_page(visit: Visit) -> Response:
    """Show the form; agreeing activates the account. A spent link leads to its refresh address, as
    with Stripe.
    """
    try:
        with visit.sandbox.world() as world:
            link = find_link(world, visit.subject)
            if link.spent:
                return redirect(link.refresh_url)
            if visit.request.method == "POST":
                return redirect(finish_onboarding(world, visit.subject).return_url)
            account = world.get("v2.core.account", link.account)
    except ApiError as error:
        return message_page("No such link", error.message, status=error.status)
    body = render(
        "onboarding",
        name=account.body["display_name"] or account.id,
        email=account.body["contact_email"] or "none",
        country=account.body["identity"]["country"],
        action=visit.request.path,
    )
    # The form's answer redirects to the product, which the page's policy must allow.
    return page_response("Onboarding", body, reach=Reach(form_targets=("http:", "https:")))


def receipt_page(visit: Visit) -> Response:
    """Show what `receipt_url` leads to."""
    with visit.sandbox.world() as world:
        charge = objects.find(world.db, visit.subject)
    if charge is None or charge.kind != "charge":
        return message_page("No such receipt", "The address is incomplete.", status=404)
    amount = money.display(charge.body["amount"], charge.body["currency"])
    card = (charge.body["payment_method_details"] or {}).get("card", {})
    text = f"{amount} · card ending in {card.get('last4', 'none')} · {charge.id}"
    return message_page("Receipt", text, state="paid")
