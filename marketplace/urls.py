"""Pages of the marketplace."""

from __future__ import annotations

from django.urls import path

from marketplace import dispute_views, views, words

app_name = "marketplace"

urlpatterns = [
    path("", views.home, name="home"),
    path("readers/", views.readers, name="readers"),
    path("readers/<slug:slug>/", views.reader, name="reader"),
    path("sessions/<uuid:session_id>/dispute/", dispute_views.dispute, name="dispute"),
    path("favourites/", views.favourites, name="favourites"),
    path("settings/", views.settings_page, name="settings"),
    path("how-paying-works/", words.how_paying_works, name="how_paying_works"),
    path("help/", words.help_page, name="help"),
    path("terms/", words.terms, name="terms"),
    path("privacy/", words.privacy, name="privacy"),
]
