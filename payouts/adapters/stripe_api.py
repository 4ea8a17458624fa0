"""Stripe over the SDK's client, never its module globals: what all its adapters share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import Any, Final, TypeVar

import stripe
from django.conf import settings

from payouts.errors import ChargerRefused, ChargerUnreachable, NotThere

TIMEOUT_SECONDS: Final = (3, 15)  # to connect, to answer
RETRIES: Final = 2
PAGE: Final = 100

T = TypeVar("T")


def client() -> stripe.StripeClient:
    """A client for Stripe, or for the stand-in that the settings name."""
    base = settings.STRIPE_API_BASE
    doors = ("api", "connect", "files", "meter_events")
    return stripe.StripeClient(
        settings.STRIPE_SECRET_KEY,
        stripe_version=settings.STRIPE_API_VERSION,
        base_addresses=dict.fromkeys(doors, base) if base else {},  # type: ignore[arg-type]
        max_network_retries=RETRIES,
        http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),  # type: ignore[arg-type]
    )


def instant(seconds: int) -> datetime:
    """Stripe's seconds as an aware UTC instant."""
    return datetime.fromtimestamp(seconds, UTC)


def pages(listing: Callable[..., Any], params: dict[str, Any]) -> Iterator[Any]:
    """Every object of a list, page by page, with each page's failures in our words."""
    page = ask(partial(listing, params={**params, "limit": PAGE}))
    while True:
        yield from page.data
        if not page.has_more:
            return
        following = {**params, "limit": PAGE, "starting_after": page.data[-1].id}
        page = ask(partial(listing, params=following))


def ask(call: Callable[[], T]) -> T:
    """Make one call, with Stripe's failures in our words.

    :raises ChargerRefused: final.
    :raises ChargerUnreachable: unknown.
    """
    try:
        return call()
    except (stripe.APIConnectionError, stripe.RateLimitError) as error:
        raise ChargerUnreachable("The payment service did not answer.") from error
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        # Our own key is wrong: the same request works once it is put right.
        raise ChargerUnreachable("The payment service does not know us.") from error
    except (stripe.InvalidRequestError, stripe.IdempotencyError, stripe.CardError) as error:
        if error.http_status == HTTPStatus.CONFLICT:
            raise ChargerUnreachable("The payment service is busy.") from error
        if error.http_status == HTTPStatus.NOT_FOUND:
            raise NotThere from error
        raise ChargerRefused("The payment service refused this payment.") from error
    except stripe.StripeError as error:
        replayed = (error.headers or {}).get("Idempotent-Replayed") == "true"
        raise ChargerUnreachable("The payment service has a fault.", spent_key=replayed) from error
