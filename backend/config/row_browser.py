"""Django's admin in the product's colours, its models in the order in which staff look for them."""

from __future__ import annotations

from typing import Any, Final

from django.templatetags.static import static
from django.urls import reverse_lazy


def _rows(title: str, icon: str, *models: tuple[str, str]) -> dict[str, Any]:
    """One group: ``(words, "app_model")`` for each."""
    return {
        "title": title,
        "collapsible": True,
        "items": [
            {"title": words, "icon": icon, "link": reverse_lazy(f"admin:{name}_changelist")}
            for words, name in models
        ],
    }


# Near-black with a breath of plum, and rose: the product's tokens.css in unfold's two scales.
UNFOLD: Final[dict[str, Any]] = {
    "SITE_TITLE": "SoulSeer",
    "SITE_HEADER": "SoulSeer",
    "SITE_SUBHEADER": "All rows, to look at",
    "SITE_URL": "/staff/",
    "SITE_ICON": lambda request: static("img/mark.svg"),
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": lambda request: static("img/mark.svg"),
        },
    ],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "STYLES": [lambda request: static("css/django-admin.css")],
    "COLORS": {
        "base": {
            "50": "#fdf7fb",
            "100": "#f7edf4",
            "200": "#eadde7",
            "300": "#d3c7d2",
            "400": "#a999aa",
            "500": "#7d6e7f",
            "600": "#5d4e5f",
            "700": "#3d2f3f",
            "800": "#261b28",
            "900": "#170f19",
            "950": "#0d080f",
        },
        "primary": {
            "50": "#fff0f8",
            "100": "#ffe0f0",
            "200": "#ffc2e1",
            "300": "#ff9bcf",
            "400": "#ff7fc0",
            "500": "#ff69b4",
            "600": "#a61463",
            "700": "#8f1056",
            "800": "#740c45",
            "900": "#560832",
            "950": "#35041e",
        },
    },
    "SIDEBAR": {
        "show_search": True,
        "show_all_applications": True,
        "navigation": [
            {
                "title": "Staff",
                "items": [
                    {
                        "title": "Staff pages",
                        "icon": "arrow_back",
                        "link": reverse_lazy("admin_portal:home"),
                    }
                ],
            },
            _rows(
                "People",
                "person",
                ("People", "accounts_user"),
                ("Readers", "readers_readerprofile"),
                ("Invitations", "accounts_invitation"),
                ("Blocks", "accounts_block"),
                ("Notices", "notifications_notification"),
            ),
            _rows(
                "Ledger",
                "account_balance",
                ("Movements", "ledger_movement"),
                ("Pots", "ledger_pot"),
                ("Lots", "ledger_lot"),
                ("Flags", "ledger_flag"),
                ("Adjustments", "ledger_adjustment"),
                ("Audits", "ledger_auditrun"),
            ),
            _rows(
                "Money in and out",
                "payments",
                ("Top-ups", "payouts_topup"),
                ("Issues", "payouts_reconissue"),
                ("Events from outside", "inbox_externalevent"),
            ),
            _rows(
                "Readings",
                "forum",
                ("Readings", "live_readingsession"),
                ("Stretches", "live_segment"),
                ("Chat, without words", "live_chatmessage"),
                ("Quality", "live_qualitysample"),
            ),
            _rows(
                "Live rooms",
                "live_tv",
                ("Rooms", "live_stream"),
                ("Said in rooms", "live_streammessage"),
                ("Reports from rooms", "live_streamreport"),
                ("Gifts sent", "live_gift"),
                ("Gift catalogue", "live_giftkind"),
            ),
            _rows(
                "House",
                "visibility",
                ("Audit log", "accounts_auditentry"),
                ("Feature switches", "accounts_featureswitch"),
            ),
        ],
    },
}
