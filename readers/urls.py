from __future__ import annotations

from django.urls import path

from readers import views

app_name = "readers"

urlpatterns = [
    path("console/profile/", views.profile_form, name="profile_form"),
    path("console/photo/", views.photo_form, name="photo_form"),
]
