"""``/api/v1/admin/adjustments/``: money given or taken by hand, by two when it is much."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.core import clock
from backend.core.idempotency import idempotent
from backend.core.ids import uuid7
from backend.core.pages import CursorPages
from backend.core.permissions import IsAdmin
from backend.core.requests import signed_in
from backend.core.validation import CentsField
from backend.ledger import adjustments

STATES = ["requested", "posted", "refused", "withdrawn"]


class AdjustmentInput(serializers.Serializer[None]):
    """Whom to give ``cents``, or from which client to take them when negative, and why."""

    person_id = serializers.UUIDField()
    cents = CentsField(min_value=-adjustments.CENTS_MAX, max_value=adjustments.CENTS_MAX)
    reason = serializers.CharField(max_length=adjustments.REASON_CHARS_MAX)


class AnswerInput(serializers.Serializer[None]):
    """Why it is refused."""

    answer = serializers.CharField(max_length=adjustments.REASON_CHARS_MAX)


class AdjustmentOutput(serializers.Serializer[Any]):
    """An adjustment. ``movement_id`` is there once it is posted."""

    id = serializers.UUIDField()
    person_id = serializers.UUIDField()
    cents = serializers.IntegerField()
    reason = serializers.CharField()
    state = serializers.ChoiceField(choices=STATES)
    requested_by_id = serializers.UUIDField()
    requested_at = serializers.DateTimeField()
    decided_by_id = serializers.UUIDField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    answer = serializers.CharField()
    movement_id = serializers.UUIDField(allow_null=True)


class AdjustmentListOutput(serializers.Serializer[Any]):
    """One page of adjustments, newest first."""

    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = AdjustmentOutput(many=True)


class AdjustmentListView(APIView):
    """GET, POST /api/v1/admin/adjustments/ : what was asked for; ask for one more.

    A small one is posted at once; a larger one answers 201 too, and waits for a second admin.
    """

    permission_classes = [IsAdmin]

    class Filter(serializers.Serializer[None]):
        state = serializers.ChoiceField(choices=STATES, required=False)

    @extend_schema(
        operation_id="admin_adjustments_list",
        parameters=[Filter],
        responses=AdjustmentListOutput,
    )
    def get(self, request: Request) -> Response:
        asked = self.Filter(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        pages = CursorPages()
        found = adjustments.adjustments(asked.validated_data.get("state", ""))
        rows = pages.paginate_queryset(found, request, self)
        return pages.get_paginated_response(AdjustmentOutput(rows, many=True).data)

    @extend_schema(request=AdjustmentInput, responses={201: AdjustmentOutput})
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        asked = AdjustmentInput(data=request.data)
        asked.is_valid(raise_exception=True)
        made = adjustments.request(
            adjustment_id=uuid7(), by=signed_in(request), at=clock.now(), **asked.validated_data
        )
        return Response(AdjustmentOutput(made).data, status=status.HTTP_201_CREATED)


class AdjustmentView(APIView):
    """GET /api/v1/admin/adjustments/{id}/ : one adjustment."""

    permission_classes = [IsAdmin]

    @extend_schema(responses=AdjustmentOutput)
    def get(self, request: Request, adjustment_id: UUID) -> Response:
        return Response(AdjustmentOutput(adjustments.adjustment(adjustment_id)).data)


class ApproveView(APIView):
    """POST /api/v1/admin/adjustments/{id}/approve/ : sign second; the money moves."""

    permission_classes = [IsAdmin]

    @extend_schema(request=None, responses=AdjustmentOutput)
    @idempotent
    def post(self, request: Request, key: str, adjustment_id: UUID) -> Response:
        done = adjustments.approve(
            adjustment_id=adjustment_id, by=signed_in(request), at=clock.now()
        )
        return Response(AdjustmentOutput(done).data)


class RefuseView(APIView):
    """POST /api/v1/admin/adjustments/{id}/refuse/ : say no; nothing moves."""

    permission_classes = [IsAdmin]

    @extend_schema(request=AnswerInput, responses=AdjustmentOutput)
    @idempotent
    def post(self, request: Request, key: str, adjustment_id: UUID) -> Response:
        asked = AnswerInput(data=request.data)
        asked.is_valid(raise_exception=True)
        done = adjustments.refuse(
            adjustment_id=adjustment_id,
            by=signed_in(request),
            answer=asked.validated_data["answer"],
            at=clock.now(),
        )
        return Response(AdjustmentOutput(done).data)


class WithdrawView(APIView):
    """POST /api/v1/admin/adjustments/{id}/withdraw/ : take one's own request back."""

    permission_classes = [IsAdmin]

    @extend_schema(request=None, responses=AdjustmentOutput)
    @idempotent
    def post(self, request: Request, key: str, adjustment_id: UUID) -> Response:
        done = adjustments.withdraw(
            adjustment_id=adjustment_id, by=signed_in(request), at=clock.now()
        )
        return Response(AdjustmentOutput(done).data)
