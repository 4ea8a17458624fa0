"""Lists of movements, newest first, with filters that an index or a limit keeps quick.

The order is that of booking: the ids of movements grow with the moment at which they were
written, so the primary key is the list, and a day is a range of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from backend.core.ids import born_at, first_id_of
from backend.ledger.models import Movement, Pot, Transfer

# How many movements a search without an index looks through before it says how far it came.
LOOKED_MAX: Final = 100_000
RELATED_MAX: Final = 60
# So many movements of one beginning of a key are sorted as they come from its index; more are
# walked like everything else.
KEYED_MAX: Final = 20_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which movements: every field that is said narrows them. Days are UTC, both included."""

    kind: str = ""
    about: str = ""
    key: str = ""
    person_id: UUID | None = None
    least_cents: int | None = None
    most_cents: int | None = None
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """One movement of a list; ``people`` are those whom its money concerns, by name."""

    id: UUID
    kind: str
    key: str
    about: str
    gross_cents: int
    at: datetime
    people: tuple[tuple[UUID, str], ...] = ()

    @property
    def label(self) -> str:
        return str(Movement.Kind(self.kind).label)


@dataclass(frozen=True, slots=True)
class Page:
    """Some movements. ``next_before``: where older ones begin, None at the end.

    ``looked_back_to``: the search stopped there because it had looked through enough; the next
    page goes on from it.
    """

    rows: list[Listed]
    next_before: UUID | None
    looked_back_to: datetime | None = None


def movements(wanted: Wanted, *, limit: int, before: UUID | None = None) -> Page:
    """One page of the movements that fit, newest first.

    :param before: the ``next_before`` of the page before it.
    """
    found = Movement.objects.order_by("-id")
    if before is not None:
        found = found.filter(id__lt=before)
    if wanted.first_day:
        found = found.filter(id__gte=first_id_of(_begin(wanted.first_day)))
    if wanted.last_day and wanted.last_day < date.max:
        found = found.filter(id__lt=first_id_of(_begin(wanted.last_day) + timedelta(days=1)))
    floor = _floor(found) if _walks(wanted) else None
    if floor is not None:
        found = found.filter(id__gte=floor)
    rows = list(_narrowed(found, wanted)[: limit + 1])
    if len(rows) > limit:
        return Page(_listed(rows[:limit]), rows[limit - 1].pk)
    return Page(_listed(rows), floor, born_at(floor) if floor else None)


def related(about: str) -> list[Listed]:
    """What else happened to the thing that a movement is about, oldest first, at most 60."""
    found = Movement.objects.filter(_about(about)).order_by("id")[:RELATED_MAX]
    return _listed(list(found))


def _walks(wanted: Wanted) -> bool:
    """Whether nothing but the amount narrows the list: no index helps, a limit must."""
    has_amount = wanted.least_cents is not None or wanted.most_cents is not None
    narrow = wanted.about or wanted.person_id or (wanted.key and _is_rare(wanted.key))
    return not narrow and (has_amount or bool(wanted.key))


def _keyed(beginning: str) -> QuerySet[Movement, UUID]:
    """The movements whose keys begin so, by the index of keys: the slice keeps the planner from
    walking the whole list for them, because it does not know how they lie together."""
    found = Movement.objects.filter(key__startswith=beginning).order_by("key")
    return found.values_list("id", flat=True)[:KEYED_MAX]


def _is_rare(beginning: str) -> bool:
    return _keyed(beginning).count() < KEYED_MAX


def _floor(found: QuerySet[Movement]) -> UUID | None:
    """The id at which a walk stops, None when it would come to the end before."""
    return found.values_list("id", flat=True)[LOOKED_MAX - 1 : LOOKED_MAX].first()


def _narrowed(found: QuerySet[Movement], wanted: Wanted) -> QuerySet[Movement]:
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.about:
        found = found.filter(_about(wanted.about))
    if wanted.key and _is_rare(wanted.key):
        found = found.filter(id__in=_keyed(wanted.key))
    elif wanted.key:
        found = found.filter(key__startswith=wanted.key)
    if wanted.least_cents is not None:
        found = found.filter(gross_cents__gte=wanted.least_cents)
    if wanted.most_cents is not None:
        found = found.filter(gross_cents__lte=wanted.most_cents)
    if wanted.person_id:
        found = found.filter(id__in=_of_person(wanted.person_id))
    return found


def _about(about: str) -> Q:
    """By its index, which leaves the captures out; those of a reading are found by their keys."""
    named = Q(about=about) & ~Q(kind=Movement.Kind.CAPTURE)
    kind, _, session_id = about.partition(":")
    if kind == "session" and session_id:
        return named | Q(about=about, key__startswith=f"sess:{session_id}:cap:")
    return named


def _of_person(person_id: UUID) -> QuerySet[Transfer, UUID]:
    """The first line of a movement touches everybody whom it concerns."""
    pots = list(Pot.objects.filter(owner=person_id).values_list("id", flat=True))
    first = Transfer.objects.filter(line=0).filter(Q(debit_pot__in=pots) | Q(credit_pot__in=pots))
    return first.values_list("movement_id", flat=True)


def _listed(rows: Sequence[Movement]) -> list[Listed]:
    people = _people(row.pk for row in rows)
    return [
        Listed(row.pk, row.kind, row.key, row.about, row.gross_cents, row.at, tuple(people[row.pk]))
        for row in rows
    ]


def _people(ids: Iterable[UUID]) -> defaultdict[UUID, list[tuple[UUID, str]]]:
    """Whom each movement concerns, in one question."""
    found: defaultdict[UUID, list[tuple[UUID, str]]] = defaultdict(list)
    first = Transfer.objects.filter(movement__in=list(ids), line=0).values_list(
        "movement_id",
        "debit_pot__owner_id",
        "debit_pot__owner__display_name",
        "credit_pot__owner_id",
        "credit_pot__owner__display_name",
    )
    for movement_id, giver_id, giver, taker_id, taker in first:
        for person in ((giver_id, giver), (taker_id, taker)):
            if person[0] and person not in found[movement_id]:
                found[movement_id].append(person)
    return found


def _begin(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=UTC)
