"""``/api/v1/admin/disputes/``: cases, their evidence and their decisions."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from admin_portal.evidence import files
from admin_portal.evidence.listing import CasePages
from admin_portal.evidence.serializers import (
    CaseDecisionOutput,
    CaseMessageOutput,
    CaseOutput,
    CasePreviewOutput,
    CaseWaitingOutput,
    EvidenceOutput,
    RefuseInput,
    ResolveInput,
    ResolveOutput,
    RevealInput,
    VerdictInput,
)
from admin_portal.evidence.services import exports, reveals
from backend.core import clock
from backend.core.idempotency import idempotent
from backend.core.permissions import IsAdmin
from backend.core.requests import signed_in
from payouts.dispute_states import ReasonCode
from payouts.disputes.services import decisions
from payouts.models import Decision, Dispute


class CasesView(ListAPIView[Dispute]):
    """GET /api/v1/admin/disputes/?view=&reason_code= : the queue."""

    permission_classes = [IsAdmin]
    serializer_class = CaseOutput
    pagination_class = CasePages

    class Input(serializers.Serializer[None]):
        view = serializers.ChoiceField(list(files.VIEWS.items()), default="waiting")
        reason_code = serializers.ChoiceField(ReasonCode.choices, default="")

    @extend_schema(parameters=[Input])
    def get(self, request: Request, *args: Any, **url: Any) -> Response:
        return super().get(request, *args, **url)

    def get_queryset(self) -> Any:
        asked = self.Input(data=self.request.query_params.dict())
        asked.is_valid(raise_exception=True)
        wanted = asked.validated_data
        return files.queue(wanted["view"], now=clock.now(), reason=wanted["reason_code"])


class EvidenceView(APIView):
    """GET /api/v1/admin/disputes/{id}/evidence/ : all of it as JSON, without anybody's words.

    It counts as an export: the look is written into the audit log and into the chain.
    """

    permission_classes = [IsAdmin]

    @extend_schema(responses=EvidenceOutput)
    def get(self, request: Request, dispute_id: UUID) -> Response:
        pack = exports.taken(case_id=dispute_id, by=signed_in(request), kind="json", at=clock.now())
        return Response(exports.as_json(pack))


class WordsView(APIView):
    """POST /api/v1/admin/disputes/{id}/evidence/chat/ : read what was written, with a reason."""

    permission_classes = [IsAdmin]

    @extend_schema(request=RevealInput, responses=CaseMessageOutput(many=True))
    def post(self, request: Request, dispute_id: UUID) -> Response:
        asked = RevealInput(data=request.data)
        asked.is_valid(raise_exception=True)
        found = reveals.reveal(
            case_id=dispute_id, by=signed_in(request), at=clock.now(), **asked.validated_data
        )
        return Response([CaseMessageOutput(asdict(message)).data for message in found])


class PreviewView(APIView):
    """POST /api/v1/admin/disputes/{id}/preview/ : what a decision would write. Nothing stays."""

    permission_classes = [IsAdmin]

    @extend_schema(request=VerdictInput, responses=CasePreviewOutput)
    def post(self, request: Request, dispute_id: UUID) -> Response:
        asked = VerdictInput(data=request.data)
        asked.is_valid(raise_exception=True)
        preview = decisions.preview(
            dispute_id=dispute_id,
            by=signed_in(request),
            verdict=asked.verdict(),
            at=clock.now(),
        )
        return Response(CasePreviewOutput(preview).data)


class ResolveView(APIView):
    """POST /api/v1/admin/disputes/{id}/resolve/ : decide, or ask for a second signature."""

    permission_classes = [IsAdmin]

    @extend_schema(request=ResolveInput, responses={200: ResolveOutput, 202: ResolveOutput})
    @idempotent
    def post(self, request: Request, dispute_id: UUID, key: str) -> Response:
        asked = ResolveInput(data=request.data)
        asked.is_valid(raise_exception=True)
        came = decisions.decide(
            dispute_id=dispute_id,
            by=signed_in(request),
            verdict=asked.verdict(),
            version=asked.validated_data["version"],
            at=clock.now(),
        )
        if isinstance(came, Decision):
            return Response(_resolved(came))
        waiting = {"decision": None, "waiting": CaseWaitingOutput(came).data}
        return Response(waiting, status=status.HTTP_202_ACCEPTED)


class ApproveView(APIView):
    """POST /api/v1/admin/disputes/{id}/approve/ : sign the decision that waits."""

    permission_classes = [IsAdmin]

    @extend_schema(request=None, responses=ResolveOutput)
    @idempotent
    def post(self, request: Request, dispute_id: UUID, key: str) -> Response:
        signed = decisions.approve(dispute_id=dispute_id, by=signed_in(request), at=clock.now())
        return Response(_resolved(signed))


class RefuseView(APIView):
    """POST /api/v1/admin/disputes/{id}/refuse/ : say no to the decision that waits."""

    permission_classes = [IsAdmin]

    @extend_schema(request=RefuseInput, responses=CaseWaitingOutput)
    @idempotent
    def post(self, request: Request, dispute_id: UUID, key: str) -> Response:
        asked = RefuseInput(data=request.data)
        asked.is_valid(raise_exception=True)
        refused = decisions.refuse(
            dispute_id=dispute_id, by=signed_in(request), at=clock.now(), **asked.validated_data
        )
        return Response(CaseWaitingOutput(refused).data)


def _resolved(decision: Decision) -> dict[str, Any]:
    return {"decision": CaseDecisionOutput(decision).data, "waiting": None}
