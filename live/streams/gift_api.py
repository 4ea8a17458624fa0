"""The API's doors to gifts (S25, S43): the tray, sending, the door, who gave most."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.core import clock
from backend.core.idempotency import KEY_CHARS_MAX, KeyRequired, idempotent
from backend.core.permissions import IsClient
from backend.core.requests import signed_in
from backend.ledger import selectors as ledger
from live.models import Gift, GiftLimit
from live.streams import gift_selectors, quotes, selectors
from live.streams.gift_serializers import (
    GiftInput,
    GiftKindOutput,
    GiftOutput,
    LeaderboardOutput,
    LimitInput,
    LimitOutput,
    PassInput,
    PassOutput,
    SpanInput,
)
from live.streams.services import gift_limits, gifts, passes

KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="Not needed beside a `gift_id`, which does the same for good.",
)

_SALT: Final = "live.streams.gift-id"


class GiftKindsView(APIView):
    """GET /api/v1/gifts/ : what can be sent, each with a quote for its price."""

    permission_classes = [AllowAny]

    @extend_schema(operation_id="gifts_list", responses=GiftKindOutput(many=True))
    def get(self, request: Request) -> Response:
        return Response(GiftKindOutput(quotes.tray(clock.now()), many=True).data)


class GiftsView(APIView):
    """POST /api/v1/streams/{id}/gifts/ : send one gift; 201, or 200 when it was sent before."""

    permission_classes = [IsClient]

    @extend_schema(
        parameters=[KEY], request=GiftInput, responses={201: GiftOutput, 200: GiftOutput}
    )
    def post(self, request: Request, stream_id: UUID) -> Response:
        asked = GiftInput(data=request.data)
        asked.is_valid(raise_exception=True)
        wanted: dict[str, Any] = asked.validated_data
        wish = gifts.Wish(
            gift_id=wanted.get("gift_id") or _id_from_key(request),
            stream_id=stream_id,
            kind_id=wanted["kind_id"],
            quote=wanted["quote"],
            is_anonymous=wanted["anonymous"],
        )
        sent = gifts.send(wish, sender=signed_in(request), at=clock.now())
        answer = status.HTTP_201_CREATED if sent.is_new else status.HTTP_200_OK
        return Response(_shown(sent), status=answer)


class PassView(APIView):
    """POST /api/v1/streams/{id}/pass/ : pay at the door of a premium stream, once."""

    permission_classes = [IsClient]

    @extend_schema(request=PassInput, responses={201: PassOutput, 200: PassOutput})
    @idempotent
    def post(self, request: Request, key: str, stream_id: UUID) -> Response:
        asked = PassInput(data=request.data)
        asked.is_valid(raise_exception=True)
        client = signed_in(request)
        bought = passes.buy(
            stream_id=stream_id, client=client, at=clock.now(), **asked.validated_data
        )
        entrance = bought.entrance
        shown = {
            "id": entrance.id,
            "stream_id": entrance.stream_id,
            "price_cents": entrance.price_cents,
            "currency": settings.CURRENCY,
            "at": entrance.at,
            "available_cents": ledger.balance_of(client.pk).spendable_cents,
        }
        answer = status.HTTP_201_CREATED if bought.is_new else status.HTTP_200_OK
        return Response(PassOutput(shown).data, status=answer)


class LeaderboardView(APIView):
    """GET /api/v1/streams/{id}/leaderboard/ : who gave most, in this stream or to its host."""

    @extend_schema(parameters=[SpanInput], responses=LeaderboardOutput)
    def get(self, request: Request, stream_id: UUID) -> Response:
        asked = SpanInput(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        span = asked.validated_data["span"]
        user = signed_in(request)
        stream = selectors.stream_of(user, stream_id)
        if span == "all":
            board = gift_selectors.board_of_all_time(stream.host_id)
            given = Gift.objects.filter(reader=stream.host_id)
        else:
            board = gift_selectors.board(stream)
            given = Gift.objects.filter(stream=stream)
        shown = {
            "span": span,
            "rows": board.rows,
            "total_cents": board.total_cents,
            "goal": board.goal,
            "you": gift_selectors.own_place(user.pk, given),
            "currency": settings.CURRENCY,
        }
        return Response(LeaderboardOutput(shown).data)


class LimitView(APIView):
    """GET, PUT /api/v1/gifts/limit/ : at most so much in 24 hours; a rise takes a day."""

    permission_classes = [IsClient]

    @extend_schema(responses=LimitOutput)
    def get(self, request: Request) -> Response:
        row = GiftLimit.objects.filter(client=signed_in(request)).first()
        return Response(_limit_shown(request, row, clock.now()))

    @extend_schema(request=LimitInput, responses=LimitOutput)
    def put(self, request: Request) -> Response:
        asked = LimitInput(data=request.data)
        asked.is_valid(raise_exception=True)
        at = clock.now()
        row = gift_limits.change(client=signed_in(request), at=at, **asked.validated_data)
        return Response(_limit_shown(request, row, at))


def _shown(sent: gifts.Sent) -> dict[str, Any]:
    gift = sent.gift
    told = gift_selectors.event_of(gift, total_cents=sent.total_cents)
    shown = {
        "id": gift.id,
        "stream_id": gift.stream_id,
        "gift": told.gift,
        "sender_name": told.sender_name,
        "anonymous": gift.is_anonymous,
        "combo": gift.combo,
        "price_cents": gift.price_cents,
        "currency": settings.CURRENCY,
        "at": gift.at,
        "total_cents": sent.total_cents,
        "available_cents": sent.available_cents,
    }
    return dict(GiftOutput(shown).data)


def _limit_shown(request: Request, row: GiftLimit | None, at: datetime) -> dict[str, Any]:
    rising = row if row and row.raised_at and row.raised_at > at else None
    shown = {
        "cents": row.at(at) if row else None,
        "next_cents": rising.next_cents if rising else None,
        "raised_at": rising.raised_at if rising else None,
        "given_cents": gift_selectors.given_in_a_day(signed_in(request).pk, at=at),
        "currency": settings.CURRENCY,
    }
    return dict(LimitOutput(shown).data)


def _id_from_key(request: Request) -> UUID:
    """A gift's id out of the header, for callers that keep to the rule of the house.

    Everybody in the room sees it, so only we can tell from it whose key it was.
    """
    key = request.headers.get("Idempotency-Key", "").strip()
    if not 0 < len(key) <= KEY_CHARS_MAX or not key.isprintable():
        raise KeyRequired("Send a gift_id, or an Idempotency-Key of 1 to 200 characters.")
    mark = salted_hmac(_SALT, f"{signed_in(request).pk}:{key}", algorithm="sha256")
    return UUID(bytes=mark.digest()[:16], version=4)
