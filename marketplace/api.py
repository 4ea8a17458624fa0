"""The API's doors to favourites and reviews (S18)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.core import clock
from backend.core.idempotency import idempotent
from backend.core.pages import CursorPages
from backend.core.permissions import IsClient, IsReader, IsSignedIn
from backend.core.requests import signed_in
from live.states import State
from marketplace import selectors, serializers
from marketplace.services import favourites, reviews
from readers import selectors as readers


class FavouriteView(APIView):
    """POST, DELETE /api/v1/readers/{id}/favourite/ : keep a reader, let go of one."""

    permission_classes = [IsClient]

    @extend_schema(request=None, responses={201: serializers.FavouriteOutput})
    @idempotent
    def post(self, request: Request, key: str, reader_id: UUID) -> Response:
        favourites.keep(client=signed_in(request), reader_id=reader_id, at=clock.now())
        return Response(
            {"reader_id": reader_id, "is_favourite": True}, status=status.HTTP_201_CREATED
        )

    @extend_schema(responses={204: None})
    def delete(self, request: Request, reader_id: UUID) -> Response:
        favourites.let_go(client=signed_in(request), reader_id=reader_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class ReaderReviewsView(APIView):
    """GET /api/v1/readers/{id}/reviews/ : what clients said, newest first."""

    permission_classes = [AllowAny]

    @extend_schema(responses=serializers.ReviewListOutput)
    def get(self, request: Request, reader_id: UUID) -> Response:
        readers.by_id(reader_id, now=clock.now())
        pages = CursorPages()
        rows = pages.paginate_queryset(selectors.reviews_of(reader_id), request, view=self)
        return pages.get_paginated_response([serializers.review(row) for row in rows or []])


class SessionReviewView(APIView):
    """GET, POST, PUT /api/v1/sessions/{id}/review/ : the one review of a reading."""

    def get_permissions(self) -> list[Any]:
        return [IsSignedIn() if self.request.method == "GET" else IsClient()]

    @extend_schema(responses=serializers.OwnReviewOutput)
    def get(self, request: Request, session_id: UUID) -> Response:
        user = signed_in(request)
        session, review = selectors.review_of(user, session_id)
        is_paid = session.state == State.ENDED and session.billable_s > 0
        mine = user.pk == session.client_id
        return Response(
            {
                "review": serializers.review(review) if review else None,
                "may_write": mine and review is None and is_paid,
                "may_change": mine
                and review is not None
                and reviews.may_change(review, at=clock.now()),
                "may_reply": not mine and review is not None and review.hidden_at is None,
            }
        )

    @extend_schema(request=serializers.ReviewInput, responses={201: serializers.ReviewOutput})
    @idempotent
    def post(self, request: Request, key: str, session_id: UUID) -> Response:
        review = reviews.write(
            client=signed_in(request), session_id=session_id, at=clock.now(), **_said(request)
        )
        return Response(serializers.review(review), status=status.HTTP_201_CREATED)

    @extend_schema(request=serializers.ReviewInput, responses=serializers.ReviewOutput)
    def put(self, request: Request, session_id: UUID) -> Response:
        review = reviews.change(
            client=signed_in(request), session_id=session_id, at=clock.now(), **_said(request)
        )
        return Response(serializers.review(review))


class ReviewReplyView(APIView):
    """PUT /api/v1/sessions/{id}/review/reply/ : the reader's answer to a review."""

    permission_classes = [IsReader]

    @extend_schema(request=serializers.ReplyInput, responses=serializers.ReviewOutput)
    def put(self, request: Request, session_id: UUID) -> Response:
        asked = serializers.ReplyInput(data=request.data)
        asked.is_valid(raise_exception=True)
        review = reviews.reply(
            reader=signed_in(request),
            session_id=session_id,
            text=asked.validated_data["text"],
            at=clock.now(),
        )
        return Response(serializers.review(review))


def _said(request: Request) -> dict[str, Any]:
    asked = serializers.ReviewInput(data=request.data)
    asked.is_valid(raise_exception=True)
    return dict(asked.validated_data)
