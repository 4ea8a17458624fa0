"""Doors of the API: socket tickets."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from redis.exceptions import RedisError
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.core.errors import NotSignedIn, Unavailable
from backend.core.requests import signed_in
from backend.realtime import standing, tickets


class TicketOutput(serializers.Serializer[Any]):
    """A ticket for one socket."""

    ticket = serializers.CharField()
    room = serializers.CharField()
    expires_in_seconds = serializers.IntegerField()


class TicketInput(serializers.Serializer[Any]):
    """The room to open: ``me``, or ``sessions/<id>`` of a reading of yours."""

    room = serializers.RegexField(r"^[a-z]{1,20}(/[0-9a-fA-F-]{36})?$", max_length=60)


class SocketTicketView(APIView):
    """POST /api/v1/ws-tickets/ : a single-use ticket for one socket, good for 30 seconds."""

    @extend_schema(request=TicketInput, responses={201: TicketOutput})
    def post(self, request: Request) -> Response:
        user = signed_in(request)
        asked = TicketInput(data=request.data)
        asked.is_valid(raise_exception=True)
        room = asked.validated_data["room"].lower()
        role = tickets.role_in(user, room)
        try:
            raw = tickets.issue(user.pk, room, role)
        except RedisError:
            raise Unavailable("Live updates are out of reach for a moment.") from None
        # A freeze that committed since we knew the user has revoked what was older than this.
        if not standing.is_good(user.pk):
            raise NotSignedIn
        return Response(
            {"ticket": raw, "room": room, "expires_in_seconds": tickets.TICKET_SECONDS},
            status=status.HTTP_201_CREATED,
        )
