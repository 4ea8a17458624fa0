"""Where the staff pages are, under /staff/."""

from __future__ import annotations

from django.urls import include, path

from admin_portal.views import audit, features, flags, overview, people

app_name = "admin_portal"
urlpatterns = [
    path("", overview.home, name="home"),
    path("people/", people.people, name="people"),
    path("people/<uuid:user_id>/", people.person, name="person"),
    path("people/<uuid:user_id>/freeze/", people.freeze, name="freeze"),
    path("people/<uuid:user_id>/thaw/", people.thaw, name="thaw"),
    path("people/<uuid:user_id>/invite/", people.invite_again, name="invite_again"),
    path("disputes/", include("admin_portal.evidence.urls")),
    path("flags/", flags.flags_page, name="flags"),
    path("flags/<uuid:flag_id>/clear/", flags.clear_flag, name="clear_flag"),
    path("flags/<uuid:flag_id>/confirm/", flags.confirm_flag, name="confirm_flag"),
    path("audit/", audit.audit_page, name="audit"),
    path("audit.csv", audit.audit_csv, name="audit_csv"),
    path("features/", features.features_page, name="features"),
    path("features/<slug:name>/", features.switch, name="switch_feature"),
    path("readers/new/", people.new_reader, name="new_reader"),
    path("", include("admin_portal.money_urls")),
]
