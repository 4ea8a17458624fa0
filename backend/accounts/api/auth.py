"""``/api/v1/auth/``: programs register, sign in, renew their tokens and sign out."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.accounts import headless, tokens
from backend.accounts.authentication import BearerAuthentication
from backend.accounts.sign_up import DISPLAY_NAME_CHARS_MAX, visible_name
from backend.accounts.throttles import AuthThrottle
from backend.core.errors import NotSignedIn
from backend.core.permissions import IsSignedIn

PASSWORD_CHARS_MAX = 1_024
TOKEN_CHARS_MAX = 4_096


class RefreshTokenRefused(NotSignedIn):
    """The refresh token is unknown, expired, used before, or its sign-in has ended."""

    code, title = "refresh_token_refused", "Sign in again"


class TokenPairOutput(serializers.Serializer[headless.TokenPair]):
    """A pair of tokens. Send the first as ``Authorization: Bearer …``; keep the second secret."""

    access_token = serializers.CharField()
    refresh_token = serializers.CharField()
    expires_in = serializers.IntegerField(help_text="Seconds that the access token is good for.")
    token_type = serializers.SerializerMethodField()

    def get_token_type(self, pair: Any) -> str:
        return "Bearer"


class MailSentOutput(serializers.Serializer[None]):
    """What happens next, in words."""

    detail = serializers.CharField()


class _OpenDoor(APIView):
    """No sign-in is looked at, so a stale cookie or token cannot get in the way."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]


class RegisterView(_OpenDoor):
    """POST /api/v1/auth/register/ : make a client's account."""

    throttle_classes = [AuthThrottle]

    class Input(serializers.Serializer[None]):
        email = serializers.EmailField(max_length=254)
        password = serializers.CharField(max_length=PASSWORD_CHARS_MAX, trim_whitespace=False)
        display_name = serializers.CharField(
            min_length=2, max_length=DISPLAY_NAME_CHARS_MAX, validators=[visible_name]
        )
        is_adult = serializers.BooleanField(help_text="Must be true: SoulSeer is 18 and over.")

        def validate_is_adult(self, is_adult: bool) -> bool:  # noqa: FBT001
            if not is_adult:
                raise serializers.ValidationError("SoulSeer is for adults, 18 and over.")
            return is_adult

    @extend_schema(
        request=Input,
        responses={
            201: TokenPairOutput,
            202: OpenApiResponse(MailSentOutput, "A link to prove the e-mail was sent."),
        },
    )
    def post(self, request: Request) -> Response:
        asked = self.Input(data=request.data)
        asked.is_valid(raise_exception=True)
        wanted = asked.validated_data
        pair = headless.register(
            request._request,
            email=wanted["email"],
            password=wanted["password"],
            display_name=wanted["display_name"],
        )
        if pair is None:
            words = "We sent a mail. Open the link in it, then sign in."
            return Response({"detail": words}, status=status.HTTP_202_ACCEPTED)
        return Response(TokenPairOutput(pair).data, status=status.HTTP_201_CREATED)


class LoginView(_OpenDoor):
    """POST /api/v1/auth/login/ : a password, and a second factor where one is set up."""

    throttle_classes = [AuthThrottle]

    class Input(serializers.Serializer[None]):
        email = serializers.EmailField(max_length=254)
        password = serializers.CharField(max_length=PASSWORD_CHARS_MAX, trim_whitespace=False)
        code = serializers.CharField(max_length=16, required=False, default="", allow_blank=True)

    @extend_schema(request=Input, responses={200: TokenPairOutput})
    def post(self, request: Request) -> Response:
        asked = self.Input(data=request.data)
        asked.is_valid(raise_exception=True)
        pair = headless.log_in(request._request, **asked.validated_data)
        return Response(TokenPairOutput(pair).data)


class RefreshView(_OpenDoor):
    """POST /api/v1/auth/refresh/ : the next pair. A token that comes twice ends its sign-in."""

    class Input(serializers.Serializer[None]):
        refresh_token = serializers.CharField(max_length=TOKEN_CHARS_MAX)

    @extend_schema(request=Input, responses={200: TokenPairOutput})
    def post(self, request: Request) -> Response:
        asked = self.Input(data=request.data)
        asked.is_valid(raise_exception=True)
        pair = headless.refresh(asked.validated_data["refresh_token"])
        if pair is None:
            raise RefreshTokenRefused
        return Response(TokenPairOutput(pair).data)


class LogoutView(APIView):
    """POST /api/v1/auth/logout/ : end the sign-in of this access token, refresh token included."""

    authentication_classes = [BearerAuthentication]
    permission_classes = [IsSignedIn]

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        tokens.end_session_of(request.auth)  # type: ignore[arg-type]
        return Response(status=status.HTTP_204_NO_CONTENT)
