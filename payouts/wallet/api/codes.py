"""The API's door to promotional codes."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.core import clock, throttles
from backend.core.idempotency import idempotent
from backend.core.permissions import IsClient
from backend.core.requests import signed_in
from backend.ledger import selectors as ledger
from payouts.models.promos import CODE_CHARS_MAX
from payouts.wallet.services import codes

KEY: Final = OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, required=True)
TOO_MANY: Final = "Too many codes in an hour. Nothing was redeemed. Take a pause and try again."


class CodeInput(serializers.Serializer[None]):
    """A code as it was typed; upper and lower case are the same."""

    code = serializers.CharField(max_length=CODE_CHARS_MAX, trim_whitespace=True)


class RedemptionOutput(serializers.Serializer[Any]):
    """What the code was worth, how long it is good, and what the wallet holds of such credit."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    amount_cents = serializers.IntegerField()
    expires_at = serializers.DateTimeField()
    promo_cents = serializers.IntegerField()
    currency = serializers.CharField()


class RedeemView(APIView):
    """POST /api/v1/payments/codes/redeem/ : credit that is spent first and never taken out."""

    permission_classes = [IsClient]

    @extend_schema(parameters=[KEY], request=CodeInput, responses={201: RedemptionOutput})
    def post(self, request: Request) -> Response:
        # Counted outside the transaction, so that a wrong guess stays counted.
        throttles.limit("promo-code", signed_in(request).pk, TOO_MANY)
        return self._redeem(request)

    @idempotent
    def _redeem(self, request: Request, key: str) -> Response:
        asked = CodeInput(data=request.data)
        asked.is_valid(raise_exception=True)
        client = signed_in(request)
        done = codes.redeem(client=client, at=clock.now(), **asked.validated_data)
        shown = {
            "id": done.pk,
            "code": done.code.code,
            "amount_cents": done.code.cents,
            "expires_at": done.expires_at,
            "promo_cents": ledger.balance_of(client.pk).promo_cents,
            "currency": settings.CURRENCY,
        }
        return Response(RedemptionOutput(shown).data, status=status.HTTP_201_CREATED)
