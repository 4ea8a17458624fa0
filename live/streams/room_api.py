"""The API's doors inside a live room: order in its chat, raised hands, reminders."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.core import clock
from backend.core.idempotency import idempotent
from backend.core.permissions import IsReader
from backend.core.requests import signed_in
from live.serializers import NoInput
from live.streams import selectors
from live.streams.serializers import (
    HandOutput,
    HandsOutput,
    InviteInput,
    PersonInput,
    ReportInput,
    SilenceInput,
)
from live.streams.services import expulsions, hands, moderation, reminders, reports

NOTHING = {204: None}


def _done() -> Response:
    return Response(status=status.HTTP_204_NO_CONTENT)


class RemoveView(APIView):
    """POST /api/v1/streams/{id}/messages/{mid}/remove/ : host and moderators; one's own too."""

    @extend_schema(request=NoInput, responses=NOTHING)
    def post(self, request: Request, stream_id: UUID, message_id: UUID) -> Response:
        moderation.remove(
            by=signed_in(request), stream_id=stream_id, message_id=message_id, at=clock.now()
        )
        return _done()


class PinMessageView(APIView):
    """POST /api/v1/streams/{id}/messages/{mid}/pin/ : host and moderators."""

    @extend_schema(request=NoInput, responses=NOTHING)
    def post(self, request: Request, stream_id: UUID, message_id: UUID) -> Response:
        moderation.pin(
            by=signed_in(request), stream_id=stream_id, message_id=message_id, at=clock.now()
        )
        return _done()


class PinView(APIView):
    """DELETE /api/v1/streams/{id}/pin/ : host and moderators."""

    @extend_schema(responses=NOTHING)
    def delete(self, request: Request, stream_id: UUID) -> Response:
        moderation.unpin(by=signed_in(request), stream_id=stream_id, at=clock.now())
        return _done()


class SilencesView(APIView):
    """POST /api/v1/streams/{id}/mutes/ : mute somebody, or put them out."""

    @extend_schema(request=SilenceInput, responses=NOTHING)
    def post(self, request: Request, stream_id: UUID) -> Response:
        asked = SilenceInput(data=request.data)
        asked.is_valid(raise_exception=True)
        by, whom = signed_in(request), asked.validated_data["user_id"]
        if asked.validated_data["put_out"]:
            expulsions.put_out(by=by, stream_id=stream_id, user_id=whom, at=clock.now())
        else:
            moderation.silence(
                by=by,
                stream_id=stream_id,
                user_id=whom,
                seconds=asked.validated_data["seconds"],
                at=clock.now(),
            )
        return _done()


class SilenceView(APIView):
    """DELETE /api/v1/streams/{id}/mutes/{user_id}/ : they may speak and come in again."""

    @extend_schema(responses=NOTHING)
    def delete(self, request: Request, stream_id: UUID, user_id: UUID) -> Response:
        expulsions.lift(by=signed_in(request), stream_id=stream_id, user_id=user_id, at=clock.now())
        return _done()


class ReportsView(APIView):
    """POST /api/v1/streams/{id}/reports/ : tell our team of a message or a person."""

    @extend_schema(request=ReportInput, responses=NOTHING)
    @idempotent
    def post(self, request: Request, key: str, stream_id: UUID) -> Response:
        asked = ReportInput(data=request.data)
        asked.is_valid(raise_exception=True)
        reports.send(
            by=signed_in(request), stream_id=stream_id, at=clock.now(), **asked.validated_data
        )
        return _done()


class ModeratorsView(APIView):
    """POST, DELETE /api/v1/streams/{id}/moderators/ : whom the host trusts, in all rooms."""

    permission_classes = [IsReader]

    @extend_schema(request=PersonInput, responses=NOTHING)
    def post(self, request: Request, stream_id: UUID) -> Response:
        whom = self._whom(request, stream_id)
        moderation.trust(host=signed_in(request), stream_id=stream_id, user_id=whom, at=clock.now())
        return _done()

    @extend_schema(request=PersonInput, responses=NOTHING)
    def delete(self, request: Request, stream_id: UUID) -> Response:
        whom = self._whom(request, stream_id)
        moderation.distrust(
            host=signed_in(request), stream_id=stream_id, user_id=whom, at=clock.now()
        )
        return _done()

    def _whom(self, request: Request, stream_id: UUID) -> UUID:
        selectors.own(signed_in(request), stream_id)
        asked = PersonInput(data=request.data)
        asked.is_valid(raise_exception=True)
        found: UUID = asked.validated_data["user_id"]
        return found


class HandView(APIView):
    """POST, DELETE /api/v1/streams/{id}/hand/ : ask for a reading with the host; take it back."""

    @extend_schema(request=NoInput, responses=NOTHING)
    def post(self, request: Request, stream_id: UUID) -> Response:
        hands.raise_hand(user=signed_in(request), stream_id=stream_id, at=clock.now())
        return _done()

    @extend_schema(responses=NOTHING)
    def delete(self, request: Request, stream_id: UUID) -> Response:
        user = signed_in(request)
        stream = selectors.stream_of(user, stream_id)
        hands.lower(user=user, stream_id=stream.id, at=clock.now())
        return _done()


class HandsView(APIView):
    """GET /api/v1/streams/{id}/hands/ : raised hands, for the host."""

    permission_classes = [IsReader]

    @extend_schema(operation_id="streams_hands_list", responses=HandsOutput)
    def get(self, request: Request, stream_id: UUID) -> Response:
        stream = selectors.own(signed_in(request), stream_id)
        return Response({"results": HandOutput(selectors.raised_hands(stream.id), many=True).data})


class InviteView(APIView):
    """POST /api/v1/streams/{id}/hands/{user_id}/invite/ : invite them to a paid reading."""

    permission_classes = [IsReader]

    @extend_schema(request=InviteInput, responses={200: HandOutput})
    def post(self, request: Request, stream_id: UUID, user_id: UUID) -> Response:
        host = signed_in(request)
        selectors.own(host, stream_id)
        asked = InviteInput(data=request.data)
        asked.is_valid(raise_exception=True)
        hand = hands.invite(
            host=host,
            stream_id=stream_id,
            user_id=user_id,
            kind=asked.validated_data["kind"],
            at=clock.now(),
        )
        return Response(HandOutput(hand).data)


class RemindersView(APIView):
    """POST, DELETE /api/v1/streams/{id}/reminders/ : be told before it begins, and when it does."""

    @extend_schema(request=NoInput, responses=NOTHING)
    def post(self, request: Request, stream_id: UUID) -> Response:
        reminders.keep(user=signed_in(request), stream_id=stream_id, at=clock.now())
        return _done()

    @extend_schema(responses=NOTHING)
    def delete(self, request: Request, stream_id: UUID) -> Response:
        reminders.let_go(user=signed_in(request), stream_id=stream_id)
        return _done()
