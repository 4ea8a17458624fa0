"""Where the staff pages of cases are, under /staff/disputes/."""

from __future__ import annotations

from django.urls import path

from admin_portal.evidence import views

urlpatterns = [
    path("", views.queue, name="disputes"),
    path("<uuid:dispute_id>/", views.case, name="dispute"),
    path("<uuid:dispute_id>/preview/", views.preview, name="preview_dispute"),
    path("<uuid:dispute_id>/resolve/", views.resolve, name="resolve_dispute"),
    path("<uuid:dispute_id>/approve/", views.approve, name="approve_dispute"),
    path("<uuid:dispute_id>/refuse/", views.refuse, name="refuse_dispute"),
    path("<uuid:dispute_id>/notes/", views.note, name="note_dispute"),
    path("<uuid:dispute_id>/words/", views.words, name="dispute_words"),
    path("<uuid:dispute_id>/export/", views.export, name="export_dispute"),
]
