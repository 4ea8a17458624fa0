"""What the doors of payouts take and give. Money is integer cents of ``currency``."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from rest_framework import serializers

from backend.core.validation import CentsField
from backend.ledger.earned import MonthSum
from payouts.earnings.selectors import Onboarding, Preview
from payouts.earnings.statements import Year
from payouts.models import Payout
from payouts.payout_states import PayoutState

ONBOARDING_STATES: Final = ["none", "unfinished", "ready", "wanting", "ended"]


class PayoutOutput(serializers.Serializer[Payout]):
    """One payout. ``reason`` and ``reason_text`` say why it waited or was refused."""

    id = serializers.UUIDField()
    period_date = serializers.DateField()
    state = serializers.ChoiceField(choices=PayoutState.choices)
    amount_cents = serializers.IntegerField()
    reversed_cents = serializers.IntegerField()
    currency = serializers.CharField()
    transfer_id = serializers.CharField(allow_null=True)
    reason = serializers.CharField()
    reason_text = serializers.CharField()
    created_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)


class PayoutListOutput(serializers.Serializer[Any]):
    """One page of payouts, newest first."""

    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = PayoutOutput(many=True)


class PreviewOutput(serializers.Serializer[Preview]):
    """The next nightly run: ``cents`` is 0 when ``code`` says why."""

    at = serializers.DateTimeField()
    cents = serializers.IntegerField()
    expected_cents = serializers.IntegerField()
    threshold_cents = serializers.IntegerField()
    code = serializers.CharField()
    words = serializers.CharField()


class OnboardingOutput(serializers.Serializer[Onboarding]):
    """How far the account at Stripe is, and what to give; ``missing`` is in words."""

    state = serializers.ChoiceField(choices=ONBOARDING_STATES)
    words = serializers.CharField()
    missing = serializers.ListField(child=serializers.CharField())
    due_by = serializers.DateTimeField(allow_null=True)
    country = serializers.CharField()
    currency = serializers.CharField()
    held_until = serializers.DateTimeField(allow_null=True)
    hold_reason = serializers.CharField()


class OnboardingInput(serializers.Serializer[None]):
    """``change``: leave the present account for another one."""

    change = serializers.BooleanField(default=False)


class LinkOutput(serializers.Serializer[None]):
    """A page at Stripe that opens once, within a few minutes."""

    url = serializers.URLField()


class ThresholdInput(serializers.Serializer[None]):
    """The bounds are the service's."""

    threshold_cents = CentsField(min_value=1, max_value=2**31 - 1)


class SumsOutput(serializers.Serializer[MonthSum]):
    """Cents: what clients paid, our fee, what was given back (signed), the reader's part, paid."""

    gross_cents = serializers.IntegerField()
    fee_cents = serializers.IntegerField()
    corrected_cents = serializers.IntegerField()
    net_cents = serializers.IntegerField()
    paid_cents = serializers.IntegerField()


class StatementMonthOutput(SumsOutput):
    """One month, named by its first day."""

    month = serializers.DateField()


class StatementYearOutput(serializers.Serializer[Year]):
    """One year, with the months in which anything moved."""

    year = serializers.IntegerField()
    sums = SumsOutput()
    months = StatementMonthOutput(many=True)
    currency = serializers.SerializerMethodField()

    def get_currency(self, year: Any) -> str:
        return str(settings.CURRENCY)
