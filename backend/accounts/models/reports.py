"""What people tell our team about each other."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from backend.accounts.models.people import User
from backend.core.ids import uuid7


class ReportState(models.TextChoices):
    """What became of a report. Closed ones stay as they are."""

    OPEN = "open", "To decide"
    DISMISSED = "dismissed", "Dismissed"
    WARNED = "warned", "Warned"
    FROZEN = "frozen", "Frozen"


class Report(models.Model):
    """One person tells our team of another; the other is never told by whom.

    ``place``: where it was, as ``kind:id`` (``session:0198…``), or empty.
    """

    class Reason(models.TextChoices):
        RUDE = "rude", "Insults or threats"
        INDECENT = "indecent", "Sexual or indecent behaviour"
        FRAUD = "fraud", "Asked for money or contact outside SoulSeer"
        FRIGHTENING = "frightening", "Frightened me with curses or bad fate"
        PRETENDING = "pretending", "Is not who they say they are"
        UNDERAGE = "underage", "Seems to be under 18"
        OTHER = "other", "Something else"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    reporter = models.ForeignKey(User, models.PROTECT, related_name="reports_made")
    about = models.ForeignKey(User, models.PROTECT, related_name="reports_received")
    place = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=16, choices=Reason)
    words = models.CharField(max_length=1_000, blank=True)
    at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=ReportState, default=ReportState.OPEN)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reporter", "about"],
                condition=Q(state="open"),
                name="one_open_report_of_a_pair",
            ),
            models.CheckConstraint(
                condition=~Q(reporter=F("about")), name="nobody_reports_oneself"
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_by=None, decided_at=None)
                | (
                    ~Q(state="open")
                    & Q(decided_by__isnull=False, decided_at__isnull=False)
                    & ~Q(decision="")
                ),
                name="a_report_is_decided_by_somebody_and_why",
            ),
        ]
        indexes = [models.Index(fields=["state", "-at"], name="reports_by_state")]

    def __str__(self) -> str:
        return f"{self.about_id} by {self.reporter_id}"
