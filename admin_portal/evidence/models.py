"""Sealed evidence: records that only grow, each upon the hash of the one before."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from admin_portal.evidence.entries import Lane
from backend.core.ids import uuid7

HASH_CHARS = 64


class EvidenceChain(models.Model):
    """The evidence of one case. ``head`` is the hash of its last record, number ``records``.

    It is the row that is locked to add something, and what shows that the last records are
    still there. The database lets it grow and do nothing else. ``begins_at`` to ``ends_at`` is
    the axis of the reading; ``left_out``: what did not fit when it was sealed.
    """

    case_id = models.UUIDField(primary_key=True, editable=False)
    session_id = models.UUIDField()
    sealed_at = models.DateTimeField()
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    left_out = models.PositiveIntegerField(default=0)
    records = models.PositiveIntegerField()
    head = models.CharField(max_length=HASH_CHARS)

    class Meta:
        indexes = [models.Index(fields=["session_id"], name="evidence_of_a_session")]

    def __str__(self) -> str:
        return f"{self.records} records of {self.case_id}"


class EvidenceRecord(models.Model):
    """One record, never changed. ``content`` is its canonical JSON, exactly as it was hashed.

    What people wrote is not in it: chat is there by its seal, so that the words can be
    forgotten when their time is over and the chain still holds.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    chain = models.ForeignKey(EvidenceChain, models.PROTECT, related_name="entries", db_index=False)
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    lane = models.CharField(max_length=16, choices=Lane)
    kind = models.CharField(max_length=20)
    content = models.TextField()
    hash = models.CharField(max_length=HASH_CHARS)

    class Meta:
        ordering = ["seq"]
        constraints = [
            models.UniqueConstraint(fields=["chain", "seq"], name="a_record_has_its_own_number"),
            models.CheckConstraint(
                condition=Q(seq__gte=1, lane__in=Lane.values) & ~Q(kind="") & ~Q(hash=""),
                name="a_record_of_evidence_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.kind}"
