"""The API's doors to money: add it, see it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.core import clock
from backend.core.idempotency import KEY_CHARS_MAX, KeyRequired
from backend.core.permissions import IsClient
from backend.core.requests import signed_in
from backend.ledger import selectors as ledger
from payouts import selectors
from payouts.serializers import (
    ActivityListOutput,
    ActivityOutput,
    BalanceOutput,
    TopUpInput,
    TopUpOutput,
)
from payouts.services import card_charges, topups

KEY = OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, required=True)


class TopUpListView(APIView):
    """POST /api/v1/payments/topups/ : open a hosted page that adds money, or use a saved card.

    The top-up's own row keeps the key, because the card service is asked outside any
    transaction: the same key gives the same top-up, another amount under it a 409.
    """

    permission_classes = [IsClient]

    @extend_schema(parameters=[KEY], request=TopUpInput, responses={201: TopUpOutput})
    def post(self, request: Request) -> Response:
        asked = TopUpInput(data=request.data)
        asked.is_valid(raise_exception=True)
        wanted: dict[str, Any] = {
            "client": signed_in(request),
            "key": _key_of(request),
            "amount_cents": asked.validated_data["amount_cents"],
            "at": clock.now(),
        }
        card_id = asked.validated_data.get("card_id")
        if card_id:
            top_up = card_charges.start(card_id=card_id, **wanted)
        else:
            top_up = topups.start(**wanted)
        return Response(TopUpOutput(top_up).data, status=status.HTTP_201_CREATED)


class TopUpView(APIView):
    """GET /api/v1/payments/topups/{id}/ : how far a top-up is. Asks nobody outside."""

    permission_classes = [IsClient]

    @extend_schema(responses=TopUpOutput)
    def get(self, request: Request, top_up_id: UUID) -> Response:
        return Response(TopUpOutput(selectors.top_up_of(signed_in(request), top_up_id)).data)


class BalanceView(APIView):
    """GET /api/v1/payments/balance/ : the wallet."""

    permission_classes = [IsClient]

    @extend_schema(responses=BalanceOutput)
    def get(self, request: Request) -> Response:
        balance = ledger.balance_of(signed_in(request).pk)
        return Response({**BalanceOutput(balance).data, "currency": settings.CURRENCY})


class PageInput(serializers.Serializer[None]):
    """Which lines: ``cursor`` comes from the ``next`` of the page before."""

    cursor = serializers.IntegerField(min_value=1, max_value=2**63 - 1, required=False)
    limit = serializers.IntegerField(min_value=1, max_value=100, default=selectors.PAGE_ROWS)
    kind = serializers.ChoiceField(choices=sorted(selectors.KINDS), required=False)


class TransactionListView(APIView):
    """GET /api/v1/payments/transactions/ : every line of the wallet, newest first."""

    permission_classes = [IsClient]

    @extend_schema(parameters=[PageInput], responses=ActivityListOutput)
    def get(self, request: Request) -> Response:
        asked = PageInput(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        wanted: dict[str, Any] = asked.validated_data
        page = selectors.activity(
            signed_in(request),
            kind=wanted.get("kind", ""),
            before_seq=wanted.get("cursor"),
            limit=wanted["limit"],
        )
        following = {**request.query_params.dict(), "cursor": page.next_seq}
        url = f"{request.build_absolute_uri(request.path)}?{urlencode(following)}"
        return Response(
            {
                "next": url if page.next_seq else None,
                "previous": None,
                "results": [ActivityOutput(row).data for row in page.rows],
            }
        )


def _key_of(request: Request) -> str:
    key = request.headers.get("Idempotency-Key", "").strip()
    if not 0 < len(key) <= KEY_CHARS_MAX or not key.isprintable():
        raise KeyRequired("Send an Idempotency-Key header of 1 to 200 printable characters.")
    return key
