"""The API's door to statements."""

from __future__ import annotations

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from backend.core.permissions import IsClient
from backend.core.requests import signed_in
from payouts.wallet import statements


class StatementView(APIView):
    """GET /api/v1/payments/statements/ : everything that moved, as CSV, newest first."""

    permission_classes = [IsClient]

    @extend_schema(responses={(200, "text/csv"): OpenApiResponse(OpenApiTypes.STR)})
    def get(self, request: Request) -> HttpResponse:
        return statements.download(signed_in(request))
