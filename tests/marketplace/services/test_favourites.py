from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from backend.accounts.services import accounts
from backend.core.errors import Forbidden, NotFound
from backend.notifications import selectors as notifications
from backend.notifications.models import Notification
from marketplace.models import Favourite
from marketplace.services import favourites
from tests import builders

pytestmark = pytest.mark.django_db


def test_a_reader_is_kept_once_and_let_go(at: datetime) -> None:
    client, reader = builders.a_client(at=at), builders.a_reader(at=at)

    favourites.keep(client=client, reader_id=reader.pk, at=at)
    favourites.keep(client=client, reader_id=reader.pk, at=at)
    assert Favourite.objects.count() == 1

    favourites.let_go(client=client, reader_id=reader.pk)
    favourites.let_go(client=client, reader_id=reader.pk)
    assert not Favourite.objects.exists()


def test_only_clients_keep_readers(at: datetime) -> None:
    reader, other = builders.a_reader(at=at), builders.a_reader(at=at)

    with pytest.raises(Forbidden):
        favourites.keep(client=other.user, reader_id=reader.pk, at=at)

    assert not Favourite.objects.exists()


def test_a_reader_who_is_not_published_cannot_be_kept(at: datetime) -> None:
    client, reader = builders.a_client(at=at), builders.a_reader(at=at)
    accounts.freeze(user_id=reader.pk, at=at)

    for reader_id in (reader.pk, uuid4(), client.pk):
        with pytest.raises(NotFound):
            favourites.keep(client=client, reader_id=reader_id, at=at)


def test_those_who_wait_are_told_once_an_evening(at: datetime) -> None:
    client, reader = builders.a_client(at=at), builders.a_reader(at=at, name="Ana Belmonte")
    builders.a_client(at=at)
    favourites.keep(client=client, reader_id=reader.pk, at=at)

    told = [
        favourites.tell_arrival(reader_id=reader.pk, at=at + timedelta(hours=hours))
        for hours in (0, 1, 3, 5)
    ]

    assert told == [1, 0, 0, 1]
    notice = Notification.objects.first()
    assert notice is not None
    assert (notice.user_id, notice.title) == (client.pk, "Ana Belmonte is online")
    assert notice.url == f"/readers/{reader.slug}/"
    assert Notification.objects.count() == 2


def test_a_frozen_client_is_not_told(at: datetime) -> None:
    client, reader = builders.a_client(at=at), builders.a_reader(at=at)
    favourites.keep(client=client, reader_id=reader.pk, at=at)
    accounts.freeze(user_id=client.pk, at=at)

    assert favourites.tell_arrival(reader_id=reader.pk, at=at) == 0
    assert notifications.unread_of(client.pk) == 0
