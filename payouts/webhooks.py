"""POST /webhooks/stripe/ and /webhooks/stripe/thin/ : store what Stripe says, and thank it.

Nothing else happens here.
"""

from __future__ import annotations

from typing import Final

import structlog
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from backend.core import clock, engines
from backend.core.errors import DomainError, InvalidInput, Unavailable
from backend.core.problems import answer
from backend.inbox import services as inbox
from payouts.errors import SignatureRefused
from payouts.ports import OutsideEvent, WebhookVerifier

BODY_BYTES_MAX: Final = 1024 * 1024
log = structlog.get_logger(__name__)


class TooLarge(DomainError):
    """The body is larger than any event of Stripe."""

    code, status, title = "too_large", 413, "The body is too large"


@csrf_exempt
@require_POST
def stripe(request: HttpRequest) -> HttpResponse:
    """Snapshot events.

    200 also for an event that is known; 400 unsigned; 413 too large; 503 the database is down.
    On a 503 Stripe sends it again.
    """
    return _stored(request, verifier="webhook_verifier", source="stripe")


@csrf_exempt
@require_POST
def stripe_thin(request: HttpRequest) -> HttpResponse:
    """Thin events of the second API, signed with a secret of their own; answered alike."""
    return _stored(request, verifier="thin_webhook_verifier", source="stripe_thin")


def _stored(request: HttpRequest, *, verifier: str, source: str) -> HttpResponse:
    try:
        event = _verified(request, verifier)
        inbox.receive(
            source=source,
            external_id=event.id,
            type=event.type,
            object_id=event.object_id,
            livemode=event.livemode,
            payload=event.payload,
            account=event.account,
            at=clock.now(),
        )
    except SignatureRefused as error:
        log.warning("webhook_refused", why=error.detail)
        return answer(error)
    except DomainError as error:
        return answer(error)
    except (DatabaseError, InterfaceError):
        log.exception("webhook_not_stored")
        return answer(Unavailable("Try again in a moment."))
    return HttpResponse(status=200)


def _verified(request: HttpRequest, port: str) -> OutsideEvent:
    """The genuine event in a request.

    :raises TooLarge: more than 1 MiB.
    :raises SignatureRefused: not Stripe's.
    """
    if request.content_type != "application/json":
        raise InvalidInput("Send JSON.")
    if int(request.META.get("CONTENT_LENGTH") or 0) > BODY_BYTES_MAX:
        raise TooLarge
    body = request.read(BODY_BYTES_MAX + 1)
    if len(body) > BODY_BYTES_MAX:
        raise TooLarge
    verifier: WebhookVerifier = engines.load(port)
    return verifier.verify(body, request.headers.get("Stripe-Signature", ""), at=clock.now())
