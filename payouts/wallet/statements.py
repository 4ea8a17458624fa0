"""A client's whole activity as a table for a spreadsheet: dollars with a point, UTC."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.http import HttpResponse

from backend.accounts.models import User
from backend.core import spreadsheets
from backend.ledger import selectors as ledger
from payouts.serializers import session_of

HEADS: Final = ["When (UTC)", "What", "Amount", "Balance", "Currency", "Reading"]


def download(user: User) -> HttpResponse:
    """Everything that moved in a person's wallet, newest first, as CSV."""
    rows = (
        [
            f"{row.at:%Y-%m-%d %H:%M:%S}",
            spreadsheets.text(row.label),
            spreadsheets.amount(row.amount_cents),
            spreadsheets.amount(row.balance_cents),
            settings.CURRENCY,
            session_of(row.about) or "",
        ]
        for row in ledger.activity_of(user.pk)
    )
    return spreadsheets.download("soulseer-wallet.csv", HEADS, rows)
