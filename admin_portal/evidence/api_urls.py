"""Where the API doors of cases are, under /api/v1/admin/disputes/."""

from __future__ import annotations

from django.urls import path

from admin_portal.evidence import api

urlpatterns = [
    path("", api.CasesView.as_view(), name="disputes"),
    path("<uuid:dispute_id>/evidence/", api.EvidenceView.as_view(), name="evidence"),
    path("<uuid:dispute_id>/evidence/chat/", api.WordsView.as_view(), name="evidence_words"),
    path("<uuid:dispute_id>/preview/", api.PreviewView.as_view(), name="preview"),
    path("<uuid:dispute_id>/resolve/", api.ResolveView.as_view(), name="resolve"),
    path("<uuid:dispute_id>/approve/", api.ApproveView.as_view(), name="approve"),
    path("<uuid:dispute_id>/refuse/", api.RefuseView.as_view(), name="refuse"),
]
