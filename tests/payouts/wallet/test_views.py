"""The wallet's pages beside the activity."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from backend.accounts.announcements import EmailChanged
from backend.accounts.models import Exclusion, SpendLimit
from backend.core.announcements import announce
from payouts.models import AutoReload, SavedCard, Withdrawal
from payouts.wallet.services import cards
from tests import builders
from tests.payouts.wallet.conftest import Purse
from tests.payouts.wallet.services.test_codes import a_code

pytestmark = [pytest.mark.sandbox, pytest.mark.django_db]
PAGES = ("cards", "limits", "withdraw", "codes")


@pytest.fixture
def browser(purse: Purse) -> Client:
    browser = Client()
    browser.force_login(purse.client)
    return browser


def text(answer: Any) -> str:
    return str(answer.content.decode())


def post(browser: Client, page: str, **fields: Any) -> Any:
    return browser.post(f"/wallet/{page}", fields, secure=True, follow=True)


def test_an_empty_page_gives_a_next_step_and_no_inline_style(browser: Client) -> None:
    empty = {
        "cards": "No card is saved.",
        "limits": "No limit.",
        "withdraw": "Nothing to send back",
        "codes": "You have no credit from codes now.",
    }
    for page, words in empty.items():
        answer = browser.get(f"/wallet/{page}/", secure=True)
        assert answer.status_code == 200
        assert words in text(answer)
        assert "style=" not in text(answer)


def test_a_card_is_shown_preferred_and_removed(purse: Purse, browser: Client) -> None:
    first, second = purse.save_card(), purse.save_card("5555555555554444")
    shown = text(browser.get("/wallet/cards/", secure=True))
    assert "Visa ending 4242" in shown
    assert "Mastercard ending 4444" in shown
    assert f'<option value="{first.pk}">' in text(browser.get("/wallet/", secure=True))
    post(browser, f"cards/{second.pk}/", act="prefer")
    post(browser, f"cards/{first.pk}/", act="remove")
    assert SavedCard.objects.get(removed_at=None).pk == second.pk
    assert browser.post(f"/wallet/cards/{uuid4()}/", secure=True).status_code == 404


def test_the_way_back_from_the_page_that_saves_a_card_shows_it(
    purse: Purse, browser: Client
) -> None:
    setup = cards.begin(client=purse.client, consents=True, at=purse.at)
    purse.till.sandbox.pay(str(setup.checkout_session_id))
    answer = browser.get("/wallet/cards/return/", secure=True, follow=True)
    assert "Visa ending 4242" in text(answer)


def test_auto_reload_is_turned_on_with_consent_and_off(purse: Purse, browser: Client) -> None:
    wish = {
        "amount_cents": "20",
        "below_cents": "10",
        "daily_cap_cents": "60.00",
        "card": purse.save_card().pk,
    }
    assert "Look at the marked field" in text(post(browser, "cards/", **wish))
    assert not AutoReload.objects.exists()
    done = post(browser, "cards/", **wish, consents="on")
    assert "Auto-reload is on." in text(done)
    assert AutoReload.objects.get(is_on=True).amount_cents == 2_000
    low = post(browser, "cards/", **{**wish, "below_cents": "21"}, consents="on")
    assert "The trigger is at most the amount" in text(low)
    post(browser, "cards/", act="off")
    assert not AutoReload.objects.get().is_on


def test_limits_fall_and_rise_in_words(purse: Purse, browser: Client) -> None:
    assert "Your limit holds from now on." in text(
        post(browser, "limits/", span="week", cents="150")
    )
    assert "It rises on" in text(post(browser, "limits/", span="week", cents=""))
    wrong = post(browser, "limits/", span="week", cents="-1")
    assert wrong.status_code == 422
    assert SpendLimit.objects.get().cents == 15_000
    assert 'of <span class="num">$150.00</span>' in text(browser.get("/wallet/", secure=True))


def test_a_pause_wants_a_tick_and_is_not_shortened(purse: Purse, browser: Client) -> None:
    assert "tick that you understand" in text(post(browser, "limits/exclusion/", length="7"))
    assert not Exclusion.objects.exists()
    done = post(browser, "limits/exclusion/", length="7", agrees="on")
    assert "You excluded yourself" in text(done)
    assert "data-add-funds" not in text(done)
    shorter = post(browser, "limits/exclusion/", length="1", agrees="on")
    assert "The one that holds already is longer." in text(shorter)
    assert Exclusion.objects.count() == 1


def test_money_goes_back_after_the_password_was_asked(purse: Purse, browser: Client) -> None:
    purse.top_up(2_000)
    page = browser.get("/wallet/withdraw/", secure=True)
    assert "up to $20.00" in text(page)
    key = page.context["form"].initial["key"]
    asked = browser.post("/wallet/withdraw/", {"cents": "5", "key": key}, secure=True)
    assert asked.headers["Location"].startswith("/accounts/reauthenticate/")
    assert not Withdrawal.objects.exists()
    resumed = browser.post(
        asked.headers["Location"],
        {"password": builders.PASSWORD, "next": "/wallet/withdraw/"},
        secure=True,
        follow=True,
    )
    assert "$5.00 is on its way back." in text(resumed)
    assert Withdrawal.objects.get().cents == 500
    again = browser.get("/wallet/withdraw/", secure=True)
    assert "Once in 24 hours" in text(again)
    assert "$5.00 to Visa ending 4242: being sent" in text(again)


def test_the_page_says_until_when_another_e_mail_holds_the_money(
    purse: Purse, browser: Client
) -> None:
    purse.top_up(2_000)
    announce(EmailChanged(user_id=purse.client.pk, at=purse.at))

    page = browser.get("/wallet/withdraw/", secure=True)

    until = purse.at + timedelta(hours=48)
    assert f"from {until:%-d %B %Y, %H:%M} UTC" in text(page)
    assert "Send it back" not in text(page)


def test_a_code_is_typed_and_its_credit_shown_with_its_end(purse: Purse, browser: Client) -> None:
    a_code(purse.at - timedelta(days=1))
    assert "Check the letters" in text(post(browser, "codes/", code="NOPE"))
    done = text(post(browser, "codes/", code="moonrise"))
    assert "The credit is in your wallet." in done
    assert "Until" in done
    assert "$10.00" in done


def test_readers_have_no_wallet(purse: Purse) -> None:
    browser = Client()
    browser.force_login(builders.a_reader(at=purse.at).user)
    for page in PAGES:
        assert browser.get(f"/wallet/{page}/", secure=True).status_code == 403
