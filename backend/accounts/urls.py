"""Where the pages of accounts are (those of sign-in itself are django-allauth's)."""

from __future__ import annotations

from django.urls import path

from backend.accounts import views

app_name = "accounts"
urlpatterns = [
    path("settings/blocked/", views.blocked, name="blocked"),
    path("demo/sign-in/", views.demo_sign_in, name="demo_sign_in"),
]
