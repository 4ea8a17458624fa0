"""``/api/v1/users/``: oneself, and the people one keeps away."""

from __future__ import annotations

import hashlib
import zoneinfo
from typing import Any
from uuid import UUID

import orjson
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.generics import ListAPIView
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts import selectors
from backend.accounts.models import Block, User
from backend.accounts.services import accounts, blocks
from backend.accounts.sign_up import DISPLAY_NAME_CHARS_MAX, visible_name
from backend.core import clock
from backend.core.errors import DomainError
from backend.core.permissions import IsSignedIn
from backend.core.requests import signed_in
from backend.core.schema import Problem


class ChangedMeanwhile(DomainError):
    """If-Match named another version: somebody changed it meanwhile."""

    code, status, title = "changed_meanwhile", 412, "This was changed meanwhile"


class UserOutput(serializers.ModelSerializer[User]):
    """A person, as they see themselves."""

    class Meta:
        model = User
        fields = (
            "id",
            "email",
            "display_name",
            "role",
            "timezone",
            "is_demo",
            "adult_confirmed_at",
            "date_joined",
        )
        read_only_fields = fields


class MeView(APIView):
    """GET, PATCH /api/v1/users/me/ : oneself."""

    permission_classes = [IsSignedIn]

    class Input(serializers.Serializer[None]):
        display_name = serializers.CharField(
            min_length=2,
            max_length=DISPLAY_NAME_CHARS_MAX,
            validators=[visible_name],
            required=False,
        )
        timezone = serializers.CharField(
            max_length=64, required=False, help_text="A name of the IANA time zone database."
        )

        def validate_timezone(self, name: str) -> str:
            if name not in zoneinfo.available_timezones():
                raise serializers.ValidationError("There is no such time zone.")
            return name

    @extend_schema(responses={200: UserOutput})
    def get(self, request: Request) -> Response:
        return _answer(signed_in(request))

    @extend_schema(
        request=Input,
        parameters=[
            OpenApiParameter(
                "If-Match", str, OpenApiParameter.HEADER, description="The ETag you last saw."
            )
        ],
        responses={
            200: UserOutput,
            (412, "application/problem+json"): OpenApiResponse(Problem),
        },
    )
    def patch(self, request: Request) -> Response:
        asked = self.Input(data=request.data)
        asked.is_valid(raise_exception=True)
        user = signed_in(request)
        seen = request.headers.get("If-Match", "*")
        if seen not in ("*", _etag(UserOutput(user).data)):
            raise ChangedMeanwhile
        return _answer(accounts.rename(user=user, **asked.validated_data))


class BlockOutput(serializers.ModelSerializer[Block]):
    """Somebody kept away."""

    user_id = serializers.UUIDField(source="blocked_id", read_only=True)
    display_name = serializers.CharField(source="blocked.display_name", read_only=True)

    class Meta:
        model = Block
        fields = ("user_id", "display_name", "created_at")
        read_only_fields = fields


class BlocksView(ListAPIView[Block]):
    """GET /api/v1/users/me/blocks/ : whom I have blocked, newest first."""

    permission_classes: list[type[BasePermission]] = [IsSignedIn]
    serializer_class = BlockOutput

    def get_queryset(self) -> Any:
        return selectors.blocks_of(signed_in(self.request))


class BlockView(APIView):
    """POST, DELETE /api/v1/users/{id}/block/ : keep somebody away, or let them meet again."""

    permission_classes = [IsSignedIn]

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, user_id: UUID) -> Response:
        blocks.block(blocker=signed_in(request), blocked_id=user_id, at=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, user_id: UUID) -> Response:
        blocks.unblock(blocker=signed_in(request), blocked_id=user_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _answer(user: User) -> Response:
    shown = UserOutput(user).data
    return Response(shown, headers={"ETag": _etag(shown)})


def _etag(shown: Any) -> str:
    digest = hashlib.sha256(orjson.dumps(shown, default=str)).hexdigest()
    return f'"{digest[:32]}"'
