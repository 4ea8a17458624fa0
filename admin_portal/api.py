"""``/api/v1/admin/``: what admins may do over the API."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from admin_portal import acts
from admin_portal.forms import REASON_CHARS_MAX
from backend.accounts.models import User
from backend.accounts.services import accounts
from backend.accounts.sign_up import DISPLAY_NAME_CHARS_MAX, visible_name
from backend.core import clock
from backend.core.idempotency import idempotent
from backend.core.permissions import IsAdmin
from backend.core.requests import signed_in


class NewReaderOutput(serializers.ModelSerializer[User]):
    """A reader who was invited."""

    class Meta:
        model = User
        fields = ("id", "email", "display_name", "role", "date_joined")
        read_only_fields = fields


class ReadersView(APIView):
    """POST /api/v1/admin/readers/ : make a reader and mail them an invitation."""

    permission_classes = [IsAdmin]

    class Input(serializers.Serializer[None]):
        email = serializers.EmailField(max_length=254)
        display_name = serializers.CharField(
            min_length=2, max_length=DISPLAY_NAME_CHARS_MAX, validators=[visible_name]
        )

    @extend_schema(request=Input, responses={201: NewReaderOutput})
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        asked = self.Input(data=request.data)
        asked.is_valid(raise_exception=True)
        reader = accounts.create_reader(
            invited_by=signed_in(request), at=clock.now(), **asked.validated_data
        )
        return Response(NewReaderOutput(reader).data, status=status.HTTP_201_CREATED)


class FreezeView(APIView):
    """POST /api/v1/admin/users/{id}/freeze/ : sign somebody out and keep them out."""

    permission_classes = [IsAdmin]

    class Input(serializers.Serializer[None]):
        reason = serializers.CharField(max_length=REASON_CHARS_MAX)

    @extend_schema(request=Input, responses={204: None})
    def post(self, request: Request, user_id: UUID) -> Response:
        asked = self.Input(data=request.data)
        asked.is_valid(raise_exception=True)
        reason = asked.validated_data["reason"]
        acts.freeze(by=signed_in(request), user_id=user_id, reason=reason, at=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class ThawView(APIView):
    """POST /api/v1/admin/users/{id}/thaw/ : let them in again."""

    permission_classes = [IsAdmin]

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, user_id: UUID) -> Response:
        acts.thaw(by=signed_in(request), user_id=user_id, at=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
