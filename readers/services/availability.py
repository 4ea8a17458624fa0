"""A reader's availability: the wish, the reading that occupies them, rings they missed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from backend.core.announcements import announce
from backend.core.errors import InvalidInput, NotFound
from backend.notifications import services as notifications
from backend.realtime import events, rooms
from backend.realtime.publish import publish
from readers import selectors
from readers.announcements import ReaderCameOnline
from readers.errors import KindNotOffered, ReaderBusy
from readers.kinds import Kind
from readers.models import ReaderProfile

AWAY_REASON = "You were away for a while, so we took you offline."
MISSED_REASON = "Two requests rang without an answer, so we took you offline."
_SEEN_GRAIN = timedelta(seconds=60)
_SIGNS = (
    *("wants_chat", "wants_voice", "wants_video", "busy_session_id"),
    *("told_status", "seen_at", "wish_at"),
)


@transaction.atomic
def set_wish(*, reader_id: UUID, wishes: dict[str, bool], at: datetime) -> ReaderProfile:
    """Set for which kinds the reader wants to be called; kinds not named keep their wish.

    :raises NotFound: the user has no profile.
    :raises InvalidInput: a kind that does not exist.
    :raises KindNotOffered: wanting a kind that has no rate.
    """
    profile = _locked(reader_id)
    for kind, wanted in wishes.items():
        if kind not in Kind.values:
            raise InvalidInput("There is no such kind of reading.")
        if wanted and profile.rate_of(kind) is None:
            raise KindNotOffered(f"Set a rate for {kind} first.")
        setattr(profile, f"wants_{kind}", wanted)
    profile.wish_at, profile.missed_rings, profile.offline_reason = at, 0, ""
    profile.save()
    _tell(profile, at)
    return profile


@transaction.atomic
def occupy(*, reader_id: UUID, session_id: UUID, at: datetime) -> None:
    """Mark the reader as being in (or rung for) this reading.

    One conditional UPDATE decides, so of two racing clients exactly one wins.
    :raises ReaderBusy: another reading occupies them.
    """
    free = ReaderProfile.objects.filter(
        Q(busy_session_id__isnull=True) | Q(busy_session_id=session_id), pk=reader_id
    )
    if free.update(busy_session_id=session_id) != 1:
        raise ReaderBusy
    _tell(_locked(reader_id), at)


@transaction.atomic
def free(*, reader_id: UUID, session_id: UUID, at: datetime) -> None:
    """The reading is over; the reader's wish decides what clients see. Harmless when repeated."""
    held = ReaderProfile.objects.filter(pk=reader_id, busy_session_id=session_id)
    if held.update(busy_session_id=None) == 1:
        _tell(_locked(reader_id), at)


@transaction.atomic
def missed_ring(*, reader_id: UUID, at: datetime) -> None:
    """Count a ring nobody answered; the second in a row takes the reader offline (R10)."""
    profile = _locked(reader_id)
    profile.missed_rings += 1
    words = "They were told that you did not answer. Nothing was charged."
    if profile.missed_rings >= settings.MISSED_RINGS_MAX:
        _withdraw(profile, MISSED_REASON)
        words = "It was not the first in a row, so we set you to offline. Go online when you like."
    profile.save()
    _tell(profile, at)
    notifications.notify(
        user_id=reader_id,
        kind="reading-missed",
        title="You missed a request",
        body=words,
        url="/console/",
        at=at,
    )


def answered(*, reader_id: UUID) -> None:
    """The reader answered a ring, so earlier missed ones count no more."""
    ReaderProfile.objects.filter(pk=reader_id, missed_rings__gt=0).update(missed_rings=0)


def count_reading(*, reader_id: UUID) -> None:
    """One more reading was held to its end."""
    ReaderProfile.objects.filter(pk=reader_id).update(readings_count=F("readings_count") + 1)


@transaction.atomic
def sweep_presence(*, at: datetime) -> int:
    """Tell the world who came and went, and let wishes lapse after 10 minutes away.

    Work grows with the readers who want to be online, not with all of them. Returns how many
    changed. The caller holds the sweep's advisory lock.
    """
    fresh = selectors.fresh_ids(at)
    known = ReaderProfile.objects.filter(
        Q(wants_chat=True) | Q(wants_voice=True) | Q(wants_video=True) | ~Q(told_status="offline")
    )
    stale_note = Q(seen_at__isnull=True) | Q(seen_at__lt=at - _SEEN_GRAIN)
    # Whoever ends readings holds such rows in an order of its own, so nobody is waited for here.
    noted = known.filter(stale_note, pk__in=fresh).select_for_update(skip_locked=True)
    ids = list(noted.values_list("pk", flat=True))
    ReaderProfile.objects.filter(pk__in=ids).update(seen_at=at)
    # Nearly all are as they were five seconds ago: looked at without their words, and not locked.
    moved = [one.pk for one in known.only(*_SIGNS) if _has_moved(one, fresh, at)]
    changed = 0
    for profile in known.select_for_update(skip_locked=True, of=("self",)).filter(pk__in=moved):
        if _has_lapsed(profile, fresh, at):
            _withdraw(profile, AWAY_REASON)
            profile.save()
        changed += _tell(profile, at, fresh=profile.pk in fresh)
    return changed


def _has_moved(profile: ReaderProfile, fresh: Collection[UUID], at: datetime) -> bool:
    """Whether the world was told something else of this reader, or their wish lapses."""
    status = selectors.status_of(profile, fresh=profile.pk in fresh)
    return status != profile.told_status or _has_lapsed(profile, fresh, at)


def _has_lapsed(profile: ReaderProfile, fresh: Collection[UUID], at: datetime) -> bool:
    away = profile.pk not in fresh and bool(profile.kinds_wanted)
    since = at - timedelta(seconds=settings.WISH_LAPSE_SECONDS)
    return away and _last_sign(profile, at) < since


def _last_sign(profile: ReaderProfile, at: datetime) -> datetime:
    return max(filter(None, [profile.seen_at, profile.wish_at]), default=at)


def _withdraw(profile: ReaderProfile, reason: str) -> None:
    profile.wants_chat = profile.wants_voice = profile.wants_video = False
    profile.offline_reason, profile.missed_rings = reason, 0


def _locked(reader_id: UUID) -> ReaderProfile:
    profile = ReaderProfile.objects.select_for_update().filter(pk=reader_id).first()
    if profile is None:
        raise NotFound("There is no reader profile for this account.")
    return profile


def _tell(profile: ReaderProfile, at: datetime, *, fresh: bool | None = None) -> bool:
    """Publish the reader's status if it differs from what was told last."""
    if fresh is None:
        fresh = profile.pk in selectors.fresh_ids(at)
    status = selectors.status_of(profile, fresh=fresh)
    publish(
        events.Status(status=status, reason=profile.offline_reason),
        to=rooms.user(profile.pk),
    )
    if status == profile.told_status:
        return False
    came = status == "online" and profile.told_status == "offline"
    ReaderProfile.objects.filter(pk=profile.pk).update(told_status=status)
    profile.told_status = status
    publish(
        events.ReaderStatus(reader_id=profile.pk, status=status, kinds=profile.kinds_wanted),
        to=rooms.readers(),
    )
    if came:
        announce(ReaderCameOnline(reader_id=profile.pk, at=at))
    return True
