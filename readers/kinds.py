"""The kinds of a reading, and the words a profile may use."""

from __future__ import annotations

from typing import Final

from django.db import models


class Kind(models.TextChoices):
    """How a reading is held. Chat goes through our socket, voice and video peer to peer."""

    CHAT = "chat", "Chat"
    VOICE = "voice", "Voice"
    VIDEO = "video", "Video"


SPECIALTIES_MAX: Final = 8

SPECIALTIES: Final = {
    "tarot": "Tarot",
    "astrology": "Astrology",
    "numerology": "Numerology",
    "runes": "Runes",
    "dreams": "Dreams",
    "mediumship": "Mediumship",
    "palmistry": "Palmistry",
    "love": "Love and relationships",
    "career": "Career and purpose",
    "energy": "Energy and healing",
    "past-lives": "Past lives",
    "pets": "Animal companions",
}

LANGUAGES: Final = {
    "en": "English",
    "es": "Spanish",
    "de": "German",
    "da": "Danish",
    "it": "Italian",
    "fr": "French",
    "pt": "Portuguese",
    "ru": "Russian",
    "he": "Hebrew",
    "ar": "Arabic",
    "hi": "Hindi",
    "zh": "Chinese",
}
