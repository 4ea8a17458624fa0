"""Rows of money that crosses our border; one module for each subject."""

from payouts.models.cards import CardCustomer, CardSetup, SavedCard
from payouts.models.chargebacks import Chargeback, PaymentWarning
from payouts.models.connect import ConnectAccount, PayoutTerms
from payouts.models.disputes import Decision, Dispute, SignatureRequest, Statement
from payouts.models.payouts import Payout, PayoutRun
from payouts.models.promos import PromoCode, PromoRedemption
from payouts.models.reconciliation import ReconIssue, Watermark
from payouts.models.reloads import AutoReload, Reload
from payouts.models.top_ups import TopUp
from payouts.models.withdrawals import Withdrawal, WithdrawalHold, WithdrawalPart

__all__ = [
    "AutoReload",
    "CardCustomer",
    "CardSetup",
    "Chargeback",
    "ConnectAccount",
    "Decision",
    "Dispute",
    "PaymentWarning",
    "Payout",
    "PayoutRun",
    "PayoutTerms",
    "PromoCode",
    "PromoRedemption",
    "ReconIssue",
    "Reload",
    "SavedCard",
    "SignatureRequest",
    "Statement",
    "TopUp",
    "Watermark",
    "Withdrawal",
    "WithdrawalHold",
    "WithdrawalPart",
]
