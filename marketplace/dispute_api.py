"""The API's door to a new case: ``/api/v1/sessions/{id}/dispute/``."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.core import clock
from backend.core.idempotency import idempotent
from backend.core.permissions import IsClient
from backend.core.requests import signed_in
from marketplace.services import disputes
from payouts.disputes import selectors
from payouts.disputes.serializers import DisputeDetailOutput, OpenInput, detailed


class SessionDisputeView(APIView):
    """POST /api/v1/sessions/{id}/dispute/ : say that something went wrong in my reading."""

    permission_classes = [IsClient]

    @extend_schema(request=OpenInput, responses={201: DisputeDetailOutput})
    @idempotent
    def post(self, request: Request, key: str, session_id: UUID) -> Response:
        asked = OpenInput(data=request.data)
        asked.is_valid(raise_exception=True)
        user, now = signed_in(request), clock.now()
        opened = disputes.open_about(
            client=user, session_id=session_id, key=key, at=now, **asked.validated_data
        )
        found = selectors.one_of(user, opened.pk)
        return Response(detailed(found, user, now=now), status=status.HTTP_201_CREATED)
