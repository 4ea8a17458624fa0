from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.template import Context, Template

from backend.accounts.sign_up import SignUpExtras
from marketplace.templatetags import faces


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ana Belmonte", "AB"),
        ("Ravenna Maria Okafor-Lindqvist", "RO"),
        ("ilse", "I"),
        ("نور الأمين", "نا"),
    ],
)
def test_a_face_without_a_picture_shows_initials(name: str, shown: str) -> None:
    assert faces.initials(name) == shown


def test_a_face_without_a_name_shows_something() -> None:
    assert faces.initials("  ") == faces.initials(None) != ""


def test_a_review_shows_a_first_name_and_one_letter() -> None:
    assert faces.shown_name("Maya Delacroix") == "Maya D."
    assert faces.shown_name("Maya") == "Maya"


def test_what_may_be_spent_is_cash_and_promo_but_not_what_is_held() -> None:
    balance = SimpleNamespace(cash_cents=700, promo_cents=300, held_cents=5_000)

    assert faces.spendable(balance) == 1_000
    assert faces.spendable(None) is None


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537 Chrome/156 Safari/537",
            "Chrome on Linux",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19 like Mac OS X) Safari/604", "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/150 Safari/537 Edg/150", "Edge on Windows"),
        ("curl/8", "A browser"),
    ],
)
def test_a_browser_is_named_in_words(agent: str, words: str) -> None:
    assert faces.browser_words(agent) == words


def test_a_status_is_told_in_the_words_that_the_page_script_writes() -> None:
    assert [faces.status_word(s) for s in ("online", "busy", "offline", "odd")] == [
        "Online",
        "In a reading",
        "Offline",
        "Offline",
    ]


def test_a_refused_field_says_why_beside_it_and_to_screen_readers() -> None:
    form = SignUpExtras({"display_name": "M", "is_adult": ""})
    form.is_valid()

    page = Template('{% include "components/form_fields.html" %}').render(Context({"form": form}))

    assert 'role="alert"' in page
    assert 'aria-invalid="true"' in page
    assert "SoulSeer is for adults, 18 and over." in page
    assert page.count('id="id_display_name_error"') == 1


def test_what_people_typed_is_escaped_in_a_field() -> None:
    form = SignUpExtras({"display_name": '"><script>alert(1)</script>'})
    form.is_valid()

    page = Template('{% include "components/form_fields.html" %}').render(Context({"form": form}))

    assert "<script>" not in page
