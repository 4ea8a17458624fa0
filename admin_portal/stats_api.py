"""GET /api/v1/admin/stats/ : the figures of the overview, for programs."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from admin_portal import today
from backend.core import clock
from backend.core.permissions import IsAdmin


class NowOutput(serializers.Serializer[Any]):
    """What runs at this moment."""

    readings = serializers.IntegerField()
    paused = serializers.IntegerField()
    ringing = serializers.IntegerField()
    rooms = serializers.IntegerField()
    viewers = serializers.IntegerField()
    quarantined = serializers.IntegerField(help_text="Readings set aside because they do not fit.")


class MoneyOutput(serializers.Serializer[Any]):
    """The last 30 days together; cents. ``refunds_bps``: given back, of the volume."""

    volume_cents = serializers.IntegerField()
    take_cents = serializers.IntegerField()
    refunds_cents = serializers.IntegerField()
    refunds_bps = serializers.IntegerField()
    top_ups_cents = serializers.IntegerField()
    payouts_cents = serializers.IntegerField()


class DayOutput(serializers.Serializer[Any]):
    """One UTC day; cents."""

    day = serializers.DateField()
    readings_cents = serializers.IntegerField()
    gifts_cents = serializers.IntegerField()
    doors_cents = serializers.IntegerField()
    refunds_cents = serializers.IntegerField()
    top_ups_cents = serializers.IntegerField()
    payouts_cents = serializers.IntegerField()
    take_cents = serializers.IntegerField()


class PayableOutput(serializers.Serializer[Any]):
    """What could be paid out now, to readers at or above the minimum."""

    readers = serializers.IntegerField()
    cents = serializers.IntegerField()


class ProofOutput(serializers.Serializer[Any]):
    """``sum_cents`` of every pot is 0 in a sound ledger; ``last_*`` is the audit by night."""

    holds = serializers.BooleanField()
    sum_cents = serializers.IntegerField()
    last_at = serializers.DateTimeField(allow_null=True)
    last_findings = serializers.IntegerField()


class QueuesOutput(serializers.Serializer[Any]):
    """How far the workers are behind; ``heartbeat_s`` is null when none was seen."""

    waiting = serializers.DictField(child=serializers.IntegerField(allow_null=True))
    heartbeat_s = serializers.IntegerField(allow_null=True)
    billing_late_s = serializers.IntegerField()
    failed_webhooks = serializers.IntegerField()
    is_late = serializers.BooleanField()


class WaitingOutput(serializers.Serializer[Any]):
    """What waits for somebody of staff."""

    name = serializers.CharField()
    count = serializers.IntegerField()
    due_at = serializers.DateTimeField(allow_null=True)
    is_overdue = serializers.BooleanField()


class StatsOutput(serializers.Serializer[Any]):
    """The house at one glance."""

    at = serializers.DateTimeField()
    now = NowOutput()
    readers_online = serializers.IntegerField()
    money = MoneyOutput()
    days = DayOutput(many=True)
    payable = PayableOutput()
    proof = ProofOutput()
    queues = QueuesOutput()
    waiting = WaitingOutput(many=True)


class StatsView(APIView):
    """GET /api/v1/admin/stats/ : what runs, what it earns, what waits, whether the books hold."""

    permission_classes = [IsAdmin]

    @extend_schema(responses={200: StatsOutput})
    def get(self, request: Request) -> Response:
        return Response(StatsOutput(today.look(at=clock.now())).data)
