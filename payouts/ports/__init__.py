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
from payouts.ports.rails import (
    Account,
    AccountOrder,
    ConnectAccounts,
    PayoutRail,
    Reversal,
    Transfer,
    TransferOrder,
    Way,
)

__all__ = [
    "Account",
    "AccountOrder",
    "CardCharger",
    "Checkout",
    "CheckoutOrder",
    "ConnectAccounts",
    "OutsideEvent",
    "Payment",
    "PaymentState",
    "PayoutRail",
    "Reversal",
    "Settlement",
    "Transfer",
    "TransferOrder",
    "Way",
    "WebhookVerifier",
]
