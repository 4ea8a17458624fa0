"""``/api/v1/reports/``: one person tells our team of another."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts.models import Report
from backend.accounts.services import reports
from backend.core import clock
from backend.core.idempotency import idempotent
from backend.core.permissions import IsSignedIn
from backend.core.requests import signed_in
from backend.core.throttles import limit


class ReportedOutput(serializers.ModelSerializer[Report]):
    """A report as its author sees it: what becomes of it is staff's."""

    user_id = serializers.UUIDField(source="about_id", read_only=True)

    class Meta:
        model = Report
        fields = ("id", "user_id", "reason", "place", "words", "at")
        read_only_fields = fields


class ReportsView(APIView):
    """POST /api/v1/reports/ : tell our team of a person. One open report of each pair."""

    permission_classes = [IsSignedIn]

    class Input(serializers.Serializer[None]):
        user_id = serializers.UUIDField()
        reason = serializers.ChoiceField(Report.Reason.choices)
        words = serializers.CharField(
            max_length=reports.WORDS_CHARS_MAX, required=False, allow_blank=True
        )
        place = serializers.CharField(
            max_length=80,
            required=False,
            allow_blank=True,
            help_text="Where it was: session:{id}, reader:{id} or stream:{id}.",
        )

    @extend_schema(request=Input, responses={201: ReportedOutput})
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        asked = self.Input(data=request.data)
        asked.is_valid(raise_exception=True)
        me = signed_in(request)
        limit("report", me.pk, "You have told us a lot today. Please write to us instead.")
        wanted = dict(asked.validated_data)
        report = reports.send(reporter=me, about_id=wanted.pop("user_id"), at=clock.now(), **wanted)
        return Response(ReportedOutput(report).data, status=status.HTTP_201_CREATED)
