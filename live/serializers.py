"""How readings look through the API. Cents, whole seconds, UTC."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from live import selectors
from live.addresses import receipt_url, room_url
from live.models import QUESTION_CHARS_MAX, ChatMessage, ReadingSession
from live.states import Peer, State, cause_of
from readers.kinds import Kind

_CENTS_MAX = 10_000_000


class WholeNumber(serializers.IntegerField):
    """A JSON integer and nothing that merely looks like one."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return super().to_internal_value(data)


class RequestInput(serializers.Serializer[None]):
    """What a client asks for."""

    reader_id = serializers.UUIDField()
    kind = serializers.ChoiceField(Kind.choices)
    spend_cap_cents = WholeNumber(
        min_value=1, max_value=_CENTS_MAX, required=False, allow_null=True
    )
    question = serializers.CharField(
        max_length=QUESTION_CHARS_MAX, required=False, allow_blank=True, default=""
    )
    rate_per_minute_cents = WholeNumber(
        min_value=1,
        max_value=_CENTS_MAX,
        required=False,
        help_text="The rate that the client has seen; another one by now is a 409.",
    )


class CapInput(serializers.Serializer[None]):
    """The new spend cap."""

    spend_cap_cents = WholeNumber(min_value=1, max_value=_CENTS_MAX)


class NoInput(serializers.Serializer[None]):
    """An empty object."""


class PersonOutput(serializers.Serializer[Any]):
    """One of the two."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    photo_url = serializers.CharField(allow_null=True)


class SessionOutput(serializers.Serializer[Any]):
    """One reading, as one of its two people sees it.

    ``total_cents`` is what the client paid; ``earned_cents`` is null for the client.
    """

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(Kind.choices)
    state = serializers.ChoiceField(State.choices)
    pause = serializers.CharField(allow_null=True)
    reason = serializers.CharField(allow_null=True)
    cause = serializers.CharField(allow_null=True)
    version = serializers.IntegerField()
    role = serializers.ChoiceField([peer.value for peer in Peer])
    reader_id = serializers.UUIDField()
    reader = PersonOutput()
    client = PersonOutput()
    question = serializers.CharField(allow_blank=True)
    rate_per_minute_cents = serializers.IntegerField()
    currency = serializers.CharField()
    cap_cents = serializers.IntegerField(allow_null=True)
    billed_seconds = serializers.IntegerField()
    total_cents = serializers.IntegerField()
    earned_cents = serializers.IntegerField(allow_null=True)
    deadline_at = serializers.DateTimeField(allow_null=True)
    requested_at = serializers.DateTimeField()
    accepted_at = serializers.DateTimeField(allow_null=True)
    started_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    url = serializers.CharField()
    receipt_url = serializers.CharField()


class SessionPage(serializers.Serializer[Any]):
    """A page of readings."""

    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = SessionOutput(many=True)


class MinuteOutput(serializers.Serializer[Any]):
    """One charge: seconds ``from_s`` to ``to_s`` of the reading."""

    at = serializers.DateTimeField()
    from_s = serializers.IntegerField()
    to_s = serializers.IntegerField()
    cents = serializers.IntegerField()
    reader_cents = serializers.IntegerField(required=False)


class StretchOutput(serializers.Serializer[Any]):
    """A stretch in which both were connected."""

    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField()
    billed_s = serializers.IntegerField()


class CreditOutput(serializers.Serializer[Any]):
    """Money that came back: when, how much, why where the product gave it by itself."""

    at = serializers.DateTimeField()
    cents = serializers.IntegerField()
    words = serializers.CharField(allow_blank=True)


class MinutesOutput(serializers.Serializer[Any]):
    """All the charges of a reading, oldest first."""

    results = MinuteOutput(many=True)


class MessageOutput(serializers.ModelSerializer[ChatMessage]):
    """One chat message."""

    message_id = serializers.UUIDField(source="id")

    class Meta:
        model = ChatMessage
        fields = ["message_id", "key", "sender", "text", "at", "delivered_at", "read_at"]


class MessagePage(serializers.Serializer[Any]):
    """A page of messages."""

    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = MessageOutput(many=True)


class ReceiptOutput(serializers.Serializer[Any]):
    """What a reading cost; the lines add up to the total."""

    session = SessionOutput()
    cause = serializers.CharField(allow_blank=True)
    cause_words = serializers.CharField()
    lines = MinuteOutput(many=True)
    credits = CreditOutput(many=True)
    stretches = StretchOutput(many=True)
    billed_seconds = serializers.IntegerField()
    free_seconds = serializers.IntegerField()
    total_cents = serializers.IntegerField()
    released_cents = serializers.IntegerField()
    refunded_cents = serializers.IntegerField()
    earned_cents = serializers.IntegerField(allow_null=True)
    currency = serializers.CharField()


class IceServer(serializers.Serializer[Any]):
    """One entry of RTCConfiguration.iceServers."""

    urls = serializers.ListField(child=serializers.CharField())
    username = serializers.CharField(required=False)
    credential = serializers.CharField(required=False)


class IceOutput(serializers.Serializer[Any]):
    """What a browser's RTCPeerConnection is made with."""

    ice_servers = IceServer(many=True)
    ice_policy = serializers.ChoiceField(["all", "relay"])
    expires_at = serializers.DateTimeField()


def shown(session: ReadingSession, user: Any) -> dict[str, Any]:
    """``session`` for ``user``, in the shape of ``SessionOutput``."""
    role = selectors.role_of(user, session)
    peer = selectors.peer_in(session, user)
    own_card = {"id": user.id, "name": user.display_name, "photo_url": None}
    peer_id = session.reader_id if role is Peer.CLIENT else session.client_id
    other = {"id": peer_id, "name": peer.name, "photo_url": peer.photo_url}
    return {
        "id": session.id,
        "kind": session.kind,
        "state": session.state,
        "pause": session.pause or None,
        "reason": session.reason or None,
        "cause": cause_of(session.state, session.reason) or None,
        "version": session.version,
        "role": role.value,
        "reader_id": session.reader_id,
        "reader": other if role is Peer.CLIENT else own_card,
        "client": own_card if role is Peer.CLIENT else other,
        "question": session.question,
        "rate_per_minute_cents": session.rate_per_minute_cents,
        "currency": session.currency,
        "cap_cents": session.cap_cents,
        "billed_seconds": session.billable_s,
        "total_cents": session.captured_cents,
        "earned_cents": session.reader_total_cents if role is Peer.READER else None,
        "deadline_at": session.deadline_at,
        "requested_at": session.requested_at,
        "accepted_at": session.accepted_at,
        "started_at": session.started_at,
        "ended_at": session.ended_at,
        "url": room_url(session.id),
        "receipt_url": receipt_url(session.id),
    }
