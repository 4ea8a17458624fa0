"""Rows of staff's own: the sealed evidence of cases."""

from __future__ import annotations

from admin_portal.evidence.models import EvidenceChain, EvidenceRecord

__all__ = ["EvidenceChain", "EvidenceRecord"]
