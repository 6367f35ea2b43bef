"""Where Stripe tells us that something happened."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from pydantic import ValidationError

from payments.errors import SignatureInvalidError
from payments.gateway import verify_signature
from payments.messages import StripeEnvelope
from payments.services.record_stripe_event import record_stripe_event


@csrf_exempt
@require_POST
def stripe_webhook(request: HttpRequest) -> HttpResponse:
    """Verify the raw body, keep the event, answer 200; the work is done later by a worker.

    No CSRF token: the signature is the proof. A wrong one answers 400 and writes nothing.
    """
    try:
        verify_signature(request.body, request.headers.get("Stripe-Signature", ""))
        envelope = StripeEnvelope.model_validate_json(request.body)
    except SignatureInvalidError as error:
        return JsonResponse(error.as_dict(), status=error.status)
    except ValidationError:
        return JsonResponse({"code": "event_malformed"}, status=400)
    record_stripe_event(envelope)
    return JsonResponse({"received": True})
