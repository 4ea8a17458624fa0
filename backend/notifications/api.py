"""``/api/v1/notifications/``: one's own notices."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.core import clock
from backend.core.permissions import IsSignedIn
from backend.core.requests import signed_in
from backend.notifications import selectors, services
from backend.notifications.models import Notification

IDS_MAX = 100


class NotificationOutput(serializers.ModelSerializer[Notification]):
    """One notice."""

    class Meta:
        model = Notification
        fields = ("id", "kind", "title", "body", "url", "created_at", "read_at")
        read_only_fields = fields


class NotificationsView(ListAPIView[Notification]):
    """GET /api/v1/notifications/ : my notices, newest first."""

    permission_classes: list[type[BasePermission]] = [IsSignedIn]
    serializer_class = NotificationOutput

    @extend_schema(
        parameters=[OpenApiParameter("unread", bool, description="true: only unread ones.")]
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> Any:
        mine = selectors.notices_of(signed_in(self.request))
        only_unread = self.request.query_params.get("unread", "").lower() in ("true", "1")
        return mine.filter(read_at=None) if only_unread else mine


class ReadOutput(serializers.Serializer[None]):
    """How many remain."""

    unread = serializers.IntegerField()


class ReadView(APIView):
    """POST /api/v1/notifications/read/ : mark some of my notices read, or all without ``ids``."""

    permission_classes = [IsSignedIn]

    class Input(serializers.Serializer[None]):
        ids = serializers.ListField(
            child=serializers.UUIDField(), max_length=IDS_MAX, required=False
        )

    @extend_schema(request=Input, responses={200: ReadOutput})
    def post(self, request: Request) -> Response:
        asked = self.Input(data=request.data)
        asked.is_valid(raise_exception=True)
        user = signed_in(request)
        services.mark_read(user=user, at=clock.now(), ids=asked.validated_data.get("ids"))
        return Response({"unread": selectors.unread_of(user.pk)})
