from __future__ import annotations

from datetime import datetime

import pytest

from backend.core import clock
from live.models import ReadingSession
from marketplace.models import Favourite, Review
from tests import builders
from tests.live.stage import Stage

SAID = {"stars": 5, "text": "She named the thing I had been walking around."}


def url(session: ReadingSession, more: str = "") -> str:
    return f"/api/v1/sessions/{session.id}/review/{more}"


def test_the_whole_life_of_a_review(stage: Stage, paid: ReadingSession) -> None:
    client, reader = builders.api(stage.client), builders.api(stage.reader)
    with clock.frozen(stage.now):
        assert client.get(url(paid)).data["may_write"] is True

        written = client.post(url(paid), SAID, **builders.key())
        again = client.post(url(paid), SAID, **builders.key())
        changed = client.put(url(paid), {"stars": 4, "text": "On reflection."})
        answered = reader.put(url(paid, "reply/"), {"text": "Thank you."})
        shown = builders.api().get(f"/api/v1/readers/{stage.reader.pk}/reviews/")

    assert (written.status_code, written.data["stars"]) == (201, 5)
    assert (again.status_code, again.data["code"]) == (409, "already_reviewed")
    assert (changed.status_code, answered.status_code) == (200, 200)
    [review] = shown.data["results"]
    assert (review["stars"], review["text"], review["reply"]) == (4, "On reflection.", "Thank you.")
    assert review["billed_seconds"] == paid.billable_s
    assert "email" not in str(shown.data)


def test_a_repeated_review_with_the_same_key_gets_the_same_answer(
    stage: Stage, paid: ReadingSession
) -> None:
    key = builders.key()
    with clock.frozen(stage.now):
        answers = [builders.api(stage.client).post(url(paid), SAID, **key) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert str(answers[0].data["id"]) == str(answers[1].data["id"])
    assert Review.objects.count() == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"stars": 0},
        {"stars": 6},
        {"stars": 4.5},
        {"stars": "x"},
        {"stars": 5, "text": "a" * 2001},
    ],
)
def test_a_review_that_makes_no_sense_is_refused(
    stage: Stage, paid: ReadingSession, body: dict[str, object]
) -> None:
    answer = builders.api(stage.client).post(url(paid), body, **builders.key())

    assert (answer.status_code, answer.data["code"]) == (400, "invalid_input")
    assert not Review.objects.exists()


def test_strangers_and_visitors_reach_nothing(stage: Stage, paid: ReadingSession) -> None:
    stranger = builders.api(builders.a_client(at=stage.now))
    other_reader = builders.api(builders.a_reader(at=stage.now).user)
    visitor = builders.api()

    assert stranger.get(url(paid)).status_code == 404
    assert stranger.post(url(paid), SAID, **builders.key()).status_code == 404
    assert stranger.put(url(paid), SAID).status_code == 404
    assert other_reader.put(url(paid, "reply/"), {"text": "Ha."}).status_code == 404
    assert other_reader.post(url(paid), SAID, **builders.key()).status_code == 403
    assert visitor.get(url(paid)).status_code == 401
    assert visitor.post(url(paid), SAID, **builders.key()).status_code == 401
    assert visitor.put(url(paid, "reply/"), {"text": "Ha."}).status_code == 401
    assert not Review.objects.exists()


@pytest.mark.django_db
def test_a_favourite_is_kept_and_let_go_over_the_api(at: datetime) -> None:
    person, reader = builders.a_client(at=at), builders.a_reader(at=at)
    address = f"/api/v1/readers/{reader.pk}/favourite/"

    kept = builders.api(person).post(address, **builders.key())
    assert (kept.status_code, kept.data["is_favourite"]) == (201, True)
    assert Favourite.objects.filter(client=person, reader=reader.user).exists()

    assert builders.api(person).delete(address).status_code == 204
    assert not Favourite.objects.exists()


@pytest.mark.django_db
def test_a_favourite_needs_a_client_a_key_and_a_reader(at: datetime) -> None:
    person, reader = builders.a_client(at=at), builders.a_reader(at=at)
    address = f"/api/v1/readers/{reader.pk}/favourite/"
    nobody = f"/api/v1/readers/{person.pk}/favourite/"

    assert builders.api().post(address, **builders.key()).status_code == 401
    assert builders.api(reader.user).post(address, **builders.key()).status_code == 403
    assert builders.api(person).post(address).data["code"] == "idempotency_key_required"
    assert builders.api(person).post(nobody, **builders.key()).status_code == 404
    assert not Favourite.objects.exists()
