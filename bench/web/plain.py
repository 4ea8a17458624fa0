"""The peer of B5: what one would write first, a ModelSerializer behind a ListAPIView.

The same server, settings, middleware and data as ours; mounted as a WSGI entry of its own.
"""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
application = get_wsgi_application()

from django.conf import settings  # noqa: E402
from django.urls import path  # noqa: E402
from rest_framework import generics, pagination, permissions, serializers  # noqa: E402

from readers.models import ReaderProfile  # noqa: E402


class PlainReader(serializers.ModelSerializer[ReaderProfile]):
    display_name = serializers.CharField(source="user.display_name")

    class Meta:
        model = ReaderProfile
        fields = (
            "user_id", "slug", "display_name", "headline", "specialties", "languages",
            "years_experience", "photo", "portrait", "rate_chat_cents", "rate_voice_cents",
            "rate_video_cents", "rating_sum", "rating_count", "readings_count", "is_automated",
        )  # fmt: skip


class Pages(pagination.CursorPagination):
    page_size = 20
    ordering = "-published_at"


class PlainReaders(generics.ListAPIView[ReaderProfile]):
    permission_classes = [permissions.AllowAny]
    serializer_class = PlainReader
    pagination_class = Pages
    queryset = ReaderProfile.objects.filter(published_at__isnull=False).select_related("user")


urlpatterns = [path("api/v1/readers/", PlainReaders.as_view())]
settings.ROOT_URLCONF = "bench.web.plain"
