"""What we ask of the outside, in our words; ``settings.ENGINES`` names who answers.

One module for each thing that can be asked. A port has at most five methods.
"""

from payouts.ports.cards import (
    CardCharger,
    Checkout,
    CheckoutOrder,
    Payment,
    PaymentState,
    Settlement,
)
from payouts.ports.events import OutsideEvent, WebhookVerifier

__all__ = [
    "CardCharger",
    "Checkout",
    "CheckoutOrder",
    "OutsideEvent",
    "Payment",
    "PaymentState",
    "Settlement",
    "WebhookVerifier",
]
