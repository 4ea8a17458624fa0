"""``/api/v1/admin/payouts/``: runs of payouts, looked at first, ordered, watched, tried again."""

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
from backend.core.pages import CursorPages
from backend.core.permissions import IsAdmin
from backend.core.requests import signed_in
from payouts.earnings import run_selectors
from payouts.earnings.candidates import Candidate, Plan
from payouts.earnings.serializers import PayoutOutput
from payouts.earnings.services import holds, runs
from payouts.models import Payout, PayoutRun
from payouts.payout_states import PayoutState, RunKind, RunState

REASON_CHARS_MAX = 300


class RunOutput(serializers.Serializer[PayoutRun]):
    """One run, and how many of its payouts are how far. ``needed_cents``: what funds lacked."""

    id = serializers.UUIDField()
    date = serializers.DateField()
    kind = serializers.ChoiceField(choices=RunKind.choices)
    state = serializers.ChoiceField(choices=RunState.choices)
    ordered_by = serializers.CharField(
        source="ordered_by.display_name", default=None, allow_null=True
    )
    began_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    needed_cents = serializers.IntegerField()
    queued_count = serializers.IntegerField()
    started_count = serializers.IntegerField()
    sent_count = serializers.IntegerField()
    waited_count = serializers.IntegerField()
    refused_count = serializers.IntegerField()
    reversed_count = serializers.IntegerField()
    queued_cents = serializers.IntegerField()
    sent_cents = serializers.IntegerField()
    waited_cents = serializers.IntegerField()


class RunListOutput(serializers.Serializer[Any]):
    """One page of runs, newest first."""

    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = RunOutput(many=True)


class ReadersPayoutOutput(PayoutOutput):
    """One payout, and whose it is."""

    reader_id = serializers.UUIDField()
    reader_name = serializers.CharField(source="reader.display_name")
    attempt = serializers.IntegerField()
    destination = serializers.CharField()


class RunRowsOutput(serializers.Serializer[Any]):
    """A run, and one page of its payouts."""

    run = RunOutput()
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = ReadersPayoutOutput(many=True)


class PlannedOutput(serializers.Serializer[Candidate]):
    """A reader who is due; ``code`` and ``words`` say why they would wait."""

    reader_id = serializers.UUIDField(source="reader.pk")
    reader_name = serializers.CharField(source="reader.display_name")
    cents = serializers.IntegerField()
    code = serializers.CharField(source="obstacle.code", default="")
    words = serializers.CharField(source="obstacle.text", default="")


class PlanOutput(serializers.Serializer[Plan]):
    """What a run would do now. Sums are of everybody, rows of the first 100 readers."""

    at = serializers.DateTimeField()
    pay_count = serializers.IntegerField()
    pay_cents = serializers.IntegerField()
    wait_cents = serializers.IntegerField()
    waiting = serializers.DictField(child=serializers.IntegerField())
    rows = PlannedOutput(many=True)
    is_cut = serializers.BooleanField()


class OrderedOutput(serializers.Serializer[Any]):
    """A dry run has a plan and no run; an order has a run and no plan."""

    plan = PlanOutput(allow_null=True)
    run = RunOutput(allow_null=True)


class RunsView(APIView):
    """GET and POST /api/v1/admin/payouts/runs/ : what ran; look ahead or order one."""

    permission_classes = [IsAdmin]

    class Input(serializers.Serializer[None]):
        dry_run = serializers.BooleanField()

    @extend_schema(operation_id="admin_payouts_runs_list", responses=RunListOutput)
    def get(self, request: Request) -> Response:
        pages = CursorPages()
        rows = pages.paginate_queryset(run_selectors.runs(), request, self)
        return pages.get_paginated_response(RunOutput(rows, many=True).data)

    @extend_schema(request=Input, responses={200: OrderedOutput, 201: OrderedOutput})
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        asked = self.Input(data=request.data)
        asked.is_valid(raise_exception=True)
        if asked.validated_data["dry_run"]:
            plan = runs.preview(at=clock.now())
            return Response({"plan": PlanOutput(plan).data, "run": None})
        run = runs.order(by=signed_in(request), at=clock.now())
        shown = RunOutput(run_selectors.run(run.pk)).data
        return Response({"plan": None, "run": shown}, status=status.HTTP_201_CREATED)


class RunView(APIView):
    """GET /api/v1/admin/payouts/runs/{id}/ : a run, with a row for each reader."""

    permission_classes = [IsAdmin]

    class Wanted(serializers.Serializer[None]):
        state = serializers.ChoiceField(choices=PayoutState.choices, required=False)

    @extend_schema(parameters=[Wanted], responses=RunRowsOutput)
    def get(self, request: Request, run_id: UUID) -> Response:
        asked = self.Wanted(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        run = run_selectors.run(run_id)
        rows = run_selectors.payouts_of(run.pk, state=asked.validated_data.get("state", ""))
        pages = CursorPages()
        found = pages.paginate_queryset(rows, request, self)
        page = pages.get_paginated_response(ReadersPayoutOutput(found, many=True).data)
        return Response({"run": RunOutput(run).data, **page.data})


class RetryView(APIView):
    """POST /api/v1/admin/payouts/{id}/retry/ : try a payout again that waited or was refused."""

    permission_classes = [IsAdmin]

    @extend_schema(request=None, responses=ReadersPayoutOutput)
    @idempotent
    def post(self, request: Request, key: str, payout_id: UUID) -> Response:
        payout: Payout = runs.retry(payout_id=payout_id, by=signed_in(request), at=clock.now())
        return Response(ReadersPayoutOutput(payout).data)


class LiftView(APIView):
    """POST /api/v1/admin/readers/{id}/lift-payouts/ : what stopped them was looked into."""

    permission_classes = [IsAdmin]

    class Input(serializers.Serializer[None]):
        reason = serializers.CharField(max_length=REASON_CHARS_MAX)

    @extend_schema(request=Input, responses={204: None})
    def post(self, request: Request, reader_id: UUID) -> Response:
        asked = self.Input(data=request.data)
        asked.is_valid(raise_exception=True)
        holds.lift(
            reader_id=reader_id, by=signed_in(request), at=clock.now(), **asked.validated_data
        )
        return Response(status=status.HTTP_204_NO_CONTENT)
