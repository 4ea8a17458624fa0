"""Rows of money that crosses our border; one module for each subject."""

from payouts.models.reconciliation import ReconIssue, Watermark
from payouts.models.top_ups import TopUp

__all__ = ["ReconIssue", "TopUp", "Watermark"]
