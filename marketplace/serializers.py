"""What the marketplace's API takes and gives."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from marketplace.models import REPLY_CHARS_MAX, TEXT_CHARS_MAX, Review


class ReviewInput(serializers.Serializer[None]):
    """Stars and a few words."""

    stars = serializers.IntegerField(min_value=1, max_value=5)
    text = serializers.CharField(
        max_length=TEXT_CHARS_MAX, required=False, allow_blank=True, default=""
    )


class ReplyInput(serializers.Serializer[None]):
    """The reader's answer; an empty one takes it back."""

    text = serializers.CharField(max_length=REPLY_CHARS_MAX, allow_blank=True)


class ReviewOutput(serializers.Serializer[None]):
    """One review as everybody sees it."""

    id = serializers.UUIDField()
    reader_id = serializers.UUIDField()
    client_name = serializers.CharField()
    stars = serializers.IntegerField()
    text = serializers.CharField(allow_blank=True)
    kind = serializers.CharField()
    billed_seconds = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    edited_at = serializers.DateTimeField(allow_null=True)
    reply = serializers.CharField(allow_blank=True)
    replied_at = serializers.DateTimeField(allow_null=True)


class ReviewListOutput(serializers.Serializer[None]):
    """A page of reviews."""

    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = ReviewOutput(many=True)


class OwnReviewOutput(serializers.Serializer[None]):
    """The review of one reading for its two people, and what they may still do."""

    review = ReviewOutput(allow_null=True)
    may_write = serializers.BooleanField()
    may_change = serializers.BooleanField()
    may_reply = serializers.BooleanField()


class FavouriteOutput(serializers.Serializer[None]):
    """A favourite."""

    reader_id = serializers.UUIDField()
    is_favourite = serializers.BooleanField()


def shown_name(display_name: str) -> str:
    """``Maya Delacroix`` -> ``Maya D.``: a review shows no more of its author."""
    words = display_name.split()
    return f"{words[0]} {words[-1][0]}." if len(words) > 1 else display_name


def review(row: Review) -> dict[str, Any]:
    """One review as plain values."""
    return {
        "id": row.id,
        "reader_id": row.reader_id,
        "client_name": shown_name(row.client.display_name),
        "stars": row.stars,
        "text": row.text,
        "kind": row.kind,
        "billed_seconds": row.billed_s,
        "created_at": row.created_at,
        "edited_at": row.edited_at,
        "reply": row.reply,
        "replied_at": row.replied_at,
    }
