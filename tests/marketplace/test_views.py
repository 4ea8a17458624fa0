from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.test import Client

from backend.accounts.models import User
from backend.core import clock
from live.models import ReadingSession
from marketplace.services import favourites, reviews
from tests import builders
from tests.live.stage import Stage

pytestmark = pytest.mark.django_db

BACKEND = "backend.accounts.backends.StandingBackend"


@pytest.fixture(autouse=True)
def _noon(at: datetime) -> Iterator[None]:
    with clock.frozen(at):
        yield


def page(path: str, user: User | None = None, status: int = 200, **headers: str) -> str:
    browser = Client(headers=headers)
    if user is not None:
        browser.force_login(user, backend=BACKEND)
    answer = browser.get(path)
    assert answer.status_code == status, answer.content
    return answer.content.decode()


def test_the_house_is_open_to_visitors_and_says_who_is_there(at: datetime) -> None:
    builders.a_reader(at=at, name="Ana Belmonte")
    builders.a_reader(at=at, name="Ilse Marchetti", online=False)

    home = page("/")

    assert "One reader is online." in home
    assert "Ana Belmonte" in home
    assert "Ilse Marchetti" not in home
    assert "Sign in" in home


def test_an_empty_house_says_what_to_do(at: datetime) -> None:
    assert "No readers yet" in page("/")
    builders.a_reader(at=at, online=False)
    assert "Nobody is online" in page("/")


def test_a_client_is_greeted_by_their_own_clock(at: datetime) -> None:
    person = builders.a_client(at=at, name="Maya Delacroix")
    person.timezone = "Asia/Tokyo"
    person.save()

    assert "Good evening, Maya" in page("/", person)


def test_a_returning_client_may_continue_where_they_were(
    stage: Stage, paid: ReadingSession
) -> None:
    with clock.frozen(stage.now):
        home = page("/", stage.client)

    assert "Continue with" in home
    assert "by voice" in home


def test_filters_in_the_address_choose_the_readers(at: datetime) -> None:
    builders.a_reader(at=at, name="Cheap Chat", rates=(99, None, None), languages=["es"])
    builders.a_reader(at=at, name="Dear Video", rates=(None, None, 899), specialties=["tarot"])

    def names(query: str) -> list[str]:
        shown = page(f"/readers/?{query}")
        return [name for name in ("Cheap Chat", "Dear Video") if name in shown]

    assert names("") == ["Cheap Chat", "Dear Video"]
    assert names("kind=chat") == ["Cheap Chat"]
    assert names("max_rate=400") == ["Cheap Chat"]
    assert names("min_rate=400") == ["Dear Video"]
    assert names("language=es") == ["Cheap Chat"]
    assert names("specialty=tarot") == ["Dear Video"]
    assert names("q=dear") == ["Dear Video"]
    assert names("kind=voice") == []
    assert "No reader fits all of that" in page("/readers/?kind=voice")


@pytest.mark.parametrize(
    "query",
    ["kind=tea", "max_rate=x", "min_rating=99", "cursor=nonsense", "q=" + "a" * 500],
)
def test_filters_that_make_no_sense_are_left_out(at: datetime, query: str) -> None:
    builders.a_reader(at=at, name="Ana Belmonte")

    assert "Ana Belmonte" in page(f"/readers/?{query}")


def test_the_list_goes_on_by_cursor_and_keeps_the_filters(at: datetime) -> None:
    for number in range(30):
        builders.a_reader(at=at, name=f"Reader No{number:02}", online=False)

    first = page("/readers/?kind=chat")
    link = first.split('id="more">')[1].split('href="')[1].split('"')[0].replace("&amp;", "&")
    rest = page(link, **{"HX-Request": "true"})

    assert "kind=chat" in link
    assert first.count("<article") == 24
    assert rest.count("<article") == 6
    assert "<html" not in rest


def test_htmx_gets_the_results_and_the_count_alone(at: datetime) -> None:
    builders.a_reader(at=at, name="Ana Belmonte")

    part = page("/readers/", **{"HX-Request": "true"})

    assert "<html" not in part
    assert 'hx-swap-oob="innerHTML"' in part
    assert "Ana Belmonte" in part


