from __future__ import annotations

from django.urls import path

from payouts.disputes import views

app_name = "disputes"
urlpatterns = [
    path("disputes/", views.cases, name="cases"),
    path("disputes/<uuid:dispute_id>/", views.case, name="case"),
    path("disputes/<uuid:dispute_id>/statements/", views.add, name="add"),
    path("disputes/<uuid:dispute_id>/appeal/", views.appeal, name="appeal"),
]
