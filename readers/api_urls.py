from __future__ import annotations

from django.urls import path

from readers import api

urlpatterns = [
    path("readers/", api.ReaderListView.as_view(), name="api-readers"),
    path("readers/me/", api.OwnProfileView.as_view(), name="api-reader-me"),
    path("readers/me/rates/", api.OwnRatesView.as_view(), name="api-reader-rates"),
    path("readers/me/status/", api.OwnStatusView.as_view(), name="api-reader-status"),
    path("readers/me/photo/", api.OwnPhotoView.as_view(), name="api-reader-photo"),
    path("readers/<uuid:reader_id>/", api.ReaderDetailView.as_view(), name="api-reader"),
]
