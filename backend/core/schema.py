"""What the OpenAPI schema says of every door: its key header and its problem documents."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from backend.core.problems import MEDIA_TYPE

_ANY_DOOR = ("400", "401", "403", "404", "406", "429", "503")
_CHANGING_DOOR = ("402", "409", "413", "415", "422", "502")


class FieldProblem(serializers.Serializer[None]):
    """One field that was refused."""

    field = serializers.CharField()
    detail = serializers.CharField()


class Problem(serializers.Serializer[None]):
    """An error of the API (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    request_id = serializers.CharField(allow_blank=True)
    errors = FieldProblem(many=True)  # type: ignore[assignment]  # RFC 9457's own word


class Schema(AutoSchema):
    """Adds ``Idempotency-Key`` where a door takes one, and the problems any door may answer."""

    def get_override_parameters(self) -> list[Any]:
        door = getattr(self.view, self.method.lower(), None)
        if not hasattr(door, "__wrapped__"):
            return []
        return [
            OpenApiParameter(
                "Idempotency-Key",
                str,
                OpenApiParameter.HEADER,
                required=True,
                description="The same key and body give the same answer for 48 hours.",
            )
        ]

    def get_serializer_name(self, serializer: Any, direction: Any) -> str:
        """Name a nested class after its door: ``LoginView.Input`` becomes ``LoginInput``."""
        return "".join(
            part.removesuffix("View") for part in type(serializer).__qualname__.split(".")
        )

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        """Every door may refuse; one that changes something may refuse for more reasons."""
        answers: dict[str, Any] = super()._get_response_bodies(direction)
        for status in _ANY_DOOR if self.method == "GET" else _ANY_DOOR + _CHANGING_DOOR:
            if status not in answers:
                answers[status] = self._get_response_for_code(
                    OpenApiResponse(Problem), status, [MEDIA_TYPE], direction
                )
        return dict(sorted(answers.items()))
