"""What we ask of the outside, in our words; ``settings.ENGINES`` names who answers.

One module for each thing that can be asked. A port has at most five methods.
"""

from payouts.ports.balances import BalanceTransaction, PlatformBalance
from payouts.ports.cards import (
    CardCharger,
    Checkout,
    CheckoutOrder,
    Payment,
    PaymentState,
    Settlement,
)
from payouts.ports.disputes import BankDispute, BankDisputes, BankMove, BankWarning, Evidence
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
from payouts.ports.refunds import CardRefunder, CardRefundSeen, RefundOrder, RefundState
from payouts.ports.vault import (
    CardVault,
    ChargeOrder,
    KeptCard,
    SavedCardCharger,
    SetupOrder,
    SetupPage,
)

__all__ = [
    "Account",
    "AccountOrder",
    "BalanceTransaction",
    "BankDispute",
    "BankDisputes",
    "BankMove",
    "BankWarning",
    "CardCharger",
    "CardRefundSeen",
    "CardRefunder",
    "CardVault",
    "ChargeOrder",
    "Checkout",
    "CheckoutOrder",
    "ConnectAccounts",
    "Evidence",
    "KeptCard",
    "OutsideEvent",
    "Payment",
    "PaymentState",
    "PayoutRail",
    "PlatformBalance",
    "RefundOrder",
    "RefundState",
    "Reversal",
    "SavedCardCharger",
    "Settlement",
    "SetupOrder",
    "SetupPage",
    "Transfer",
    "TransferOrder",
    "Way",
    "WebhookVerifier",
]
