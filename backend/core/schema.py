"""What the OpenAPI schema says of every door: its key header and its problem documents."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers


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
    errors = FieldProblem(many=True)


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

    def get_response_serializers(self) -> Any:
        answers = super().get_response_serializers()
        if not isinstance(answers, dict):
            answers = {201 if self.method == "POST" else 200: answers}
        codes = ["400", "401", "402", "403", "404", "405", "406", "409", "413", "415", "422"]
        codes += ["429", "502", "503", "504"]
        for code in codes:
            answers.setdefault((int(code), "application/problem+json"), OpenApiResponse(Problem))
        return answers
