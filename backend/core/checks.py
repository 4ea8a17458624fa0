"""Start-up checks: settings that would be dangerous together stop the process (case 75)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_SANDBOX_KEY = "sk_test_sandbox"
_LIVE_KEYS = ("sk_live_", "rk_live_")


@register(Tags.security)
def dangerous_settings(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Every dangerous combination as an error, for ``manage.py check``."""
    found = dangers(
        debug=settings.DEBUG,
        demo=settings.DEMO,
        key=settings.STRIPE_SECRET_KEY,
        base=settings.STRIPE_API_BASE,
        webhook_secrets=settings.STRIPE_WEBHOOK_SECRETS,
        thin_webhook_secrets=settings.STRIPE_THIN_WEBHOOK_SECRETS
        if settings.CONNECT_API == "v2"
        else None,
    )
    clock = moved_clock(debug=settings.DEBUG, clock_ahead_file=settings.CLOCK_AHEAD_FILE)
    return [
        Error(text, id=f"soulseer.E{number:03d}")
        for number, text in enumerate([*found, *clock], start=1)
    ]


def dangers(
    *,
    debug: bool,
    demo: bool,
    key: str,
    base: str,
    webhook_secrets: list[str],
    thin_webhook_secrets: list[str] | None = None,
) -> Iterator[str]:
    """What is dangerous about this combination, in words; nothing when it is sound.

    ``thin_webhook_secrets``: None when no thin events are expected.
    """
    sandbox_key = key.startswith(_SANDBOX_KEY)
    loopback = urlsplit(base).hostname in _LOOPBACK if base else False
    if not webhook_secrets or not all(webhook_secrets):
        yield "STRIPE_WEBHOOK_SECRETS is empty: anybody could forge a webhook."
    thin = thin_webhook_secrets
    if thin is not None and not (all(thin) and (thin or debug)):
        yield "STRIPE_THIN_WEBHOOK_SECRETS is empty: anybody could forge news of accounts."
    if key.startswith(_LIVE_KEYS) and base:
        yield "A live Stripe key must talk to Stripe itself: unset STRIPE_API_BASE."
    if loopback and not sandbox_key:
        yield "A loopback STRIPE_API_BASE goes only with a sandbox key."
    if sandbox_key and not loopback:
        yield "A sandbox key goes only with a loopback STRIPE_API_BASE."
    if not debug:
        if not key or sandbox_key:
            yield "With DEBUG=0 a real STRIPE_SECRET_KEY is required."
        if loopback:
            yield "With DEBUG=0 STRIPE_API_BASE may not be a loopback address."
        if demo:
            yield "DEMO=1 is for development only: it signs people in without a password."


def moved_clock(*, debug: bool, clock_ahead_file: str) -> Iterator[str]:
    """What is dangerous about a clock that can be moved, in words."""
    if clock_ahead_file and not debug:
        yield "CLOCK_AHEAD_FILE is for rehearsals only: it moves every deadline of money."


def stop_if_dangerous(*, clock_ahead_file: str = "", **facts: Any) -> None:
    """Refuse to start under a dangerous combination.

    :raises ImproperlyConfigured: naming every danger.
    """
    clock = moved_clock(debug=facts["debug"], clock_ahead_file=clock_ahead_file)
    found = [*dangers(**facts), *clock]
    if found:
        raise ImproperlyConfigured(" ".join(found))
