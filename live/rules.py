"""The numbers of the rules, read from the settings in this one place."""

from __future__ import annotations

from django.conf import settings

from live.facts import Rules


def current() -> Rules:
    """The rules as configured now (tests override single settings)."""
    return Rules(
        quota_s=settings.QUOTA_SECONDS,
        min_start_s=settings.MIN_START_SECONDS,
        step_s=settings.METER_STEP_SECONDS,
        warn_s=tuple(settings.WARN_SECONDS),
        max_s=settings.MAX_READING_SECONDS,
        max_warn_s=settings.MAX_WARN_SECONDS,
        heartbeat_s=settings.HEARTBEAT_SECONDS,
        tolerance_s=settings.HEARTBEAT_TOLERANCE_SECONDS,
        grace_s=settings.GRACE_SECONDS,
        pause_budget_s=settings.PAUSE_BUDGET_SECONDS,
        funds_grace_s=settings.FUNDS_GRACE_SECONDS,
        checkout_grace_s=settings.FUNDS_GRACE_CHECKOUT_SECONDS,
        funds_pauses_max=settings.FUNDS_PAUSES_MAX,
        ring_s=settings.RING_SECONDS,
        connect_s=settings.CONNECT_SECONDS,
        silence_s=settings.CHAT_SILENCE_SECONDS,
        silence_grace_s=settings.CHAT_SILENCE_GRACE_SECONDS,
        orphan_s=settings.ORPHAN_SECONDS,
    )
