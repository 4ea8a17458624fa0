"""Where the pages of accounts are (those of sign-in itself are django-allauth's)."""

from __future__ import annotations

from django.urls import path

from backend.accounts import privacy_views, report_views, views

app_name = "accounts"
urlpatterns = [
    path("reports/<uuid:user_id>/", report_views.report, name="report"),
    path("settings/blocked/", views.blocked, name="blocked"),
    path("settings/privacy/", privacy_views.privacy_page, name="privacy"),
    path("settings/privacy/archive/", privacy_views.ask_for_archive, name="ask_for_archive"),
    path("settings/privacy/archive/<str:link>/", privacy_views.archive, name="archive"),
    path("settings/privacy/erase/", privacy_views.erase, name="erase"),
    path("settings/privacy/stay/", privacy_views.stay, name="stay"),
    path("demo/sign-in/", views.demo_sign_in, name="demo_sign_in"),
]
