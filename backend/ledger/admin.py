"""The ledger in Django's admin: every row to look at, none to change, for nobody.

What may be done about money has a service, a signature and a page of its own. The database itself
refuses to change movements and transfers.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join

from backend.core.admin import LongList, ReadOnly
from backend.core.templatetags.money import money
from backend.ledger.models import (
    Adjustment,
    AuditRun,
    DayFigure,
    Flag,
    Lot,
    Movement,
    Pot,
    PotSnapshot,
    PromoGrant,
    SignedAlone,
)


@admin.register(Movement)
class MovementAdmin(LongList, ReadOnly):
    """Every fact about money, newest first, with its transfers."""

    list_display = ("at", "kind", "about", "gross", "key", "actor")
    list_filter = ("kind",)
    list_select_related = ("actor",)
    search_fields = ("key__exact",)
    search_help_text = "The whole key of a movement"
    ordering = ("-id",)
    readonly_fields = ("legs",)

    @admin.display(description="Gross", ordering="gross_cents")
    def gross(self, movement: Movement) -> str:
        return money(movement.gross_cents)

    @admin.display(description="Transfers")
    def legs(self, movement: Movement) -> str:
        """Each transfer as "debited pot → credited pot: amount"."""
        rows = movement.transfers.select_related("debit_pot", "credit_pot").order_by("line")
        told = ((t.line, t.debit_pot, t.credit_pot, money(t.amount_cents)) for t in rows)
        return format_html_join("", "<p>{}. {} → {}: {}</p>", told)


@admin.register(Pot)
class PotAdmin(LongList, ReadOnly):
    """Where money lies. The platform's own pots keep no counter (ADR 0004)."""

    list_display = ("id", "kind", "owner", "holds", "debits_cents", "credits_cents", "currency")
    list_filter = ("kind",)
    list_select_related = ("owner",)
    search_fields = ("owner__email__exact",)
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Pot]:
        held = F("credits_cents") - F("debits_cents")
        rows: QuerySet[Pot] = super().get_queryset(request).annotate(held_cents=held)
        return rows

    @admin.display(description="Credits less debits")
    def holds(self, pot: Any) -> str:
        return money(pot.held_cents)


@admin.register(Lot)
class LotAdmin(LongList, ReadOnly):
    """What readers earned, on its way to be paid."""

    list_display = ("about", "reader", "earned_cents", "refunded_cents", "state", "matures_at")
    list_filter = ("state",)
    list_select_related = ("reader",)
    search_fields = ("about__exact", "reader__email__exact")
    ordering = ("-id",)


@admin.register(Flag)
class FlagAdmin(ReadOnly):
    """Earnings whose client and reader may be one person; decided on the staff's page."""

    list_display = ("raised_at", "client", "lot", "is_strong", "state", "decided_by")
    list_filter = ("state", "is_strong")
    list_select_related = ("client", "lot", "decided_by")
    ordering = ("-id",)


@admin.register(Adjustment)
class AdjustmentAdmin(ReadOnly):
    """Money given or taken by hand; asked for and signed on the staff's page."""

    ordering = ("-id",)


@admin.register(PromoGrant)
class PromoGrantAdmin(ReadOnly):
    """Promotional credit once given."""

    list_display = ("client", "expires_at", "expired_at")
    list_select_related = ("client",)
    ordering = ("-id",)


@admin.register(PotSnapshot)
class PotSnapshotAdmin(LongList, ReadOnly):
    """What the platform's pots had moved, night by night."""

    list_display = ("at", "pot", "up_to_seq", "debits_cents", "credits_cents")
    list_select_related = ("pot",)
    ordering = ("-id",)


@admin.register(SignedAlone)
class SignedAloneAdmin(ReadOnly):
    """How much each admin moved with no second signature, by the day."""

    list_display = ("signed_date", "admin", "cents", "acts")
    list_select_related = ("admin",)
    ordering = ("-signed_date",)


@admin.register(DayFigure)
class DayFigureAdmin(ReadOnly):
    """Sums that the nights keep."""

    list_display = ("day", "kind", "count", "gross_cents", "take_cents")
    list_filter = ("kind",)
    ordering = ("-day", "kind")


@admin.register(AuditRun)
class AuditRunAdmin(ReadOnly):
    """How each audit of the ledger went."""

    list_display = ("at", "findings")
    ordering = ("-at",)
