"""The API's doors to cases: one's own, what one adds, the appeal. Opening stands in marketplace."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.core import clock
from backend.core.idempotency import idempotent
from backend.core.pages import CursorPages
from backend.core.requests import signed_in
from payouts.disputes import selectors
from payouts.disputes.serializers import (
    DisputeDetailOutput,
    DisputePage,
    StatementOutput,
    TextInput,
    detailed,
    shown,
)
from payouts.disputes.services import appeals, statements

CURSOR = [OpenApiParameter("cursor", str), OpenApiParameter("limit", int)]


class DisputesView(APIView):
    """GET /api/v1/disputes/ : the cases that I am a side of, newest first."""

    @extend_schema(operation_id="disputes_list", parameters=CURSOR, responses=DisputePage)
    def get(self, request: Request) -> Response:
        user, pages, now = signed_in(request), CursorPages(), clock.now()
        found = pages.paginate_queryset(selectors.of_user(user), request, self) or []
        return pages.get_paginated_response([shown(one, user, now=now) for one in found])


class DisputeView(APIView):
    """GET /api/v1/disputes/{id}/ : one case, with all that was said and decided."""

    @extend_schema(responses=DisputeDetailOutput)
    def get(self, request: Request, dispute_id: UUID) -> Response:
        user = signed_in(request)
        found = selectors.one_of(user, dispute_id)
        return Response(detailed(found, user, now=clock.now()))


class StatementsView(APIView):
    """POST /api/v1/disputes/{id}/statements/ : add what I have to say, while it is open."""

    @extend_schema(request=TextInput, responses={201: StatementOutput})
    @idempotent
    def post(self, request: Request, key: str, dispute_id: UUID) -> Response:
        asked = TextInput(data=request.data)
        asked.is_valid(raise_exception=True)
        said = statements.add(
            dispute_id=dispute_id,
            by=signed_in(request),
            text=asked.validated_data["text"],
            at=clock.now(),
        )
        return Response(StatementOutput(said).data, status=status.HTTP_201_CREATED)


class AppealView(APIView):
    """POST /api/v1/disputes/{id}/appeal/ : ask for a second and last look."""

    @extend_schema(request=TextInput, responses=DisputeDetailOutput)
    @idempotent
    def post(self, request: Request, key: str, dispute_id: UUID) -> Response:
        asked = TextInput(data=request.data)
        asked.is_valid(raise_exception=True)
        user, now = signed_in(request), clock.now()
        appeals.appeal(dispute_id=dispute_id, by=user, text=asked.validated_data["text"], at=now)
        return Response(detailed(selectors.one_of(user, dispute_id), user, now=now))
