"""What staff did. Rows are only ever added: a trigger refuses every change and deletion."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from backend.core.ids import uuid7


class AuditEntry(models.Model):
    """One act of somebody of staff, or of the product in their place (``actor`` is then None).

    ``act``: what was done, as ``noun.verb`` (``account.freeze``). ``about``: to what, as
    ``kind:id`` (``user:0198…``). ``facts``: plain values that say how, never a secret.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    act = models.CharField(max_length=64)
    about = models.CharField(max_length=80)
    reason = models.CharField(max_length=500, blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(act="") & ~Q(about=""), name="an_act_is_named")
        ]
        indexes = [
            models.Index(fields=["about", "-id"], name="acts_about_a_thing"),
            models.Index(fields=["actor", "-id"], name="acts_of_a_person"),
            models.Index(fields=["act", "-id"], name="acts_of_a_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.about}"
