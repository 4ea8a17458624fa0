from __future__ import annotations

from django.apps import AppConfig


class PayoutsConfig(AppConfig):
    """Money in and out, and what Stripe tells us about it."""

    name = "payouts"
    label = "payouts"
    verbose_name = "Payments"

    def ready(self) -> None:
        # Registering is their import's effect.
        from payouts import reactions  # noqa: F401
        from payouts.chargebacks import reactions as of_banks  # noqa: F401
        from payouts.disputes import reactions as of_disputes  # noqa: F401
        from payouts.earnings import proofs, tasks  # noqa: F401
        from payouts.earnings import reactions as of_earnings  # noqa: F401
        from payouts.wallet import privacy  # noqa: F401
        from payouts.wallet import reactions as of_the_wallet  # noqa: F401
