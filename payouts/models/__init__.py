"""Rows of money that crosses our border; one module for each subject."""

from payouts.models.disputes import Decision, Dispute, SignatureRequest, Statement
from payouts.models.reconciliation import ReconIssue, Watermark
from payouts.models.top_ups import TopUp

__all__ = [
    "Decision",
    "Dispute",
    "ReconIssue",
    "SignatureRequest",
    "Statement",
    "TopUp",
    "Watermark",
]
