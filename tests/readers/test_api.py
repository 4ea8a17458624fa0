from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from backend.core import clock
from readers.models import ReaderProfile
from readers.services import availability
from tests import builders

pytestmark = pytest.mark.django_db
URL = "/api/v1/readers/"


@pytest.fixture(autouse=True)
def _noon(at: datetime) -> object:
    with clock.frozen(at):
        yield


def names(answer: object) -> list[str]:
    assert answer.status_code == 200, answer.content  # type: ignore[attr-defined]
    return [row["display_name"] for row in answer.json()["results"]]  # type: ignore[attr-defined]


def test_anybody_may_see_the_list_and_those_online_come_first(at: datetime) -> None:
    builders.a_reader(at=at, name="Away", online=False)
    builders.a_reader(at=at, name="Here")

    answer = builders.api().get(URL)

    assert names(answer) == ["Here", "Away"]
    card = answer.json()["results"][0]
    assert card["status"] == "online"
    assert card["kinds_online"] == ["chat", "voice", "video"]
    assert card["rates"] == {"chat_cents": 150, "voice_cents": 300, "video_cents": 399}


@pytest.mark.parametrize("stars", [None, 5])
def test_the_list_tells_the_status_that_the_reader_s_own_page_tells(
    at: datetime, stars: int | None
) -> None:
    free, taken, away = (
        builders.a_reader(at=at, name=name, online=name != "Away")
        for name in ("Free", "Taken", "Away")
    )
    availability.occupy(reader_id=taken.pk, session_id=uuid4(), at=at)
    if stars:
        ReaderProfile.objects.update(rating_sum=stars, rating_count=1)

    listed = {row["id"]: row["status"] for row in builders.api().get(URL).json()["results"]}

    assert listed == {
        str(one.pk): builders.api().get(f"{URL}{one.pk}/").json()["status"]
        for one in (free, taken, away)
    }
    assert list(listed.values()) == ["online", "busy", "offline"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"kind": "video"}, {"Both", "Dear"}),
        ({"max_rate": "100"}, {"Words"}),
        ({"kind": "video", "min_rate": "1000"}, {"Dear"}),
        ({"language": "it"}, {"Words"}),
        ({"specialty": "tarot"}, {"Both"}),
        ({"q": "tarrot"}, {"Both"}),
        ({"q": "dear"}, {"Dear"}),
        ({"online": "true"}, {"Both", "Words"}),
        ({"min_rating": "4"}, set()),
        ({"new": "true"}, {"Both", "Words", "Dear"}),
    ],
)
def test_filters_narrow_the_list(at: datetime, query: dict[str, str], expected: set[str]) -> None:
    builders.a_reader(at=at, name="Both", specialties=["tarot"], languages=["en"])
    builders.a_reader(at=at, name="Words", rates=(80, None, None), languages=["it"])
    builders.a_reader(at=at, name="Dear", rates=(None, None, 1500), online=False)

    assert set(names(builders.api().get(URL, query))) == expected


@pytest.mark.parametrize(
    "query",
    [
        {"kind": "telepathy"},
        {"min_rate": "-1"},
        {"max_rate": "1e9"},
        {"language": "xx"},
        {"sort": "password"},
        {"min_rating": "NaN"},
        {"q": "x" * 200},
    ],
)
def test_a_filter_that_makes_no_sense_is_a_clear_400(query: dict[str, str]) -> None:
    answer = builders.api().get(URL, query)

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "invalid_input"


@pytest.mark.parametrize("sort", ["recommended", "rating", "price", "newest"])
def test_pages_show_every_reader_once_in_every_order(at: datetime, sort: str) -> None:
    for n in range(7):
        builders.a_reader(at=at + timedelta(minutes=n % 3), online=n % 2 == 0)
    client, seen = builders.api(), []
    url = f"{URL}?limit=2&sort={sort}"
    while url:
        page = client.get(url).json()
        seen += [row["id"] for row in page["results"]]
        url = page["next"]

    assert len(seen) == 7
    assert len(set(seen)) == 7


def test_an_unpublished_or_frozen_reader_is_not_there(at: datetime) -> None:
    hidden = builders.a_reader(at=at)
    ReaderProfile.objects.filter(pk=hidden.pk).update(published_at=None)
    frozen = builders.a_reader(at=at)
    type(frozen.user).objects.filter(pk=frozen.pk).update(frozen_at=at)

    assert names(builders.api().get(URL)) == []
    for reader in (hidden, frozen):
        assert builders.api().get(f"{URL}{reader.pk}/").status_code == 404


def test_a_reader_keeps_their_own_page_and_nobody_elses(at: datetime) -> None:
    reader, other = builders.a_reader(at=at), builders.a_reader(at=at)
    mine = builders.api(reader.user)

    answer = mine.patch(f"{URL}me/", {"headline": "By lamplight", "specialties": ["runes"]})

    assert answer.status_code == 200
    assert answer.json()["headline"] == "By lamplight"
    other.refresh_from_db()
    assert other.headline == ""
    assert builders.api(builders.a_client(at=at)).get(f"{URL}me/").status_code == 403
    assert builders.api().get(f"{URL}me/").status_code == 401


def test_a_change_to_a_page_read_before_another_change_is_refused(at: datetime) -> None:
    mine = builders.api(builders.a_reader(at=at).user)
    seen = mine.get(f"{URL}me/")["ETag"]
    mine.patch(f"{URL}me/", {"headline": "First"})

    late = mine.patch(f"{URL}me/", {"headline": "Second"}, HTTP_IF_MATCH=seen)

    assert late.status_code == 412
    assert mine.get(f"{URL}me/").json()["headline"] == "First"


@pytest.mark.parametrize("cents", [49, 10_001, -1, 12.0, "150", True, 10**12])
def test_a_rate_that_is_no_whole_cents_in_bounds_is_refused(at: datetime, cents: object) -> None:
    reader = builders.a_reader(at=at)

    answer = builders.api(reader.user).put(f"{URL}me/rates/", {"chat_cents": cents})

    assert answer.status_code == 400
    reader.refresh_from_db()
    assert reader.rate_chat_cents == 150


def test_dropping_a_rate_drops_the_wish_with_it(at: datetime) -> None:
    reader = builders.a_reader(at=at)

    answer = builders.api(reader.user).put(f"{URL}me/rates/", {"video_cents": None})

    assert answer.json()["wishes"] == {"chat": True, "voice": True, "video": False}


def test_the_status_door_sets_wishes_by_kind(at: datetime) -> None:
    reader = builders.a_reader(at=at)

    answer = builders.api(reader.user).put(f"{URL}me/status/", {"voice": False, "video": False})

    assert answer.json()["status"] == "online"
    assert answer.json()["kinds_online"] == ["chat"]
    availability.set_wish(reader_id=reader.pk, wishes={"chat": False}, at=at)
    assert builders.api().get(f"{URL}{reader.pk}/").json()["status"] == "offline"
