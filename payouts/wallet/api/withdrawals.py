"""The API's doors to unused money: back to the cards it came from."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.conf import settings
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts import fresh
from backend.core import clock
from backend.core.idempotency import idempotent
from backend.core.pages import CursorPages
from backend.core.permissions import IsClient
from backend.core.requests import signed_in
from backend.core.validation import CentsField
from payouts.models import Withdrawal
from payouts.wallet import selectors
from payouts.wallet.services import withdrawals

KEY: Final = OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, required=True)


class WithdrawalInput(serializers.Serializer[None]):
    """How much goes back, newest payment first."""

    amount_cents = CentsField(min_value=1, max_value=2**31 - 1)


class PartOutput(serializers.Serializer[Any]):
    """What goes back to one card."""

    card = serializers.CharField(source="card_label")
    amount_cents = serializers.IntegerField(source="cents")
    state = serializers.CharField()


class WithdrawalOutput(serializers.Serializer[Withdrawal]):
    """Money on its way back, by the cards it goes to."""

    id = serializers.UUIDField()
    amount_cents = serializers.IntegerField(source="cents")
    currency = serializers.SerializerMethodField()
    at = serializers.DateTimeField()
    parts = PartOutput(many=True, source="parts.all")

    def get_currency(self, _: Withdrawal) -> str:
        return settings.CURRENCY


class WithdrawalListOutput(serializers.Serializer[Any]):
    """One page of withdrawals, newest first."""

    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = WithdrawalOutput(many=True)


class WithdrawalListView(APIView):
    """GET, POST /api/v1/payments/withdrawals/ : unused money back to the cards, once a day.

    POST wants a sign-in of the last five minutes, and an e-mail that is the same for 48 hours.
    """

    permission_classes = [IsClient]

    @extend_schema(operation_id="payments_withdrawals_list", responses=WithdrawalListOutput)
    def get(self, request: Request) -> Response:
        pages = CursorPages()
        mine = selectors.withdrawals_of(signed_in(request))
        page = pages.paginate_queryset(mine, request, view=self)
        return pages.get_paginated_response(WithdrawalOutput(page, many=True).data)

    @extend_schema(parameters=[KEY], request=WithdrawalInput, responses={201: WithdrawalOutput})
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        fresh.demand(request._request)
        asked = WithdrawalInput(data=request.data)
        asked.is_valid(raise_exception=True)
        withdrawal = withdrawals.request(
            client=signed_in(request),
            key=key,
            cents=asked.validated_data["amount_cents"],
            at=clock.now(),
        )
        return Response(WithdrawalOutput(withdrawal).data, status=status.HTTP_201_CREATED)


class WithdrawalView(APIView):
    """GET /api/v1/payments/withdrawals/{id}/ : how far it is."""

    permission_classes = [IsClient]

    @extend_schema(responses=WithdrawalOutput)
    def get(self, request: Request, withdrawal_id: UUID) -> Response:
        found = selectors.withdrawal_of(signed_in(request), withdrawal_id)
        return Response(WithdrawalOutput(found).data)
