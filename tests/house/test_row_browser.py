"""Django's admin shows every row and lets nobody, superusers included, write past our rules."""

from __future__ import annotations

from typing import Any, Final

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import RequestFactory

from backend.accounts.models import User
from tests import builders

# What is edited by hand there on purpose; each change is in the audit log.
WRITTEN_BY_HAND: Final = {"GiftKind", "PromoCode"}
REGISTERED: Final = list(admin.site._registry.items())


@pytest.fixture
def request_of_a_superuser(db: None, rf: RequestFactory) -> Any:
    request: Any = rf.get("/django-admin/")
    request.user = User.objects.get(pk=builders.an_admin().pk)
    return request


def test_rows_are_read_only_for_superusers_too(request_of_a_superuser: Any) -> None:
    asked = request_of_a_superuser
    assert asked.user.is_superuser
    writable = {
        model.__name__
        for model, page in REGISTERED
        if page.has_add_permission(asked) or page.has_change_permission(asked)
    }
    assert writable <= WRITTEN_BY_HAND
    assert [m.__name__ for m, page in REGISTERED if page.has_delete_permission(asked)] == []


def test_the_rows_of_money_are_there() -> None:
    named = {model._meta.label for model, _ in REGISTERED}
    money = {"ledger.Movement", "ledger.Pot", "ledger.Lot", "live.ReadingSession", "payouts.TopUp"}

    assert money <= named
    assert all(label.split(".")[0] in _OURS | {"account", "axes"} for label in named)


def test_every_list_and_form_opens(db: None) -> None:
    browser = builders.staff_browser()
    failing = []
    for model, _ in REGISTERED:
        place = f"/django-admin/{model._meta.app_label}/{model._meta.model_name}/"
        if browser.get(f"{place}?q=x").status_code not in {200, 302}:
            failing.append(place)

    assert failing == []
    assert browser.get("/django-admin/").status_code == 200


_OURS: Final = {
    config.label
    for config in apps.get_app_configs()
    if config.name.split(".")[0] in {"backend", "readers", "live", "payouts", "admin_portal"}
}
