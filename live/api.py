"""The API's doors to readings (S15-S22): ring, answer, end, look."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.core import clock
from backend.core.errors import Conflict, Forbidden
from backend.core.idempotency import idempotent
from backend.core.pages import CursorPages
from backend.core.permissions import IsClient
from backend.core.requests import signed_in
from backend.core.templatetags.money import money
from live import ice, joining, selectors
from live.errors import RateChanged
from live.models import ReadingSession
from live.serializers import (
    CapInput,
    CreditOutput,
    IceOutput,
    MessageOutput,
    MessagePage,
    MinuteOutput,
    MinutesOutput,
    NoInput,
    ReceiptOutput,
    RequestInput,
    SessionOutput,
    SessionPage,
    StretchOutput,
    shown,
)
from live.services import caps, endings, requests
from live.states import ROOM_OPEN, Peer

CURSOR = [OpenApiParameter("cursor", str), OpenApiParameter("limit", int)]


class SessionsView(APIView):
    """GET, POST /api/v1/sessions/ : my readings; ask an available reader for one."""

    def get_permissions(self) -> list[Any]:
        return [IsClient()] if self.request.method == "POST" else [*super().get_permissions()]

    @extend_schema(operation_id="sessions_list", parameters=CURSOR, responses=SessionPage)
    def get(self, request: Request) -> Response:
        """List my readings, newest first."""
        user, pages = signed_in(request), CursorPages()
        found = pages.paginate_queryset(selectors.sessions_of(user), request, self) or []
        return pages.get_paginated_response([_out(session, request) for session in found])

    @extend_schema(request=RequestInput, responses={201: SessionOutput})
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        """Ring the reader. Holds two minutes' worth; charges nothing."""
        asked = RequestInput(data=request.data)
        asked.is_valid(raise_exception=True)
        wanted = dict(asked.validated_data)
        seen_cents = wanted.pop("rate_per_minute_cents", None)
        session = requests.request(client=signed_in(request), at=clock.now(), **wanted)
        if seen_cents not in (None, session.rate_per_minute_cents):
            now_is = money(session.rate_per_minute_cents)
            raise RateChanged(f"A minute costs {now_is} now. Load the page again to see it.")
        return Response(_out(session, request), status=status.HTTP_201_CREATED)


class ActiveSessionView(APIView):
    """GET /api/v1/sessions/active/ : my live reading, or 204."""

    @extend_schema(responses={200: SessionOutput, 204: None})
    def get(self, request: Request) -> Response:
        session = selectors.live_session_of(signed_in(request))
        if session is None:
            return Response(status=status.HTTP_204_NO_CONTENT)
        return Response(_out(session, request))


class SessionView(APIView):
    """GET /api/v1/sessions/{id}/ : one of my readings."""

    @extend_schema(responses=SessionOutput)
    def get(self, request: Request, session_id: UUID) -> Response:
        return Response(_out(selectors.session_of(signed_in(request), session_id), request))


class _Act(APIView):
    """A POST that changes one of my readings and answers with it."""

    by: Peer | None = None

    def own(self, request: Request, session_id: UUID) -> Peer:
        """The gate, and the side that may do this.

        :raises NotFound: not one of mine. :raises Forbidden: the other side's act.
        """
        session = selectors.session_of(signed_in(request), session_id)
        peer = selectors.role_of(signed_in(request), session)
        if self.by is not None and peer is not self.by:
            raise Forbidden(f"Only the {self.by.value} can do this.")
        return peer


class AcceptView(_Act):
    """POST /api/v1/sessions/{id}/accept/ : the reader takes the ring."""

    by = Peer.READER

    @extend_schema(request=NoInput, responses=SessionOutput)
    @idempotent
    def post(self, request: Request, key: str, session_id: UUID) -> Response:
        self.own(request, session_id)
        return _answer(requests.accept(session_id=session_id, at=clock.now()), request)


class DeclineView(_Act):
    """POST /api/v1/sessions/{id}/decline/ : the reader says no; nothing is charged."""

    by = Peer.READER

    @extend_schema(request=NoInput, responses=SessionOutput)
    @idempotent
    def post(self, request: Request, key: str, session_id: UUID) -> Response:
        self.own(request, session_id)
        return _answer(requests.decline(session_id=session_id, at=clock.now()), request)


class CancelView(_Act):
    """POST /api/v1/sessions/{id}/cancel/ : the client takes it back before the meter runs."""

    by = Peer.CLIENT

    @extend_schema(request=NoInput, responses=SessionOutput)
    @idempotent
    def post(self, request: Request, key: str, session_id: UUID) -> Response:
        self.own(request, session_id)
        return _answer(requests.cancel(session_id=session_id, at=clock.now()), request)


