"""Staff's view of wallets: to read; codes are made here."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from backend.accounts.models import User
from backend.accounts.services import audit_log
from backend.core import clock
from backend.core.admin import ReadOnly
from backend.core.templatetags.money import money
from payouts.models import (
    AutoReload,
    PromoCode,
    PromoRedemption,
    Reload,
    SavedCard,
    Withdrawal,
    WithdrawalHold,
    WithdrawalPart,
)
from payouts.wallet.services import codes


class PromoCodeForm(forms.ModelForm):  # type: ignore[type-arg]
    """A code as staff type it; small letters become capitals."""

    class Meta:
        model = PromoCode
        fields = [
            *("code", "cents", "valid_days", "uses_max"),
            *("starts_at", "ends_at", "is_active", "note"),
        ]

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        return code.strip().upper()


@admin.register(PromoCode)
class PromoCodeAdmin(ModelAdmin):  # type: ignore[misc]
    """Codes. What one is worth is fixed once somebody has redeemed it."""

    form = PromoCodeForm
    list_display = ["code", "cents", "uses", "uses_max", "starts_at", "ends_at", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["code", "note"]
    ordering = ["-id"]

    def get_readonly_fields(self, request: HttpRequest, obj: PromoCode | None = None) -> list[str]:
        return ["code", "cents", "valid_days", "starts_at"] if obj and obj.uses else []

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def save_model(self, request: Any, obj: PromoCode, form: Any, change: Any) -> None:
        actor: User = request.user
        if not codes.keep(code=obj, by=actor, at=clock.now()):
            messages.warning(
                request,
                f"{obj.code} may give {money(obj.worth_cents)} in all, more than you may sign "
                "alone. It is off until another admin switches it on.",
            )
        audit_log.record(
            actor=actor,
            act="promo_code.change" if change else "promo_code.create",
            about=f"promo_code:{obj.pk}",
            at=clock.now(),
            facts={
                "code": obj.code,
                "cents": obj.cents,
                "uses_max": obj.uses_max,
                "on": obj.is_active,
                "signed": obj.is_signed,
            },
        )


@admin.register(PromoRedemption)
class PromoRedemptionAdmin(ReadOnly):
    """Who redeemed what."""

    list_display = ["code", "client", "at"]
    list_select_related = ["code", "client"]
    ordering = ["-id"]


@admin.register(SavedCard)
class SavedCardAdmin(ReadOnly):
    """Saved cards, as people recognise them."""

    list_display = ["client", "label", "is_default", "saved_at", "removed_at"]
    list_select_related = ["client"]
    search_fields = ["client__email", "last4"]
    ordering = ["-id"]


@admin.register(AutoReload)
class AutoReloadAdmin(ReadOnly):
    """What clients agreed to."""

    list_display = ["client", "is_on", "amount_cents", "below_cents", "off_because"]
    list_select_related = ["client"]
    list_filter = ["is_on"]


@admin.register(Reload)
class ReloadAdmin(ReadOnly):
    """Each time that it was due."""

    list_display = ["client", "state", "triggered_at", "charged_at", "why"]
    list_select_related = ["client"]
    list_filter = ["state"]
    ordering = ["-id"]


@admin.register(WithdrawalPart)
class WithdrawalPartAdmin(ReadOnly):
    """The refunds that withdrawals are made of."""

    list_display = ["withdrawal", "n", "cents", "state", "payment_intent_id", "refund_id", "why"]
    list_filter = ["state"]
    search_fields = ["payment_intent_id", "refund_id", "withdrawal__client__email"]
    ordering = ["-id"]


@admin.register(Withdrawal)
class WithdrawalAdmin(ReadOnly):
    """Money on its way back."""

    list_display = ["id", "client", "cents", "at"]
    list_select_related = ["client"]
    search_fields = ["id", "client__email", "parts__payment_intent_id", "parts__refund_id"]
    ordering = ["-id"]


@admin.register(WithdrawalHold)
class WithdrawalHoldAdmin(ReadOnly):
    """Whose money stays for a while."""

    list_display = ["client", "until"]
    list_select_related = ["client"]
    search_fields = ["client__email"]
    ordering = ["-until"]
