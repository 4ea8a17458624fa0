"""How gifts and leaderboards look through the API. Cents, UTC."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from live.models import GiftKind
from live.serializers import WholeNumber

LIMIT_CENTS_MAX = 10_000_000
QUOTE_CHARS_MAX = 400


class GiftKindOutput(serializers.Serializer[Any]):
    """One gift of the tray. ``quote`` goes back with the gift: what was shown is charged."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    name = serializers.CharField()
    price_cents = serializers.IntegerField()
    art_url = serializers.CharField()
    animation = serializers.ChoiceField(GiftKind.Animation.choices)
    grand = serializers.BooleanField()
    quote = serializers.CharField()
    quote_expires_at = serializers.DateTimeField()


class GiftInput(serializers.Serializer[None]):
    """A gift. ``gift_id`` is chosen by the caller and makes a retry the same gift."""

    gift_id = serializers.UUIDField(
        required=False,
        help_text="May be left out when an Idempotency-Key is sent: then that stands for it.",
    )
    kind_id = serializers.UUIDField()
    quote = serializers.CharField(max_length=QUOTE_CHARS_MAX)
    anonymous = serializers.BooleanField(default=False)


class DrawnOutput(serializers.Serializer[Any]):
    """How a gift looks, and what it cost."""

    code = serializers.CharField()
    name = serializers.CharField()
    art_url = serializers.CharField()
    animation = serializers.ChoiceField(GiftKind.Animation.choices)
    grand = serializers.BooleanField()
    price_cents = serializers.IntegerField()


class GiftOutput(serializers.Serializer[Any]):
    """A gift that was paid, for its sender."""

    id = serializers.UUIDField()
    stream_id = serializers.UUIDField()
    gift = DrawnOutput()
    sender_name = serializers.CharField()
    anonymous = serializers.BooleanField()
    combo = serializers.IntegerField()
    price_cents = serializers.IntegerField()
    currency = serializers.CharField()
    at = serializers.DateTimeField()
    total_cents = serializers.IntegerField(help_text="What the stream was given so far.")
    available_cents = serializers.IntegerField(help_text="What the sender can spend now.")


class PassInput(serializers.Serializer[None]):
    """What the client was shown at the door; another price by now is a 409."""

    price_cents = WholeNumber(min_value=1, required=False)


class PassOutput(serializers.Serializer[Any]):
    """A paid entrance."""

    id = serializers.UUIDField()
    stream_id = serializers.UUIDField()
    price_cents = serializers.IntegerField()
    currency = serializers.CharField()
    at = serializers.DateTimeField()
    available_cents = serializers.IntegerField(help_text="What the client can spend now.")


class LimitInput(serializers.Serializer[None]):
    """At most so much in 24 hours; null: no limit."""

    cents = WholeNumber(min_value=0, max_value=LIMIT_CENTS_MAX, allow_null=True)


class LimitOutput(serializers.Serializer[Any]):
    """``next_cents`` holds from ``raised_at`` on, when a rise is under way."""

    cents = serializers.IntegerField(allow_null=True)
    next_cents = serializers.IntegerField(allow_null=True)
    raised_at = serializers.DateTimeField(allow_null=True)
    given_cents = serializers.IntegerField(help_text="Given in the last 24 hours.")
    currency = serializers.CharField()


class SpanInput(serializers.Serializer[None]):
    """Of this stream, or of all streams of its host."""

    span = serializers.ChoiceField(["session", "all"], default="session")


class PlaceOutput(serializers.Serializer[Any]):
    """One line. Those who gave anonymously share one, without an id."""

    place = serializers.IntegerField()
    name = serializers.CharField()
    user_id = serializers.UUIDField(allow_null=True)
    total_cents = serializers.IntegerField()


class OwnPlaceOutput(serializers.Serializer[Any]):
    """The asker's own. ``place`` is null when they gave nothing under their name."""

    place = serializers.IntegerField(allow_null=True)
    total_cents = serializers.IntegerField()
    anonymous_cents = serializers.IntegerField()


class GoalOutput(serializers.Serializer[Any]):
    """What the host hopes for, and how much is there."""

    title = serializers.CharField()
    cents = serializers.IntegerField()
    reached_cents = serializers.IntegerField()


class LeaderboardOutput(serializers.Serializer[Any]):
    """Who gave most. ``total_cents`` is all that was given, beyond the ten places too."""

    span = serializers.CharField()
    rows = PlaceOutput(many=True)
    total_cents = serializers.IntegerField()
    goal = GoalOutput(allow_null=True)
    you = OwnPlaceOutput()
    currency = serializers.CharField()