class EndView(_Act):
    """POST /api/v1/sessions/{id}/end/ : hang up. Ending an ended reading repeats its summary."""

    @extend_schema(request=NoInput, responses=SessionOutput)
    @idempotent
    def post(self, request: Request, key: str, session_id: UUID) -> Response:
        peer = self.own(request, session_id)
        ended = endings.hangup(session_id=session_id, peer=peer, at=clock.now())
        return _answer(ended, request)


class CapView(_Act):
    """POST /api/v1/sessions/{id}/cap/ : raise my spend cap."""

    by = Peer.CLIENT

    @extend_schema(request=CapInput, responses=SessionOutput)
    @idempotent
    def post(self, request: Request, key: str, session_id: UUID) -> Response:
        self.own(request, session_id)
        asked = CapInput(data=request.data)
        asked.is_valid(raise_exception=True)
        raised = caps.raise_to(
            session_id=session_id,
            spend_cap_cents=asked.validated_data["spend_cap_cents"],
            at=clock.now(),
        )
        return _answer(raised, request)


class MinutesView(APIView):
    """GET /api/v1/sessions/{id}/minutes/ : the charges so far, one line each."""

    @extend_schema(responses=MinutesOutput)
    def get(self, request: Request, session_id: UUID) -> Response:
        user = signed_in(request)
        session = selectors.session_of(user, session_id)
        lines = selectors.minutes_of(session)
        return Response({"results": _lines(lines, selectors.role_of(user, session))})


class MessagesView(APIView):
    """GET /api/v1/sessions/{id}/messages/ : the chat, newest first."""

    @extend_schema(parameters=CURSOR, responses=MessagePage)
    def get(self, request: Request, session_id: UUID) -> Response:
        session = selectors.session_of(signed_in(request), session_id)
        pages = CursorPages()
        rows = selectors.messages_of(session)
        found = pages.paginate_queryset(rows, request, self) or []
        return pages.get_paginated_response(MessageOutput(found, many=True).data)


class ReceiptView(APIView):
    """GET /api/v1/sessions/{id}/receipt/ : what it cost and how it ended."""

    @extend_schema(responses=ReceiptOutput)
    def get(self, request: Request, session_id: UUID) -> Response:
        user = signed_in(request)
        session = selectors.session_of(user, session_id)
        role = selectors.role_of(user, session)
        receipt = selectors.receipt(session, role.value)
        return Response(
            {
                "session": _out(session, request),
                "cause": receipt.cause,
                "cause_words": receipt.cause_words,
                "lines": _lines(receipt.lines, role),
                "credits": CreditOutput(receipt.credits, many=True).data,
                "stretches": StretchOutput(receipt.stretches, many=True).data,
                "billed_seconds": session.billable_s,
                "free_seconds": receipt.free_s,
                "total_cents": receipt.total_cents,
                "released_cents": receipt.released_cents,
                "refunded_cents": receipt.refunded_cents,
                "earned_cents": receipt.kept_cents if role is Peer.READER else None,
                "currency": session.currency,
            }
        )


class IceServersView(APIView):
    """GET /api/v1/sessions/{id}/ice-servers/ : STUN and TURN, while the room is open."""

    @extend_schema(responses=IceOutput)
    def get(self, request: Request, session_id: UUID) -> Response:
        user, now = signed_in(request), clock.now()
        session = selectors.session_of(user, session_id)
        if session.state not in ROOM_OPEN:
            raise Conflict("There is no call to connect now.", state=session.state)
        ttl_seconds = settings.TURN_TTL_SECONDS
        found = ice.servers(
            stun_urls=settings.STUN_URLS,
            turn_urls=settings.TURN_URLS,
            secret=settings.TURN_SECRET,
            user_id=user.id,
            at=now,
            ttl_seconds=ttl_seconds,
        )
        policy = joining.ice_policy(session, selectors.role_of(user, session))
        expires_at = now + timedelta(seconds=ttl_seconds)
        return Response(
            IceOutput({"ice_servers": found, "ice_policy": policy, "expires_at": expires_at}).data
        )


def _lines(lines: Any, role: Peer) -> list[dict[str, Any]]:
    """The reader's part of each charge is the reader's to see."""
    found = [dict(line) for line in MinuteOutput(lines, many=True).data]
    if role is Peer.CLIENT:
        for line in found:
            line.pop("reader_cents", None)
    return found


def _out(session: ReadingSession, request: Request) -> dict[str, Any]:
    return dict(SessionOutput(shown(session, signed_in(request))).data)


def _answer(session: ReadingSession, request: Request) -> Response:
    return Response(_out(session, request))
