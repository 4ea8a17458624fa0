"""What the readers' API takes and gives."""

from __future__ import annotations

from rest_framework import serializers

from backend.core.validation import CentsField
from readers.kinds import LANGUAGES, SPECIALTIES, SPECIALTIES_MAX, Kind

_STATUSES = ["online", "busy", "offline"]


class Rates(serializers.Serializer[None]):
    """Cents a minute; null: not offered."""

    chat_cents = serializers.IntegerField(allow_null=True)
    voice_cents = serializers.IntegerField(allow_null=True)
    video_cents = serializers.IntegerField(allow_null=True)


class ReaderCard(serializers.Serializer[None]):
    """A reader in a list."""

    id = serializers.UUIDField()
    slug = serializers.CharField()
    display_name = serializers.CharField()
    headline = serializers.CharField(allow_blank=True)
    specialties = serializers.ListField(child=serializers.CharField())
    languages = serializers.ListField(child=serializers.CharField())
    years_experience = serializers.IntegerField()
    photo_url = serializers.CharField(allow_null=True)
    status = serializers.ChoiceField(_STATUSES)
    kinds_online = serializers.ListField(child=serializers.ChoiceField(Kind.choices))
    rates = Rates()
    currency = serializers.CharField()
    rating = serializers.FloatField(allow_null=True)
    rating_count = serializers.IntegerField()
    readings_count = serializers.IntegerField()
    is_automated = serializers.BooleanField()


class ReaderListOutput(serializers.Serializer[None]):
    """A page of readers."""

    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = ReaderCard(many=True)


class ReaderDetail(ReaderCard):
    """A reader's public page."""

    bio = serializers.CharField(allow_blank=True)


class Wishes(serializers.Serializer[None]):
    """For which kinds a reader wants to be called."""

    chat = serializers.BooleanField()
    voice = serializers.BooleanField()
    video = serializers.BooleanField()


class OwnProfileOutput(ReaderDetail):
    """A reader's own page, with what only they see."""

    wishes = Wishes()
    offline_reason = serializers.CharField(allow_blank=True)
    relay_only = serializers.BooleanField()


class ProfileInput(serializers.Serializer[None]):
    """The reader's own words. All fields are optional."""

    headline = serializers.CharField(max_length=120, allow_blank=True)
    bio = serializers.CharField(max_length=4_000, allow_blank=True)
    specialties = serializers.ListField(
        child=serializers.ChoiceField(list(SPECIALTIES.items())), max_length=SPECIALTIES_MAX
    )
    languages = serializers.ListField(
        child=serializers.ChoiceField(list(LANGUAGES.items())), max_length=8
    )
    years_experience = serializers.IntegerField(min_value=0, max_value=80)
    relay_only = serializers.BooleanField()


class RatesInput(serializers.Serializer[None]):
    """Rates to change; a field left out keeps its rate, null stops offering the kind."""

    chat_cents = CentsField(allow_null=True, required=False)
    voice_cents = CentsField(allow_null=True, required=False)
    video_cents = CentsField(allow_null=True, required=False)


class StatusInput(serializers.Serializer[None]):
    """Wishes to change; a field left out keeps its wish."""

    chat = serializers.BooleanField(required=False)
    voice = serializers.BooleanField(required=False)
    video = serializers.BooleanField(required=False)
