"""``/api/v1/diagnostics/``: what an operator asks of a running house. Admins only."""

from __future__ import annotations

from typing import Any

import structlog
from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from admin_portal.diagnostics import running
from admin_portal.diagnostics.verdicts import Verdict
from backend.core.permissions import IsAdmin

log = structlog.get_logger(__name__)


class ReportOutput(serializers.Serializer[Any]):
    """One check: a word, a sentence, and the figures behind it with their unit in the name."""

    name = serializers.CharField()
    title = serializers.CharField()
    verdict = serializers.ChoiceField(choices=[verdict.value for verdict in Verdict])
    words = serializers.CharField()
    figures = serializers.DictField(child=serializers.JSONField())
    took_ms = serializers.IntegerField()


class ErrorTestOutput(serializers.Serializer[Any]):
    """Where the error went; look for ``request_id`` there."""

    request_id = serializers.CharField(allow_blank=True)
    reported_to = serializers.ListField(child=serializers.CharField())


class DiagnosisView(APIView):
    """GET /api/v1/diagnostics/{check}/ : run one check within six seconds."""

    permission_classes = [IsAdmin]
    check = ""

    @extend_schema(responses={200: ReportOutput})
    def get(self, request: Request) -> Response:
        (report,) = running.run([self.check])
        return Response(ReportOutput(report).data)


class DiagnosesView(APIView):
    """GET /api/v1/diagnostics/ : every check at once."""

    permission_classes = [IsAdmin]

    @extend_schema(responses={200: ReportOutput(many=True)})
    def get(self, request: Request) -> Response:
        return Response(ReportOutput(running.run(running.CHECKS), many=True).data)


class DeliberateError(Exception):
    """Raised to see that errors arrive where people look for them."""


class ErrorTestView(APIView):
    """POST /api/v1/diagnostics/error-test/ : raise an error on purpose and report it."""

    permission_classes = [IsAdmin]

    @extend_schema(request=None, responses={200: ErrorTestOutput})
    def post(self, request: Request) -> Response:
        return Response(raise_on_purpose(request.user.pk))


def raise_on_purpose(by: Any) -> dict[str, Any]:
    """Let an error happen and be logged as any other; where it was reported."""
    try:
        raise DeliberateError("Somebody tests whether errors are seen.")
    except DeliberateError:
        log.exception("error_test", by=str(by))
    request_id = structlog.contextvars.get_contextvars().get("request_id", "")
    reported = ["log", *(["sentry"] if settings.SENTRY_DSN else [])]
    return {"request_id": str(request_id), "reported_to": reported}
