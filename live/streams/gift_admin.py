"""The gift catalogue for admins. What was sent keeps the price it had; a gift never goes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget

from backend.core.admin import ReadOnly
from backend.core.templatetags.money import money
from live.models import Gift, GiftKind
from live.streams import catalogue, gift_selectors


class GiftKindForm(forms.ModelForm):
    """A price within bounds, and a drawing that is there."""

    price_cents = forms.IntegerField(
        min_value=settings.GIFT_MIN_CENTS,
        max_value=settings.GIFT_MAX_CENTS,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=(
            f"Cents, from {money(settings.GIFT_MIN_CENTS)} to {money(settings.GIFT_MAX_CENTS)}. "
            "Whoever was shown the old price in the last minutes still pays that."
        ),
    )
    art = forms.ChoiceField(widget=UnfoldAdminSelectWidget, label="Drawing")

    class Meta:
        model = GiftKind
        fields = (
            "code", "name", "price_cents", "art", "animation", "grand", "position", "is_offered",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["art"].choices = [(name, name) for name in catalogue.drawings()]  # type: ignore[attr-defined]


@admin.register(GiftKind)
class GiftKindAdmin(ModelAdmin):
    """What can be sent. Take a gift out of the tray instead of deleting it."""

    form = GiftKindForm
    list_display = ("drawing", "name", "price", "animation", "grand", "position", "is_offered")
    list_display_links = ("drawing", "name")
    list_filter = ("is_offered", "grand")
    readonly_fields = ("preview",)
    fields = (
        "preview", "code", "name", "price_cents", "art", "animation", "grand", "position",
        "is_offered",
    )  # fmt: skip

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*self.readonly_fields, "code") if obj else self.readonly_fields

    @admin.display(description="Drawing")
    def drawing(self, kind: GiftKind) -> str:
        return _picture(kind, 40)

    @admin.display(description="How it looks")
    def preview(self, kind: GiftKind) -> str:
        return _picture(kind, 128) if kind.art else "Save it to see it."

    @admin.display(description="Price", ordering="price_cents")
    def price(self, kind: GiftKind) -> str:
        return money(kind.price_cents)


@admin.register(Gift)
class GiftAdmin(ReadOnly):
    """Gifts that were sent: to look at, never to change."""

    list_display = ("at", "kind", "sender", "reader", "price_cents", "is_anonymous", "stream")
    list_select_related = ("kind", "sender", "reader", "stream")
    search_fields = ("id", "sender__email", "reader__email")
    ordering = ("-at",)


def _picture(kind: GiftKind, size: int) -> str:
    url = gift_selectors.art_url(kind.art)
    return format_html('<img src="{}" width="{}" height="{}" alt="{}">', url, size, size, kind.name)
