"""Where the staff pages are, under /staff/."""

from __future__ import annotations

from django.urls import include, path

from admin_portal.views import (
    audit,
    diagnostics,
    features,
    flags,
    overview,
    people,
    readers,
    sessions,
)

app_name = "admin_portal"
urlpatterns = [
    path("", overview.home, name="home"),
    path("people/", people.people, name="people"),
    path("people/<uuid:user_id>/", people.person, name="person"),
    path("people/<uuid:user_id>/freeze/", people.freeze, name="freeze"),
    path("people/<uuid:user_id>/thaw/", people.thaw, name="thaw"),
    path("people/<uuid:user_id>/invite/", people.invite_again, name="invite_again"),
    path("disputes/", include("admin_portal.evidence.urls")),
    path("people/<uuid:user_id>/publish/", readers.publish, name="publish_reader"),
    path("people/<uuid:user_id>/hide/", readers.hide, name="hide_reader"),
    path("people/<uuid:user_id>/rates/", readers.set_rates, name="set_rates"),
    path("people/<uuid:user_id>/vetting/<slug:kind>/", readers.confirm, name="confirm_vetting"),
    path(
        "people/<uuid:user_id>/vetting/<slug:kind>/take-back/",
        readers.take_back,
        name="take_back_vetting",
    ),
    path("sessions/", sessions.sessions, name="sessions"),
    path("sessions/<uuid:session_id>/", sessions.session, name="session"),
    path("sessions/<uuid:session_id>/end/", sessions.end, name="end_session"),
    path("diagnostics/", diagnostics.diagnostics, name="diagnostics"),
    path("diagnostics/error-test/", diagnostics.error_test, name="error_test"),
    path("flags/", flags.flags_page, name="flags"),
    path("bank-disputes/", include("admin_portal.bank_urls")),
    path("reports/", include("admin_portal.report_urls")),
    path("flags/<uuid:flag_id>/clear/", flags.clear_flag, name="clear_flag"),
    path("flags/<uuid:flag_id>/confirm/", flags.confirm_flag, name="confirm_flag"),
    path("audit/", audit.audit_page, name="audit"),
    path("audit.csv", audit.audit_csv, name="audit_csv"),
    path("features/", features.features_page, name="features"),
    path("features/<slug:name>/", features.switch, name="switch_feature"),
    path("readers/new/", people.new_reader, name="new_reader"),
    path("", include("admin_portal.money_urls")),
]
