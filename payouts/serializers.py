"""What the payment doors take and give. Money is integer cents of ``currency``."""

from __future__ import annotations

import re
from typing import Any

from rest_framework import serializers

from backend.core.validation import CentsField
from backend.ledger.selectors import ActivityRow, Balance
from payouts.models import TopUp
from payouts.states import TopUpStatus


class TopUpInput(serializers.Serializer[None]):
    """What to add, and from which saved card; without one, on a hosted page.

    The bounds of one top-up are the service's.
    """

    amount_cents = CentsField(min_value=1, max_value=2**31 - 1)
    card_id = serializers.UUIDField(required=False, allow_null=True)


class TopUpOutput(serializers.Serializer[TopUp]):
    """A top-up. ``checkout_url`` leads to the page where it is paid, or, with a saved card, to
    the bank's page if it asks; empty when there is none, or it is of no use any more.
    """

    id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=TopUpStatus.choices)
    amount_cents = serializers.IntegerField()
    currency = serializers.CharField()
    checkout_url = serializers.SerializerMethodField()
    failure_text = serializers.CharField()
    card_label = serializers.CharField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()

    def get_checkout_url(self, top_up: TopUp) -> str:
        return "" if top_up.is_final else top_up.checkout_url


class BalanceOutput(serializers.Serializer[Balance]):
    """A wallet. ``held_cents`` belongs to a running reading; ``debt_cents`` is owed to us."""

    cash_cents = serializers.IntegerField()
    promo_cents = serializers.IntegerField()
    held_cents = serializers.IntegerField()
    debt_cents = serializers.IntegerField()
    spendable_cents = serializers.IntegerField()
    currency = serializers.CharField(default="USD")


class ActivityOutput(serializers.Serializer[ActivityRow]):
    """One line: ``amount_cents`` is signed, ``balance_cents`` is what there was after it."""

    id = serializers.UUIDField()
    at = serializers.DateTimeField()
    kind = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    amount_cents = serializers.IntegerField()
    balance_cents = serializers.IntegerField()
    session_id = serializers.SerializerMethodField()

    def get_session_id(self, row: ActivityRow) -> str | None:
        return session_of(row.about)


class ActivityListOutput(serializers.Serializer[Any]):
    """One page of lines."""

    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = ActivityOutput(many=True)


def session_of(about: str) -> str | None:
    """The reading that a line is about, if it is about one."""
    found = re.fullmatch(r"session:([0-9a-f-]{36})", about)
    return found[1] if found else None
