"""The API's doors to live rooms (S23-S26): make, find, start, join, leave, end."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts.models import User
from backend.core import clock, second_factor
from backend.core.errors import InvalidInput
from backend.core.idempotency import idempotent
from backend.core.permissions import IsReader
from backend.core.requests import signed_in
from live.serializers import NoInput
from live.stream_states import Access, StreamState
from live.streams import listing, selectors
from live.streams.cards import card
from live.streams.serializers import (
    DetailsInput,
    EndedOutput,
    EntryOutput,
    GrantOutput,
    StartedOutput,
    StreamInput,
    StreamOutput,
    StreamPage,
    grant_shown,
)
from live.streams.services import details, entries, streams
from readers.kinds import LANGUAGES, SPECIALTIES


def asker(request: Request) -> User | None:
    """Who asks, or None for a visitor."""
    return signed_in(request) if request.user and request.user.is_authenticated else None


def shown(user: User | None, stream_id: UUID) -> dict[str, Any]:
    """One stream in the shape of ``StreamOutput``, as it is now."""
    return dict(StreamOutput(selectors.card_for(user, stream_id)).data)


class StreamsView(APIView):
    """GET, POST /api/v1/streams/ : find streams; make one."""

    def get_permissions(self) -> list[Any]:
        return [IsReader()] if self.request.method == "POST" else [AllowAny()]

    @extend_schema(
        operation_id="streams_list",
        parameters=[
            OpenApiParameter("state", str, enum=StreamState.values),
            OpenApiParameter("topic", str, enum=list(SPECIALTIES)),
            OpenApiParameter("language", str, enum=list(LANGUAGES)),
            OpenApiParameter("access", str, enum=Access.values),
            OpenApiParameter("host", UUID),
            OpenApiParameter("cursor", str),
            OpenApiParameter("limit", int),
        ],
        responses=StreamPage,
    )
    def get(self, request: Request) -> Response:
        """List what the asker may know of: announced ones the soonest first, else the newest."""
        user = asker(request)
        pages, rows = listing.asked(user, request.query_params, clock.now())
        found = pages.paginate_queryset(rows, request, self) or []
        cards = [card(stream, user.id if user else None) for stream in found]
        return pages.get_paginated_response(StreamOutput(cards, many=True).data)

    @extend_schema(request=StreamInput, responses={201: StreamOutput})
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        """Make a stream: scheduled, or a draft without a time."""
        asked = StreamInput(data=request.data)
        asked.is_valid(raise_exception=True)
        host = signed_in(request)
        stream = details.create(host=host, wishes=asked.validated_data, at=clock.now())
        return Response(shown(host, stream.id), status=status.HTTP_201_CREATED)


class StreamView(APIView):
    """GET, PATCH /api/v1/streams/{id}/ : one stream; its host changes it."""

    def get_permissions(self) -> list[Any]:
        return [AllowAny()] if self.request.method == "GET" else [IsReader()]

    @extend_schema(responses=StreamOutput)
    def get(self, request: Request, stream_id: UUID) -> Response:
        return Response(shown(asker(request), stream_id))

    @extend_schema(request=DetailsInput, responses={200: StreamOutput})
    def patch(self, request: Request, stream_id: UUID) -> Response:
        asked = DetailsInput(data=request.data, partial=True)
        asked.is_valid(raise_exception=True)
        host = signed_in(request)
        details.change(host=host, stream_id=stream_id, wishes=asked.validated_data, at=clock.now())
        return Response(shown(host, stream_id))


class ThumbnailView(APIView):
    """POST /api/v1/streams/{id}/thumbnail/ : multipart field ``thumbnail``; 5 MB at most."""

    permission_classes = [IsReader]
    parser_classes = [MultiPartParser]
    throttle_scope = "photo"

    @extend_schema(
        request={
            "multipart/form-data": {
                "type": "object",
                "properties": {"thumbnail": {"type": "string", "format": "binary"}},
            }
        },
        responses={200: StreamOutput},
    )
    def post(self, request: Request, stream_id: UUID) -> Response:
        host = signed_in(request)
        selectors.own(host, stream_id)
        upload = request.FILES.get("thumbnail")
        if upload is None:
            raise InvalidInput("Send the picture in the field 'thumbnail'.")
        details.set_thumbnail(host=host, stream_id=stream_id, upload=upload, at=clock.now())
        return Response(shown(host, stream_id))


class StartView(APIView):
    """POST /api/v1/streams/{id}/start/ : the host goes live. Again: a new grant."""

    permission_classes = [IsReader]

    @extend_schema(request=NoInput, responses={200: StartedOutput})
    def post(self, request: Request, stream_id: UUID) -> Response:
        host = signed_in(request)
        grant = streams.start(host=host, stream_id=stream_id, at=clock.now())
        return Response({"stream": shown(host, stream_id), "grant": grant_shown(grant)})


class JoinView(APIView):
    """POST /api/v1/streams/{id}/join/ : come in to watch."""

    @extend_schema(request=NoInput, responses={200: EntryOutput})
    def post(self, request: Request, stream_id: UUID) -> Response:
        user = signed_in(request)
        entry = entries.join(user=user, stream_id=stream_id, at=clock.now())
        return Response(
            {
                "stream": dict(StreamOutput(card(entry.stream, user.id)).data),
                "role": entry.role.value,
                "grant": grant_shown(entry.grant),
            }
        )


class TokenView(APIView):
    """POST /api/v1/streams/{id}/token/ : a new grant for who is in the room."""

    @extend_schema(request=NoInput, responses={200: GrantOutput})
    def post(self, request: Request, stream_id: UUID) -> Response:
        grant = entries.renew(user=signed_in(request), stream_id=stream_id, at=clock.now())
        return Response(grant_shown(grant))


class LeaveView(APIView):
    """POST /api/v1/streams/{id}/leave/ : go. Harmless when repeated."""

    @extend_schema(request=NoInput, responses={204: None})
    def post(self, request: Request, stream_id: UUID) -> Response:
        entries.leave(user=signed_in(request), stream_id=stream_id, at=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class EndView(APIView):
    """POST /api/v1/streams/{id}/end/ : the host or an admin ends it. Again: the same summary."""

    @extend_schema(request=NoInput, responses={200: EndedOutput})
    def post(self, request: Request, stream_id: UUID) -> Response:
        user = signed_in(request)
        if user.is_admin:
            second_factor.demand(request)
        ended = streams.end_by(user=user, stream_id=stream_id, at=clock.now())
        row = card(ended, user.id)
        summary = streams.summary_of(ended)
        hidden = {} if row.is_host else {"earned_cents": None}
        return Response(
            {
                "stream": dict(StreamOutput(row).data),
                "summary": asdict(summary) | hidden,
            }
        )


class CancelView(APIView):
    """POST /api/v1/streams/{id}/cancel/ : the host calls a scheduled stream off."""

    permission_classes = [IsReader]

    @extend_schema(request=NoInput, responses={200: StreamOutput})
    def post(self, request: Request, stream_id: UUID) -> Response:
        host = signed_in(request)
        streams.cancel(host=host, stream_id=stream_id, at=clock.now())
        return Response(shown(host, stream_id))
