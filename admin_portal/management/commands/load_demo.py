"""``manage.py load_demo``: the people of a development copy. Harmless when repeated."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from backend.accounts.models import Role, User
from backend.core import clock
from backend.ledger import movements
from demo_readers import people as demo_people
from live.models import Stream
from live.stream_states import Access, StreamState
from live.streams.services import details
from readers.kinds import Kind
from readers.models import ReaderProfile
from readers.services import profiles

_NAMESPACE = UUID("8d3c2f6e-6f0b-4a86-9d0e-6c2f8f1a7b55")
_EVENINGS: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("Three questions for the full moon", {}),
    ("Dreams of the week", {"access": Access.PREMIUM, "price_cents": 300}),
    ("A rune for everybody", {"goal_title": "New linen for the table", "goal_cents": 5_000}),
)
_FIRST_IN_HOURS, _APART_HOURS = 20, 26


class Command(BaseCommand):
    """Make what is missing; print who can sign in."""

    help = "Load the demo people (DEMO=1 only)."

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.DEMO and settings.DEBUG):
            raise CommandError("Demo people are for development: set DEMO=1 and DEBUG=1.")
        with transaction.atomic():
            client = _person("client", "Maya Lindgren", Role.CLIENT)
            admin = _person("admin", "Demo Admin", Role.ADMIN)
            _fill_purse(client, admin)
            for number, reader in enumerate(demo_people.READERS):
                _reader(reader)
                if number % 2:
                    _announce_stream(reader, number)
        for user in User.objects.filter(is_demo=True).order_by("role", "email"):
            self.stdout.write(f"  {user.role:7} {user.email:32} {user.display_name}")
        self.stdout.write(f"  password of all of them: {demo_people.PASSWORD}")


def _person(key: str, name: str, role: str) -> User:
    email = f"demo.{key}@{demo_people.DOMAIN}"
    found = User.objects.filter(email=email).first()
    if found:
        return found
    user = User.objects.create_user(
        email,
        demo_people.PASSWORD,
        display_name=name,
        role=role,
        is_demo=True,
        is_staff=role == Role.ADMIN,
        is_superuser=role == Role.ADMIN,
        adult_confirmed_at=clock.now(),
    )
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def _fill_purse(client: User, admin: User) -> None:
    """Goodwill of the house, in the books like any other: one adjustment, ever."""
    movements.adjust(
        adjustment_id=uuid5(_NAMESPACE, str(client.pk)),
        client=client,
        cents=demo_people.CLIENT_CENTS,
        reason="Demo money",
        signed_by=[admin.pk],
        at=clock.now(),
    )


def _reader(demo: demo_people.DemoReader) -> None:
    user = _person(demo.key, demo.name, Role.READER)
    if ReaderProfile.objects.filter(pk=user.pk).exists():
        return
    profiles.create(
        user=user,
        at=clock.now(),
        published=True,
        headline=demo.headline,
        bio=demo.bio,
        specialties=demo.specialties,
        languages=demo.languages,
        years_experience=demo.years,
        portrait=demo.key,
        is_automated=demo.is_automated,
    )
    rates = dict(zip(Kind.values, demo.rates, strict=True))
    profiles.set_rates(reader_id=user.pk, rates=rates, at=clock.now())


def _announce_stream(demo: demo_people.DemoReader, number: int) -> None:
    """One announced stream of the reader's; one whose hour has passed moves on."""
    at = clock.now()
    host = User.objects.get(email=demo.email)
    own = Stream.objects.filter(host=host, state=StreamState.SCHEDULED, scheduled_at__isnull=False)
    announced = own.first()
    if announced is not None and announced.scheduled_at is not None:
        if announced.scheduled_at <= at:
            moved = {"scheduled_at": _hour_after(at, number)}
            details.change(host=host, stream_id=announced.id, wishes=moved, at=at)
        return
    title, more = _EVENINGS[number // 2 % len(_EVENINGS)]
    wishes = {
        "title": title,
        "topic": demo.specialties[0],
        "language": demo.languages[0],
        "scheduled_at": _hour_after(at, number),
        **more,
    }
    details.create(host=host, wishes=wishes, at=at)


def _hour_after(at: datetime, number: int) -> datetime:
    """A full hour of one of the next days."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    return hour + timedelta(hours=_FIRST_IN_HOURS + _APART_HOURS * (number // 2))
