"""The API's doors to what clients ask of themselves: spend limits and self-exclusion."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts.models import Exclusion, SpendLimit, User
from backend.accounts.services import exclusions, spend_limits
from backend.core import clock
from backend.core.idempotency import idempotent
from backend.core.permissions import IsClient
from backend.core.requests import signed_in
from backend.core.validation import CentsField
from payouts.wallet import selectors

KEY: Final = OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, required=True)
LIMIT_CENTS_MAX: Final = 10_000_000


class SpendLimitInput(serializers.Serializer[None]):
    """Spend at most so many cents within the span; null: no limit."""

    span = serializers.ChoiceField(SpendLimit.Span.choices)
    cents = CentsField(min_value=0, max_value=LIMIT_CENTS_MAX, allow_null=True)


class SpendLimitOutput(serializers.Serializer[Any]):
    """One limit. ``next_cents`` holds from ``raised_at`` on, when a rise is under way."""

    span = serializers.CharField()
    cents = serializers.IntegerField(allow_null=True)
    next_cents = serializers.IntegerField(allow_null=True)
    raised_at = serializers.DateTimeField(allow_null=True)
    spent_cents = serializers.IntegerField(help_text="Spent within the span, held money included.")
    left_cents = serializers.IntegerField(allow_null=True)


class ExclusionOutput(serializers.Serializer[Exclusion]):
    """An exclusion. ``until`` is null when it is for good."""

    began_at = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True)


class LimitsOutput(serializers.Serializer[Any]):
    """All three limits, set or not, and the exclusion that holds, if any."""

    limits = SpendLimitOutput(many=True)
    exclusion = ExclusionOutput(allow_null=True)
    currency = serializers.CharField()


class ExclusionInput(serializers.Serializer[None]):
    """For so many days, or null: for good."""

    days = serializers.IntegerField(min_value=1, max_value=exclusions.DAYS_MAX, allow_null=True)


class LimitsView(APIView):
    """GET, PUT /api/v1/payments/limits/ : lower holds at once, higher a day later."""

    permission_classes = [IsClient]

    @extend_schema(responses=LimitsOutput)
    def get(self, request: Request) -> Response:
        return Response(_shown(signed_in(request)))

    @extend_schema(request=SpendLimitInput, responses=LimitsOutput)
    def put(self, request: Request) -> Response:
        asked = SpendLimitInput(data=request.data)
        asked.is_valid(raise_exception=True)
        client = signed_in(request)
        spend_limits.change(client=client, at=clock.now(), **asked.validated_data)
        return Response(_shown(client))


class ExclusionView(APIView):
    """POST /api/v1/payments/exclusion/ : spend nothing for a time. Nobody shortens it."""

    permission_classes = [IsClient]

    @extend_schema(parameters=[KEY], request=ExclusionInput, responses={201: ExclusionOutput})
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        asked = ExclusionInput(data=request.data)
        asked.is_valid(raise_exception=True)
        begun = exclusions.begin(user=signed_in(request), at=clock.now(), **asked.validated_data)
        return Response(ExclusionOutput(begun).data, status=status.HTTP_201_CREATED)


def _shown(client: User) -> dict[str, Any]:
    at = clock.now()
    shown = {
        "limits": selectors.limits_of(client, at=at),
        "exclusion": selectors.exclusion_of(client, at=at),
        "currency": settings.CURRENCY,
    }
    return dict(LimitsOutput(shown).data)
