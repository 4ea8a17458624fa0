"""Where the staff pages are, under /staff/."""

from __future__ import annotations

from django.urls import path

from admin_portal import views

app_name = "admin_portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("people/", views.people, name="people"),
    path("people/<uuid:user_id>/", views.person, name="person"),
    path("people/<uuid:user_id>/freeze/", views.freeze, name="freeze"),
    path("people/<uuid:user_id>/thaw/", views.thaw, name="thaw"),
    path("people/<uuid:user_id>/invite/", views.invite_again, name="invite_again"),
    path("flags/", views.flags_page, name="flags"),
    path("flags/<uuid:flag_id>/clear/", views.clear_flag, name="clear_flag"),
    path("flags/<uuid:flag_id>/confirm/", views.confirm_flag, name="confirm_flag"),
    path("readers/new/", views.new_reader, name="new_reader"),
]
