"""``/api/v1/users/me/``: an archive of my data, my erasure, and what I agreed to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import FileResponse
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.generics import ListAPIView
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts import fresh, selectors
from backend.accounts.models import Consent, Export
from backend.accounts.services import erasures, exports
from backend.core import clock, privacy
from backend.core.errors import NotFound
from backend.core.idempotency import idempotent
from backend.core.permissions import IsSignedIn
from backend.core.problems import MEDIA_TYPE
from backend.core.requests import signed_in
from backend.core.schema import Problem

FILE_NAME = "soulseer-archive.zip"


class ExportOutput(serializers.ModelSerializer[Export]):
    """An archive. ``download_url`` is there while it is ready; it asks for a fresh sign-in."""

    download_url = serializers.SerializerMethodField()

    class Meta:
        model = Export
        fields = (
            *("id", "state", "asked_at", "ready_at", "expires_at", "size_bytes"),
            "download_url",
        )
        read_only_fields = fields

    def get_download_url(self, export: Export) -> str | None:
        if export.state != Export.State.READY:
            return None
        return reverse("accounts-api:export-file", kwargs={"link": exports.link_of(export)})


class ExportView(APIView):
    """GET, POST /api/v1/users/me/export/ : my archive, and ask for one. One a day."""

    permission_classes = [IsSignedIn]

    @extend_schema(responses={200: ExportOutput})
    def get(self, request: Request) -> Response:
        export = selectors.latest_export(signed_in(request))
        if export is None:
            raise NotFound("You have asked for no archive.")
        return Response(ExportOutput(export).data)

    @extend_schema(request=None, responses={202: ExportOutput})
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        export = exports.ask(user=signed_in(request), at=clock.now())
        return Response(ExportOutput(export).data, status=status.HTTP_202_ACCEPTED)


class ExportFileView(APIView):
    """GET /api/v1/users/me/export/{link}/ : the archive itself, after a fresh sign-in."""

    permission_classes = [IsSignedIn]

    @extend_schema(
        operation_id="users_me_export_file",
        responses={
            (200, "application/zip"): OpenApiTypes.BINARY,
            (410, MEDIA_TYPE): Problem,
        },
    )
    def get(self, request: Request, link: str) -> FileResponse:
        fresh.demand(request)
        return archive_response(signed_in(request), link, clock.now())


class ObjectionOutput(serializers.Serializer[privacy.Objection]):
    """Why a person cannot be erased now, and where that is settled."""

    code = serializers.CharField()
    words = serializers.CharField()
    url = serializers.CharField()


class ErasureOutput(serializers.Serializer[dict[str, Any]]):
    """An erasure that waits (or none), and what is in its way."""

    asked_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    objections = ObjectionOutput(many=True)


class ErasureView(APIView):
    """GET, POST, DELETE /api/v1/users/me/erasure/ : have my account forgotten, or stay."""

    permission_classes = [IsSignedIn]

    class Input(serializers.Serializer[None]):
        email = serializers.CharField(max_length=254, help_text="Typed once more, to be sure.")

    @extend_schema(responses={200: ErasureOutput})
    def get(self, request: Request) -> Response:
        return self._answer(request)

    @extend_schema(
        request=Input,
        responses={202: ErasureOutput, 409: OpenApiResponse(description="Something is open.")},
    )
    def post(self, request: Request) -> Response:
        fresh.demand(request)
        asked = self.Input(data=request.data)
        asked.is_valid(raise_exception=True)
        user = signed_in(request)
        erasures.ask(user=user, typed=asked.validated_data["email"], at=clock.now())
        return self._answer(request, status.HTTP_202_ACCEPTED)

    @extend_schema(responses={204: None})
    def delete(self, request: Request) -> Response:
        erasures.take_back(user=signed_in(request), at=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _answer(self, request: Request, code: int = status.HTTP_200_OK) -> Response:
        user = signed_in(request)
        waiting = selectors.waiting_erasure(user)
        shown = {
            "asked_at": waiting.asked_at if waiting else None,
            "due_at": waiting.due_at if waiting else None,
            "objections": privacy.objections(user.pk),
        }
        return Response(ErasureOutput(shown).data, status=code)


class ConsentOutput(serializers.ModelSerializer[Consent]):
    """Something I agreed to, in which wording, from when to when."""

    class Meta:
        model = Consent
        fields = ("kind", "version", "given_at", "withdrawn_at")
        read_only_fields = fields


class ConsentsView(ListAPIView[Consent]):
    """GET /api/v1/users/me/consents/ : what I agreed to, newest first."""

    permission_classes: list[type[BasePermission]] = [IsSignedIn]
    serializer_class = ConsentOutput

    def get_queryset(self) -> Any:
        return selectors.consents_of(signed_in(self.request))


def archive_response(user: Any, link: str, at: datetime) -> FileResponse:
    """The file as a download that no cache keeps."""
    answer = FileResponse(
        exports.open_file(user=user, link=link, at=at), as_attachment=True, filename=FILE_NAME
    )
    answer["Cache-Control"] = "no-store, private"
    return answer
