"""The API's doors to readers: find them, and let a reader keep their own page (S11-S14)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.core import clock
from backend.core.errors import InvalidInput
from backend.core.permissions import IsReader
from backend.core.requests import signed_in
from readers import cards, listing, selectors
from readers.models import ReaderProfile
from readers.serializers import (
    OwnProfileOutput,
    ProfileInput,
    RatesInput,
    ReaderDetail,
    ReaderListOutput,
    StatusInput,
)
from readers.services import availability, photos, profiles


class ReaderListView(APIView):
    """GET /api/v1/readers/ : published readers by filter, cursor by cursor."""

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="readers_list",
        parameters=[
            listing.FilterInput,
            OpenApiParameter("cursor", str),
            OpenApiParameter("limit", int),
        ],
        responses=ReaderListOutput,
    )
    def get(self, request: Request) -> HttpResponse:
        body = listing.answer(request, now=clock.now())
        return HttpResponse(body, content_type="application/json")


class ReaderDetailView(APIView):
    """GET /api/v1/readers/{id}/ : one reader's public page."""

    permission_classes = [AllowAny]

    @extend_schema(responses=ReaderDetail)
    def get(self, request: Request, reader_id: UUID) -> Response:
        return Response(_detail(selectors.by_id(reader_id, now=clock.now())))


class OwnProfileView(APIView):
    """GET, PATCH /api/v1/readers/me/ : the reader's own page; PATCH takes If-Match."""

    permission_classes = [IsReader]

    @extend_schema(responses=OwnProfileOutput)
    def get(self, request: Request) -> Response:
        return _own(selectors.own(signed_in(request).pk, now=clock.now()))

    @extend_schema(request=ProfileInput, responses={200: OwnProfileOutput})
    def patch(self, request: Request) -> Response:
        asked = ProfileInput(data=request.data, partial=True)
        asked.is_valid(raise_exception=True)
        profiles.update(
            reader_id=signed_in(request).pk,
            changes=asked.validated_data,
            at=clock.now(),
            seen_version=request.headers.get("If-Match"),
        )
        return _own(selectors.own(signed_in(request).pk, now=clock.now()))


class OwnRatesView(APIView):
    """PUT /api/v1/readers/me/rates/ : cents a minute per kind; null stops offering it."""

    permission_classes = [IsReader]

    @extend_schema(request=RatesInput, responses={200: OwnProfileOutput})
    def put(self, request: Request) -> Response:
        asked = RatesInput(data=request.data)
        asked.is_valid(raise_exception=True)
        rates = {name.removesuffix("_cents"): v for name, v in asked.validated_data.items()}
        profiles.set_rates(reader_id=signed_in(request).pk, rates=rates, at=clock.now())
        return _own(selectors.own(signed_in(request).pk, now=clock.now()))


class OwnStatusView(APIView):
    """PUT /api/v1/readers/me/status/ : for which kinds the reader wants to be called."""

    permission_classes = [IsReader]

    @extend_schema(request=StatusInput, responses={200: OwnProfileOutput})
    def put(self, request: Request) -> Response:
        asked = StatusInput(data=request.data)
        asked.is_valid(raise_exception=True)
        reader_id = signed_in(request).pk
        availability.set_wish(reader_id=reader_id, wishes=asked.validated_data, at=clock.now())
        return _own(selectors.own(reader_id, now=clock.now()))


class OwnPhotoView(APIView):
    """PUT /api/v1/readers/me/photo/ : multipart field ``photo``; JPEG, PNG or WebP, 5 MB."""

    permission_classes = [IsReader]
    parser_classes = [MultiPartParser]
    throttle_scope = "photo"

    @extend_schema(
        request={
            "multipart/form-data": {
                "type": "object",
                "properties": {"photo": {"type": "string", "format": "binary"}},
            }
        },
        responses={200: OwnProfileOutput},
    )
    def put(self, request: Request) -> Response:
        upload = request.FILES.get("photo")
        if upload is None:
            raise InvalidInput("Send the picture in the field 'photo'.")
        reader_id = signed_in(request).pk
        photos.set_photo(reader_id=reader_id, upload=upload, at=clock.now())
        return _own(selectors.own(reader_id, now=clock.now()))


def _detail(profile: ReaderProfile) -> dict[str, Any]:
    return {**cards.card_of(profile), "bio": profile.bio}


def _own(profile: ReaderProfile) -> Response:
    wishes = {kind: profile.wants(kind) for kind in ("chat", "voice", "video")}
    body = {
        **_detail(profile),
        "wishes": wishes,
        "offline_reason": profile.offline_reason,
        "relay_only": profile.relay_only,
    }
    return Response(body, headers={"ETag": profiles.version_of(profile)})
