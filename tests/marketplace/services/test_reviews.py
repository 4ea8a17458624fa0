from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from backend.core.errors import Forbidden, InvalidInput, NotFound
from backend.notifications import selectors as notifications
from live.models import ReadingSession
from marketplace import selectors
from marketplace.errors import AlreadyReviewed, NothingToReview, ReviewClosed
from marketplace.models import Review
from marketplace.services import reviews
from tests import builders
from tests.live.stage import Stage


def rating(stage: Stage) -> tuple[int, int]:
    stage.profile.refresh_from_db()
    return stage.profile.rating_sum, stage.profile.rating_count


def write(stage: Stage, session: ReadingSession, stars: int = 5, text: str = "Clear.") -> Review:
    return reviews.write(
        client=stage.client, session_id=session.id, stars=stars, text=text, at=stage.now
    )


def test_a_paid_reading_is_reviewed_with_the_minutes_that_were_bought(
    stage: Stage, paid: ReadingSession
) -> None:
    review = write(stage, paid, stars=4, text="  Clear, kind, no theatre. ")

    assert (review.stars, review.text) == (4, "Clear, kind, no theatre.")
    assert (review.kind, review.billed_s) == ("voice", paid.billable_s)
    assert rating(stage) == (4, 1)
    assert notifications.unread_of(stage.reader.pk) == 1


def test_a_reading_has_one_review(stage: Stage, paid: ReadingSession) -> None:
    write(stage, paid, stars=5)

    with pytest.raises(AlreadyReviewed):
        write(stage, paid, stars=1)

    assert Review.objects.count() == 1
    assert rating(stage) == (5, 1)


@pytest.mark.django_db(transaction=True)
def test_two_reviews_at_once_become_one(stage: Stage, paid: ReadingSession) -> None:
    gate, outcomes = Barrier(2), list[str]()

    def try_it() -> None:
        try:
            gate.wait(timeout=5)
            write(stage, paid)
            outcomes.append("written")
        except AlreadyReviewed:
            outcomes.append("refused")
        finally:
            connection.close()

    tries = [Thread(target=try_it) for _ in range(2)]
    for one in tries:
        one.start()
    for one in tries:
        one.join(timeout=10)

    assert sorted(outcomes) == ["refused", "written"]
    assert rating(stage) == (5, 1)


def test_a_running_reading_cannot_be_reviewed(stage: Stage) -> None:
    session = stage.connect("voice")
    stage.run(30)

    with pytest.raises(NothingToReview):
        write(stage, session)

    assert rating(stage) == (0, 0)


def test_a_request_that_was_cancelled_cannot_be_reviewed(stage: Stage) -> None:
    session = stage.request("voice")
    stage.wait(50)
    stage.sweep()

    with pytest.raises(NothingToReview):
        write(stage, session)

    assert not Review.objects.exists()


def test_strangers_do_not_learn_that_the_reading_exists(stage: Stage, paid: ReadingSession) -> None:
    stranger = builders.a_client(at=stage.now)
    other_reader = builders.a_reader(at=stage.now).user

    for person in (stranger, other_reader):
        with pytest.raises(NotFound):
            reviews.write(client=person, session_id=paid.id, stars=1, text="", at=stage.now)
        with pytest.raises(NotFound):
            selectors.review_of(person, paid.id)

    assert rating(stage) == (0, 0)


def test_the_reader_cannot_review_their_own_reading(stage: Stage, paid: ReadingSession) -> None:
    with pytest.raises(Forbidden):
        reviews.write(client=stage.reader, session_id=paid.id, stars=5, text="", at=stage.now)

    assert not Review.objects.exists()


@pytest.mark.parametrize("stars", [-1, 0, 6])
def test_stars_are_one_to_five(stage: Stage, paid: ReadingSession, stars: int) -> None:
    with pytest.raises(InvalidInput):
        write(stage, paid, stars=stars)

    assert rating(stage) == (0, 0)


def test_a_review_may_change_for_72_hours_and_the_rating_follows(
    stage: Stage, paid: ReadingSession
) -> None:
    write(stage, paid, stars=2)
    stage.wait(71 * 3600)

    changed = reviews.change(
        client=stage.client, session_id=paid.id, stars=5, text="On reflection.", at=stage.now
    )

    assert (changed.stars, changed.edited_at) == (5, stage.now)
    assert rating(stage) == (5, 1)


def test_after_72_hours_a_review_stands(stage: Stage, paid: ReadingSession) -> None:
    write(stage, paid, stars=2)
    stage.wait(73 * 3600)

    with pytest.raises(ReviewClosed):
        reviews.change(client=stage.client, session_id=paid.id, stars=5, text="", at=stage.now)

    assert rating(stage) == (2, 1)


def test_a_month_later_a_reading_can_no_longer_be_reviewed(
    stage: Stage, paid: ReadingSession
) -> None:
    stage.wait(timedelta(days=31).total_seconds())

    with pytest.raises(ReviewClosed):
        write(stage, paid)


def test_the_reader_answers_once_aloud_and_may_take_it_back(
    stage: Stage, paid: ReadingSession
) -> None:
    write(stage, paid)
    before = notifications.unread_of(stage.client.pk)

    reviews.reply(reader=stage.reader, session_id=paid.id, text="Thank you.", at=stage.now)
    reviews.reply(reader=stage.reader, session_id=paid.id, text="Thank you, Maya.", at=stage.now)
    told = notifications.unread_of(stage.client.pk) - before
    taken_back = reviews.reply(reader=stage.reader, session_id=paid.id, text="", at=stage.now)

    assert told == 1
    assert (taken_back.reply, taken_back.replied_at) == ("", None)


def test_only_the_reader_of_the_reading_answers(stage: Stage, paid: ReadingSession) -> None:
    write(stage, paid)
    other = builders.a_reader(at=stage.now).user

    for person in (other, stage.client):
        with pytest.raises(NotFound):
            reviews.reply(reader=person, session_id=paid.id, text="Ha.", at=stage.now)

    assert Review.objects.get().reply == ""


def test_a_review_that_is_taken_down_counts_no_more(stage: Stage, paid: ReadingSession) -> None:
    review = write(stage, paid, stars=1)

    reviews.hide(review_id=review.id, at=stage.now)
    reviews.hide(review_id=review.id, at=stage.now)

    assert rating(stage) == (0, 0)
    assert not selectors.reviews_of(stage.reader.pk).exists()
    with pytest.raises(ReviewClosed):
        reviews.change(client=stage.client, session_id=paid.id, stars=1, text="", at=stage.now)
