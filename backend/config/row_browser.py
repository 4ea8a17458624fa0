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


# The colours stand in css/django-admin.css: unfold would write them into a <style> of the page,
# which our Content Security Policy does not allow.
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
