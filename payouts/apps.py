from __future__ import annotations

from django.apps import AppConfig


class PayoutsConfig(AppConfig):
    """Top-ups, and what Stripe tells us about them."""

    name = "payouts"
    label = "payouts"
    verbose_name = "Payments"

    def ready(self) -> None:
        from payouts import reactions  # noqa: F401  (registering is its import's effect)
        from payouts.disputes import reactions as of_disputes  # noqa: F401
