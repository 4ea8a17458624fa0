"""Rows of money that crosses our border; one module for each subject."""

from payouts.models.chargebacks import Chargeback, PaymentWarning
from payouts.models.connect import ConnectAccount, PayoutTerms
from payouts.models.disputes import Decision, Dispute, SignatureRequest, Statement
from payouts.models.payouts import Payout, PayoutRun
from payouts.models.reconciliation import ReconIssue, Watermark
from payouts.models.top_ups import TopUp

__all__ = [
    "Chargeback",
    "ConnectAccount",
    "Decision",
    "Dispute",
    "PaymentWarning",
    "Payout",
    "PayoutRun",
    "PayoutTerms",
    "ReconIssue",
    "SignatureRequest",
    "Statement",
    "TopUp",
    "Watermark",
]
