"""``/api/v1/admin/ledger/``: the ledger, to look into."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.core.permissions import IsAdmin
from backend.ledger import explorer
from backend.ledger.selectors import movement_kinds

PAGE_ROWS = 50


class MovementsInput(serializers.Serializer[None]):
    """Which movements. ``cursor`` comes from the ``next`` of the page before; days are UTC."""

    kind = serializers.ChoiceField(choices=movement_kinds(), required=False)
    about = serializers.CharField(max_length=80, required=False)
    key = serializers.CharField(max_length=160, required=False)
    person_id = serializers.UUIDField(required=False)
    least_cents = serializers.IntegerField(min_value=0, max_value=2**62, required=False)
    most_cents = serializers.IntegerField(min_value=0, max_value=2**62, required=False)
    first_day = serializers.DateField(required=False)
    last_day = serializers.DateField(required=False)
    cursor = serializers.UUIDField(required=False)
    limit = serializers.IntegerField(min_value=1, max_value=100, default=PAGE_ROWS)


class PersonOutput(serializers.Serializer[Any]):
    """Whom a movement concerns."""

    id = serializers.UUIDField()
    display_name = serializers.CharField()


class ListedOutput(serializers.Serializer[Any]):
    """One movement of the list."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    key = serializers.CharField()
    about = serializers.CharField()
    gross_cents = serializers.IntegerField()
    at = serializers.DateTimeField()
    people = serializers.SerializerMethodField()

    @extend_schema(responses=PersonOutput(many=True))
    def get_people(self, row: explorer.Listed) -> list[dict[str, Any]]:
        return [{"id": str(id_), "display_name": name} for id_, name in row.people]


class ListOutput(serializers.Serializer[Any]):
    """One page. ``looked_back_to``: the search stopped there; ``next`` goes on from it."""

    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    looked_back_to = serializers.DateTimeField(allow_null=True)
    results = ListedOutput(many=True)


class SideOutput(serializers.Serializer[Any]):
    """One end of a transfer; ``owner_id`` is null for a pot of the platform."""

    pot_id = serializers.IntegerField()
    kind = serializers.CharField()
    owner_id = serializers.UUIDField(allow_null=True)
    owner_name = serializers.CharField()


class TransferOutput(serializers.Serializer[Any]):
    """``cents`` out of the debited pot into the credited one."""

    line = serializers.IntegerField()
    debit = SideOutput()
    credit = SideOutput()
    cents = serializers.IntegerField()


class MovementOutput(serializers.Serializer[explorer.Opened]):
    """One movement with its transfers, and what else is about the same thing."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    key = serializers.CharField()
    about = serializers.CharField()
    gross_cents = serializers.IntegerField()
    currency = serializers.CharField()
    at = serializers.DateTimeField()
    booked_at = serializers.DateTimeField()
    actor_id = serializers.UUIDField(allow_null=True)
    reason = serializers.CharField()
    transfers = TransferOutput(many=True)
    related = ListedOutput(many=True)


class MovementListView(APIView):
    """GET /api/v1/admin/ledger/movements/ : every movement of money, newest first."""

    permission_classes = [IsAdmin]

    @extend_schema(
        operation_id="admin_ledger_movements_list",
        parameters=[MovementsInput],
        responses=ListOutput,
    )
    def get(self, request: Request) -> Response:
        asked = MovementsInput(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        wanted = dict(asked.validated_data)
        limit, before = wanted.pop("limit"), wanted.pop("cursor", None)
        page = explorer.movements(explorer.Wanted(**wanted), limit=limit, before=before)
        following = {**request.query_params.dict(), "cursor": page.next_before}
        url = f"{request.build_absolute_uri(request.path)}?{urlencode(following)}"
        return Response(
            {
                "next": url if page.next_before else None,
                "previous": None,
                "looked_back_to": page.looked_back_to,
                "results": ListedOutput(page.rows, many=True).data,
            }
        )


class MovementView(APIView):
    """GET /api/v1/admin/ledger/movements/{id}/ : one movement with its transfers."""

    permission_classes = [IsAdmin]

    @extend_schema(responses=MovementOutput)
    def get(self, request: Request, movement_id: UUID) -> Response:
        return Response(MovementOutput(explorer.movement(movement_id)).data)
