"""The people of a day, made by the product's own services before it begins."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from django.core.management import call_command

from backend.accounts.models import User
from backend.core import clock
from live.streams import catalogue
from readers.models import ReaderProfile
from tests import builders
from tests.worst_day.day import Person, Plan

KINDS = ("chat", "voice", "video")


class People:
    """Everybody of one day."""

    def __init__(self, plan: Plan) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        catalogue.load()
        rng = plan.rng("people")
        self.clients = [_person(builders.a_client(at=clock.now())) for _ in range(plan.clients)]
        self.readers = list(_readers(plan.readers, rng))
        self.hosts = list(_readers(plan.hosts, rng))
        self.admin = _person(builders.an_admin())


def _readers(count: int, rng: Random) -> Iterator[Person]:
    for _ in range(count):
        # Odd rates, so that seconds and shares do not come out even.
        rates = tuple(rng.randint(99, 599) for _ in KINDS)
        chat = None if rng.random() < 0.1 else rates[0]
        profile: ReaderProfile = builders.a_reader(
            at=clock.now(), rates=(chat, rates[1], rates[2]), online=False
        )
        person = _person(profile.user)
        person.rates = dict(zip(KINDS, (chat, rates[1], rates[2]), strict=True))
        yield person


def _person(user: User) -> Person:
    return Person(id=str(user.pk), email=user.email, name=user.display_name)
