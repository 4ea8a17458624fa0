from __future__ import annotations

from django.urls import path

from live.streams import gift_api

app_name = "live-gifts-api"
urlpatterns = [
    path("gifts/", gift_api.GiftKindsView.as_view(), name="kinds"),
    path("gifts/limit/", gift_api.LimitView.as_view(), name="limit"),
    path("streams/<uuid:stream_id>/gifts/", gift_api.GiftsView.as_view(), name="gifts"),
    path("streams/<uuid:stream_id>/pass/", gift_api.PassView.as_view(), name="pass"),
    path(
        "streams/<uuid:stream_id>/leaderboard/",
        gift_api.LeaderboardView.as_view(),
        name="leaderboard",
    ),
]