def test_a_readers_page_shows_rates_reviews_and_the_way_to_ask(
    stage: Stage, paid: ReadingSession
) -> None:
    reviews.write(
        client=stage.client, session_id=paid.id, stars=5, text="<b>Bold</b> words.", at=stage.now
    )
    reviews.reply(reader=stage.reader, session_id=paid.id, text="Thank you.", at=stage.now)
    builders.be_online(stage.profile, at=stage.now)

    with clock.frozen(stage.now):
        shown = page(f"/readers/{stage.profile.slug}/?kind=voice", stage.client)

    assert "$3.99/min" in shown
    assert "Nothing is charged until you are connected." in shown
    assert "&lt;b&gt;Bold&lt;/b&gt; words." in shown
    assert "Thank you." in shown
    assert 'id="ask-sheet"' in shown


def test_visitors_are_sent_to_sign_in_and_readers_cannot_ask(at: datetime) -> None:
    reader = builders.a_reader(at=at)

    visitor = page(f"/readers/{reader.slug}/")
    colleague = page(f"/readers/{reader.slug}/", builders.a_reader(at=at).user)

    assert f"/accounts/login/?next=/readers/{reader.slug}/" in visitor
    assert "Only clients ask for readings." in colleague
    assert 'id="ask-sheet"' not in colleague


def test_a_client_with_too_little_is_shown_what_a_start_needs(at: datetime) -> None:
    reader = builders.a_reader(at=at, rates=(399, None, None))

    shown = page(f"/readers/{reader.slug}/", builders.a_client(at=at, cents=500))

    assert "Not enough for a start" in shown
    assert "$11.97" in shown


def test_a_reader_who_is_not_published_has_no_page(at: datetime) -> None:
    reader = builders.a_reader(at=at)
    reader.published_at = None
    reader.save()

    assert "Nothing here" in page(f"/readers/{reader.slug}/", status=404)


def test_favourites_are_the_clients_own(at: datetime) -> None:
    person, reader = builders.a_client(at=at), builders.a_reader(at=at, name="Ana Belmonte")
    favourites.keep(client=person, reader_id=reader.pk, at=at)

    assert "Ana Belmonte" in page("/favourites/", person)
    assert "No favourites yet" in page("/favourites/", builders.a_client(at=at))
    page("/favourites/", reader.user, status=403)
    page("/favourites/", status=302)


def test_settings_rename_and_refuse_hidden_characters(at: datetime) -> None:
    person = builders.a_client(at=at)
    browser = Client()
    browser.force_login(person, backend=BACKEND)

    saved = browser.post("/settings/", {"display_name": "Maya D", "timezone": "Europe/Lisbon"})
    refused = browser.post("/settings/", {"display_name": "Ma\u202eya", "timezone": "Mars/Base"})

    person.refresh_from_db()
    assert saved.status_code == 302
    assert refused.status_code == 400
    assert (person.display_name, person.timezone) == ("Maya D", "Europe/Lisbon")


def test_the_appearance_is_kept_in_the_browser(at: datetime) -> None:
    browser = Client()
    browser.force_login(builders.a_client(at=at), backend=BACKEND)

    browser.post("/settings/", {"form": "appearance", "theme": "light", "text_size": "larger"})
    strange = browser.post("/settings/", {"form": "appearance", "theme": "x", "text_size": "y"})

    assert 'data-theme="light" data-text="larger"' in browser.get("/").content.decode()
    assert strange.status_code == 400


@pytest.mark.parametrize("path", ["/how-paying-works/", "/help/", "/terms/", "/privacy/"])
def test_pages_of_words_are_open_to_all(path: str) -> None:
    assert "A reading is for reflection and entertainment." in page(path)


def test_the_example_of_paying_adds_up() -> None:
    shown = page("/how-paying-works/")

    assert "$57.19" in shown
    assert "$40.03" in shown
    assert "$17.16" in shown
