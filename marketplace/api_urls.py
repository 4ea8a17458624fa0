from __future__ import annotations

from django.urls import path

from marketplace import api, dispute_api

urlpatterns = [
    path("readers/<uuid:reader_id>/favourite/", api.FavouriteView.as_view(), name="api-favourite"),
    path("readers/<uuid:reader_id>/reviews/", api.ReaderReviewsView.as_view(), name="api-reviews"),
    path(
        "sessions/<uuid:session_id>/dispute/",
        dispute_api.SessionDisputeView.as_view(),
        name="api-dispute",
    ),
    path("sessions/<uuid:session_id>/review/", api.SessionReviewView.as_view(), name="api-review"),
    path(
        "sessions/<uuid:session_id>/review/reply/",
        api.ReviewReplyView.as_view(),
        name="api-review-reply",
    ),
]
