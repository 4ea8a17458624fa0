"""Staff make codes in the row browser; everything else of wallets is there to be looked at."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client

from backend.accounts.models import AuditEntry
from backend.ledger import selectors as ledger
from payouts.models import PromoCode
from payouts.wallet.errors import CodeNotValid
from payouts.wallet.services import codes
from tests import builders
from tests.payouts.wallet.services.test_codes import a_code

pytestmark = pytest.mark.django_db
ROWS = "/django-admin/payouts/"


@pytest.fixture
def staff() -> Client:
    return builders.staff_browser()


def fields(at: datetime, **more: object) -> dict[str, object]:
    ends = at + timedelta(days=10)
    wish = {
        "code": "moonrise",
        "cents": 1_000,
        "valid_days": 30,
        "uses_max": 5,
        "starts_at_0": f"{at:%Y-%m-%d}",
        "starts_at_1": f"{at:%H:%M:%S}",
        "ends_at_0": f"{ends:%Y-%m-%d}",
        "ends_at_1": f"{ends:%H:%M:%S}",
        "is_active": "on",
    }
    return {**wish, **more}


def test_a_code_is_made_in_capitals_and_kept_in_the_log(staff: Client, at: datetime) -> None:
    assert staff.post(f"{ROWS}promocode/add/", fields(at)).status_code == 302

    code = PromoCode.objects.get()
    assert (code.code, code.cents, code.uses) == ("MOONRISE", 1_000, 0)
    entry = AuditEntry.objects.get(act="promo_code.create")
    assert (entry.about, entry.facts["cents"]) == (f"promo_code:{code.pk}", 1_000)


def test_what_makes_no_sense_is_said_in_the_form(staff: Client, at: datetime) -> None:
    for wrong in ({"cents": 0}, {"uses_max": -1}, {"code": "a b"}):
        assert staff.post(f"{ROWS}promocode/add/", fields(at, **wrong)).status_code == 200
    assert not PromoCode.objects.exists()


def test_what_a_code_is_worth_is_fixed_once_somebody_has_it(staff: Client, at: datetime) -> None:
    code = a_code(at)
    codes.redeem(client=builders.a_client(at=at), code="MOONRISE", at=at)
    page = f"{ROWS}promocode/{code.pk}/change/"
    assert staff.post(page, fields(at, cents=9_000, uses_max=7)).status_code == 302

    code.refresh_from_db()
    assert (code.cents, code.uses_max, code.uses) == (1_000, 7, 1)
    assert staff.post(f"{ROWS}promocode/{code.pk}/delete/", {"post": "yes"}).status_code == 403


def test_the_rest_is_only_to_be_looked_at(staff: Client) -> None:
    looked_at = ("savedcard", "autoreload", "reload", "withdrawal", "withdrawalpart")
    for rows in (*looked_at, "promoredemption", "withdrawalhold"):
        assert staff.get(f"{ROWS}{rows}/").status_code == 200
        assert staff.get(f"{ROWS}{rows}/add/").status_code == 403


def test_a_code_worth_more_than_one_admin_may_give_waits_for_a_second_one(
    staff: Client, at: datetime
) -> None:
    asked = staff.post(f"{ROWS}promocode/add/", fields(at, cents=50_000, uses_max=40), follow=True)
    assert "more than you may sign alone" in asked.content.decode()
    code = PromoCode.objects.get()
    page = f"{ROWS}promocode/{code.pk}/change/"
    wish = fields(at, cents=50_000, uses_max=40)
    client = builders.a_client(at=at)

    def redeem() -> None:
        codes.redeem(client=client, code="MOONRISE", at=at + timedelta(hours=1))

    assert staff.post(page, wish).status_code == 302, "who made it cannot switch it on"
    with pytest.raises(CodeNotValid):
        redeem()
    assert ledger.balance_of(client.pk).promo_cents == 0

    second = builders.staff_browser()
    assert second.post(page, wish).status_code == 302
    redeem()
    assert ledger.balance_of(client.pk).promo_cents == 50_000
    second.post(page, fields(at, cents=50_000, uses_max=41))
    code.refresh_from_db()
    assert (code.is_active, code.is_signed, code.uses) == (False, False, 1), "more is signed again"


def test_many_small_codes_are_one_large_one_to_the_day_s_limit(staff: Client, at: datetime) -> None:
    for n in range(6):
        wish = fields(at, code=f"SMALL-{n}", cents=10_000, uses_max=1)
        assert staff.post(f"{ROWS}promocode/add/", wish).status_code == 302

    made = PromoCode.objects.order_by("code").values_list("is_active", flat=True)
    assert list(made) == [True] * 5 + [False]
