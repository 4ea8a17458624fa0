"""The API's doors to saved cards and auto-reload."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.conf import settings
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts.models import User
from backend.core import clock
from backend.core.permissions import IsClient
from backend.core.requests import signed_in
from backend.core.validation import CentsField
from payouts.models import CardSetup, SavedCard
from payouts.wallet import selectors, words
from payouts.wallet.services import cards, reloads

KEY: Final = OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, required=True)
CENTS_MAX: Final = 10_000_000


class CardOutput(serializers.Serializer[SavedCard]):
    """A saved card, as people recognise it."""

    id = serializers.UUIDField()
    brand = serializers.CharField()
    last4 = serializers.CharField()
    exp_month = serializers.IntegerField()
    exp_year = serializers.IntegerField()
    is_default = serializers.BooleanField()
    consented_at = serializers.DateTimeField()


class CardListOutput(serializers.Serializer[Any]):
    """A client's cards, the default first, and the words to agree to for another one."""

    results = CardOutput(many=True)
    consent = serializers.CharField()


class CardSetupInput(serializers.Serializer[None]):
    """``consents``: the client agreed to the words of ``consent``."""

    consents = serializers.BooleanField()


class CardSetupOutput(serializers.Serializer[CardSetup]):
    """The hosted page that saves a card. Nothing is charged there."""

    id = serializers.UUIDField()
    checkout_url = serializers.CharField()
    expires_at = serializers.DateTimeField()


class AutoReloadInput(serializers.Serializer[None]):
    """Off needs nothing else. On: add an amount below a balance, at most so much in 24 hours."""

    is_on = serializers.BooleanField()
    amount_cents = CentsField(min_value=1, max_value=CENTS_MAX, required=False)
    below_cents = CentsField(min_value=1, max_value=CENTS_MAX, required=False)
    daily_cap_cents = CentsField(min_value=1, max_value=CENTS_MAX, required=False)
    card_id = serializers.UUIDField(required=False)
    consents = serializers.BooleanField(required=False, default=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        needed = ("amount_cents", "below_cents", "daily_cap_cents", "card_id")
        missing = {name: "Needed to turn it on." for name in needed if name not in attrs}
        if attrs["is_on"] and missing:
            raise serializers.ValidationError(missing)
        return attrs


class AutoReloadOutput(serializers.Serializer[Any]):
    """What was agreed to. ``off_because``: why it was switched off, if not by the client."""

    is_on = serializers.BooleanField()
    amount_cents = serializers.IntegerField(allow_null=True)
    below_cents = serializers.IntegerField(allow_null=True)
    daily_cap_cents = serializers.IntegerField(allow_null=True)
    card_id = serializers.UUIDField(allow_null=True)
    consent = serializers.CharField()
    consented_at = serializers.DateTimeField(allow_null=True)
    off_because = serializers.CharField()
    currency = serializers.CharField()


class CardListView(APIView):
    """GET, POST /api/v1/payments/methods/ : saved cards; a page that saves another one."""

    permission_classes = [IsClient]

    @extend_schema(responses=CardListOutput)
    def get(self, request: Request) -> Response:
        mine = selectors.cards_of(signed_in(request))
        shown = {"results": mine, "consent": words.KEEP_CONSENT}
        return Response(CardListOutput(shown).data)

    @extend_schema(request=CardSetupInput, responses={201: CardSetupOutput})
    def post(self, request: Request) -> Response:
        """A page that is open is given again, so this needs no key of the caller's."""
        asked = CardSetupInput(data=request.data)
        asked.is_valid(raise_exception=True)
        setup = cards.begin(client=signed_in(request), at=clock.now(), **asked.validated_data)
        return Response(CardSetupOutput(setup).data, status=status.HTTP_201_CREATED)


class CardView(APIView):
    """DELETE, PUT /api/v1/payments/methods/{id}/ : remove a card; let it be the default."""

    permission_classes = [IsClient]

    @extend_schema(responses={204: None})
    def delete(self, request: Request, card_id: UUID) -> Response:
        cards.remove(client=signed_in(request), card_id=card_id, at=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses=CardOutput)
    def put(self, request: Request, card_id: UUID) -> Response:
        card = cards.prefer(client=signed_in(request), card_id=card_id)
        return Response(CardOutput(card).data)


class AutoReloadView(APIView):
    """GET, PUT /api/v1/payments/auto-reload/ : off until the client agrees to it."""

    permission_classes = [IsClient]

    @extend_schema(responses=AutoReloadOutput)
    def get(self, request: Request) -> Response:
        return Response(_shown(signed_in(request)))

    @extend_schema(request=AutoReloadInput, responses=AutoReloadOutput)
    def put(self, request: Request) -> Response:
        asked = AutoReloadInput(data=request.data)
        asked.is_valid(raise_exception=True)
        client, wanted = signed_in(request), asked.validated_data
        if wanted["is_on"]:
            wish = reloads.Wish(
                wanted["amount_cents"],
                wanted["below_cents"],
                wanted["daily_cap_cents"],
                wanted["card_id"],
            )
            consents = wanted["consents"]
            reloads.switch_on(client=client, wish=wish, consents=consents, at=clock.now())
        else:
            reloads.switch_off(client_id=client.pk)
        return Response(_shown(client))


def _shown(client: User) -> dict[str, Any]:
    agreed = selectors.auto_reload_of(client)
    shown: dict[str, Any] = {
        "is_on": bool(agreed and agreed.is_on),
        "amount_cents": agreed.amount_cents if agreed else None,
        "below_cents": agreed.below_cents if agreed else None,
        "daily_cap_cents": agreed.daily_cap_cents if agreed else None,
        "card_id": agreed.card_id if agreed else None,
        "consent": agreed.consent if agreed else "",
        "consented_at": agreed.consented_at if agreed else None,
        "off_because": agreed.off_because if agreed else "",
        "currency": settings.CURRENCY,
    }
    return dict(AutoReloadOutput(shown).data)
