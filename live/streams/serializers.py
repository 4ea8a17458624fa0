"""How live rooms look through the API. Cents, whole seconds, UTC."""

from __future__ import annotations

from typing import Any, Final

from rest_framework import serializers

from live.models import OWN_WORD_CHARS_MAX, OWN_WORDS_MAX
from live.ports import Grant
from live.serializers import WholeNumber
from live.stream_states import Access, HostIs, StreamRole, StreamState
from live.streams.gift_serializers import GoalOutput
from live.streams.services.details import SLOW_MODE_MAX_S
from live.streams.services.guests import GUESTS_MAX
from readers.kinds import LANGUAGES, SPECIALTIES, Kind

_CENTS_MAX: Final = 10_000_000
_DAY_SECONDS: Final = 86_400


def _addresses() -> serializers.ListField:
    return serializers.ListField(
        child=serializers.EmailField(), required=False, max_length=GUESTS_MAX
    )


class DetailsInput(serializers.Serializer[None]):
    """What a host says about a stream. A draft has no ``scheduled_at``."""

    title = serializers.CharField(max_length=120)
    topic = serializers.ChoiceField(list(SPECIALTIES), required=False, allow_blank=True)
    language = serializers.ChoiceField(list(LANGUAGES), required=False)
    access = serializers.ChoiceField(Access.choices, required=False)
    price_cents = WholeNumber(min_value=1, max_value=_CENTS_MAX, required=False, allow_null=True)
    scheduled_at = serializers.DateTimeField(required=False, allow_null=True)
    goal_title = serializers.CharField(max_length=80, required=False, allow_blank=True)
    goal_cents = WholeNumber(min_value=1, max_value=_CENTS_MAX, required=False, allow_null=True)
    slow_mode_s = WholeNumber(min_value=0, max_value=SLOW_MODE_MAX_S, required=False)
    own_words = serializers.ListField(
        child=serializers.CharField(max_length=OWN_WORD_CHARS_MAX),
        required=False,
        max_length=OWN_WORDS_MAX,
        help_text="Words that are not said in this room, beside the house's list.",
    )
    invited = _addresses()


class StreamInput(DetailsInput):
    """A new stream."""

    moderators = _addresses()


class HostOutput(serializers.Serializer[Any]):
    """Who holds a stream."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    slug = serializers.CharField()
    photo_url = serializers.CharField(allow_null=True)


class TrustedOutput(serializers.Serializer[Any]):
    """A moderator."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class StreamOutput(serializers.Serializer[Any]):
    """One stream, as the asker sees it; the last five only for its host, else null."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    topic = serializers.CharField(allow_blank=True)
    language = serializers.CharField()
    access = serializers.ChoiceField(Access.choices)
    price_cents = serializers.IntegerField(allow_null=True)
    currency = serializers.CharField()
    state = serializers.ChoiceField(StreamState.choices)
    host = HostOutput()
    host_is = serializers.ChoiceField(HostIs.choices)
    back_at = serializers.DateTimeField(allow_null=True)
    scheduled_at = serializers.DateTimeField(allow_null=True)
    started_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    end_reason = serializers.CharField(allow_blank=True)
    viewers = serializers.IntegerField()
    viewers_peak = serializers.IntegerField()
    thumbnail_url = serializers.CharField(allow_null=True)
    url = serializers.CharField()
    slow_mode_s = serializers.IntegerField()
    goal = GoalOutput(allow_null=True)
    gifts_cents = serializers.IntegerField()
    reminded = serializers.BooleanField()
    may_watch = serializers.BooleanField()
    has_pass = serializers.BooleanField()
    earned_cents = serializers.IntegerField(allow_null=True)
    passes_cents = serializers.IntegerField(allow_null=True)
    invited = serializers.ListField(child=serializers.CharField(), allow_null=True)
    moderators = TrustedOutput(many=True, allow_null=True)
    own_words = serializers.ListField(child=serializers.CharField(), allow_null=True)


class StreamPage(serializers.Serializer[Any]):
    """A page of streams."""

    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = StreamOutput(many=True)


class GrantOutput(serializers.Serializer[Any]):
    """What one page needs to send or to watch, once; fields of the other engine are left out."""

    engine = serializers.ChoiceField(["embedded", "agora"])
    role = serializers.ChoiceField(["host", "viewer"])
    token = serializers.CharField()
    expires_at = serializers.DateTimeField()
    url = serializers.CharField(required=False)
    ice_servers = serializers.ListField(child=serializers.DictField(), required=False)
    app_id = serializers.CharField(required=False)
    channel = serializers.CharField(required=False)
    uid = serializers.IntegerField(required=False)
    host_uid = serializers.IntegerField(required=False)


class StartedOutput(serializers.Serializer[Any]):
    """A stream that is live, and its host's grant."""

    stream = StreamOutput()
    grant = GrantOutput()


class EntryOutput(serializers.Serializer[Any]):
    """A stream, what the asker is in it, and their grant."""

    stream = StreamOutput()
    role = serializers.ChoiceField([role.value for role in StreamRole])
    grant = GrantOutput()


class SummaryOutput(serializers.Serializer[Any]):
    """What a stream came to; ``earned_cents`` is null for an admin."""

    seconds = serializers.IntegerField()
    peak_viewers = serializers.IntegerField()
    gifts_count = serializers.IntegerField()
    gifts_cents = serializers.IntegerField()
    passes_cents = serializers.IntegerField()
    earned_cents = serializers.IntegerField(allow_null=True)


class EndedOutput(serializers.Serializer[Any]):
    """A stream that is over."""

    stream = StreamOutput()
    summary = SummaryOutput()


class SilenceInput(serializers.Serializer[None]):
    """Whom to mute, for how long (null: as long as it runs), or to put out."""

    user_id = serializers.UUIDField()
    seconds = WholeNumber(
        min_value=1, max_value=_DAY_SECONDS, required=False, allow_null=True, default=None
    )
    put_out = serializers.BooleanField(required=False, default=False)


class PersonInput(serializers.Serializer[None]):
    """One person."""

    user_id = serializers.UUIDField()


class ReportInput(serializers.Serializer[None]):
    """What is wrong: with a message, or with a person."""

    message_id = serializers.UUIDField(required=False)
    user_id = serializers.UUIDField(required=False)
    reason = serializers.CharField(max_length=300)


class InviteInput(serializers.Serializer[None]):
    """The kind of the reading."""

    kind = serializers.ChoiceField(Kind.choices)


class HandOutput(serializers.Serializer[Any]):
    """A hand that is up."""

    user_id = serializers.UUIDField()
    name = serializers.CharField(source="user.display_name")
    raised_at = serializers.DateTimeField()
    invited_at = serializers.DateTimeField(allow_null=True)


class HandsOutput(serializers.Serializer[Any]):
    """Raised hands, the longest waiting first."""

    results = HandOutput(many=True)


def grant_shown(grant: Grant) -> dict[str, Any]:
    """A grant in the shape of ``GrantOutput``."""
    shown = {
        "engine": grant.engine,
        "role": grant.role,
        "token": grant.token,
        "expires_at": grant.expires_at,
    }
    of_an_engine = {
        "url": grant.url,
        "ice_servers": [dict(server) for server in grant.ice_servers],
        "app_id": grant.app_id,
        "channel": grant.channel,
        "uid": grant.uid,
        "host_uid": grant.host_uid,
    }
    return shown | {name: value for name, value in of_an_engine.items() if value}
