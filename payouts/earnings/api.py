"""``/api/v1/payouts/``: what a reader is paid, and where to."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts import fresh
from backend.core import clock
from backend.core.pages import CursorPages
from backend.core.permissions import IsReader
from backend.core.requests import signed_in
from payouts.earnings import selectors, statements
from payouts.earnings.serializers import (
    LinkOutput,
    OnboardingInput,
    OnboardingOutput,
    PayoutListOutput,
    PayoutOutput,
    PreviewOutput,
    StatementYearOutput,
    ThresholdInput,
)
from payouts.earnings.services import connect, thresholds


class PayoutListView(APIView):
    """GET /api/v1/payouts/ : every payout of this reader, also those that waited."""

    permission_classes = [IsReader]

    @extend_schema(responses=PayoutListOutput)
    def get(self, request: Request) -> Response:
        pages = CursorPages()
        rows = pages.paginate_queryset(selectors.payouts_of(signed_in(request)), request, self)
        return pages.get_paginated_response(PayoutOutput(rows, many=True).data)


class PreviewView(APIView):
    """GET /api/v1/payouts/preview/ : what the next run pays, or why it pays nothing."""

    permission_classes = [IsReader]

    @extend_schema(responses=PreviewOutput)
    def get(self, request: Request) -> Response:
        return Response(PreviewOutput(selectors.preview(signed_in(request), clock.now())).data)


class OnboardingView(APIView):
    """GET and POST /api/v1/payouts/onboarding/ : what is missing, and where to give it."""

    permission_classes = [IsReader]

    @extend_schema(responses=OnboardingOutput)
    def get(self, request: Request) -> Response:
        found = selectors.onboarding(signed_in(request), clock.now())
        return Response(OnboardingOutput(found).data)

    @extend_schema(request=OnboardingInput, responses=LinkOutput)
    def post(self, request: Request) -> Response:
        """A new link for each call. Wants a fresh sign-in: it decides where money goes."""
        fresh.demand(request)
        asked = OnboardingInput(data=request.data)
        asked.is_valid(raise_exception=True)
        wishes: dict[str, Any] = asked.validated_data
        url = connect.start(reader=signed_in(request), at=clock.now(), change=wishes["change"])
        return Response({"url": url})


class ThresholdView(APIView):
    """PUT /api/v1/payouts/threshold/ : wait until so much is there."""

    permission_classes = [IsReader]

    @extend_schema(request=ThresholdInput, responses=PreviewOutput)
    def put(self, request: Request) -> Response:
        asked = ThresholdInput(data=request.data)
        asked.is_valid(raise_exception=True)
        reader = signed_in(request)
        thresholds.change(reader=reader, cents=asked.validated_data["threshold_cents"])
        return Response(PreviewOutput(selectors.preview(reader, clock.now())).data)


class StatementListView(APIView):
    """GET /api/v1/payouts/statements/ : what was earned and paid, by year and month.

    Each month has its statement as PDF and CSV under ``/earnings/statements/``.
    """

    permission_classes = [IsReader]

    @extend_schema(responses=StatementYearOutput(many=True))
    def get(self, request: Request) -> Response:
        years: Any = statements.years_of(signed_in(request), clock.now())
        return Response(StatementYearOutput(years, many=True).data)
