"""What the adapters of the way out share: Stripe's failures in the rail's words."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import TypeVar

import stripe

from payouts.errors import RailRefused, RailShort, RailUnknown, RailUnreachable

T = TypeVar("T")


def ask(call: Callable[[], T]) -> T:
    """Make one call.

    Only an answer that says that nothing happened is a refusal; whatever else goes wrong leaves
    the outcome unknown.
    :raises RailRefused: final.
    :raises RailUnreachable: unknown.
    """
    try:
        return call()
    except stripe.PermissionError as error:
        if _code(error) == "account_invalid":
            raise RailUnknown(reason="account_gone") from error
        raise RailUnreachable("The payment service does not know us.") from error
    except stripe.IdempotencyError as error:
        spent = error.http_status != HTTPStatus.CONFLICT
        raise RailUnreachable("This key stands for another request.", spent_key=spent) from error
    except stripe.InvalidRequestError as error:
        raise _refusal(error) from error
    except (stripe.APIConnectionError, stripe.RateLimitError, stripe.AuthenticationError) as error:
        raise RailUnreachable("The payment service did not answer.") from error
    except stripe.StripeError as error:
        replayed = (error.headers or {}).get("Idempotent-Replayed") == "true"
        raise RailUnreachable("The payment service has a fault.", spent_key=replayed) from error


def _refusal(error: stripe.InvalidRequestError) -> RailRefused | RailUnreachable:
    code = _code(error)
    if error.http_status == HTTPStatus.CONFLICT:
        return RailUnreachable("The payment service is busy.")
    if error.http_status == HTTPStatus.NOT_FOUND:
        return RailUnknown(reason=code)
    if code == "balance_insufficient":
        return RailShort(reason=code)
    return RailRefused(reason=code)


def _code(error: stripe.StripeError) -> str:
    """Stripe's code; the SDK leaves that of a 403 in the body."""
    body = error.json_body if isinstance(error.json_body, dict) else {}
    return str(error.code or body.get("error", {}).get("code") or "unknown")
