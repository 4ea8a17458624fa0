"""Flags: earnings that wait because client and reader seem to be one (case 34), or in league.

Whoever opens a lot asks ``examine`` in the same transaction; how money moved in a day is looked at
by ``collusion``. People of staff decide.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Q

from backend.accounts import selectors as people
from backend.accounts.models import Trace, User
from backend.accounts.services import audit_log
from backend.core.errors import Forbidden, IllegalMove, InvalidInput, NotFound
from backend.ledger import audit
from backend.ledger.models import Flag, Lot

log = structlog.get_logger(__name__)
# One device or one card belongs to one person; one address to whoever is in the house.
STRONG: Final = frozenset({Trace.Kind.DEVICE.value, Trace.Kind.CARD.value})
REASON_CHARS_MAX: Final = 200


@audit.proof
def what_waits_for_staff_has_a_flag(_: datetime) -> Iterable[audit.Finding]:
    """A lot without a maturity is held by a flag that is open and strong, or confirmed."""
    holds = Q(flag__state=Flag.State.OPEN, flag__is_strong=True)
    holds |= Q(flag__state=Flag.State.CONFIRMED)
    lost = Lot.objects.filter(matures_at=None).exclude(holds).values_list("about", flat=True)
    for about in lost[: audit.FINDINGS_MAX]:
        yield audit.Finding("what waits for staff has a flag", about)


def examine(*, about: UUID | str, client_id: UUID, reader_id: UUID, at: datetime) -> bool:
    """Flag the lot of ``about`` if its reader and the paying client have a trace in common.

    A device or a card holds the lot: it matures only once somebody has cleared it. An address
    alone is told once for the two of them, however many gifts a household gives, and holds only
    what comes after they were confirmed to be one. Answers whether this call held the lot.
    Calling again for the same lot changes nothing.
    :raises NotFound: nothing was earned by ``about``.
    """
    kinds = people.linked(client_id, reader_id)
    # Almost everybody: without the savepoint that a flag needs.
    return bool(kinds) and _flag(str(about), client_id, reader_id, kinds, at)


@transaction.atomic
def _flag(
    about: str, client_id: UUID, reader_id: UUID, kinds: frozenset[str], at: datetime
) -> bool:
    lot = Lot.objects.select_for_update().filter(about=about, reader_id=reader_id).first()
    if lot is None:
        raise NotFound("Nothing was earned by this.")
    if lot.matures_at is None or Flag.objects.filter(lot=lot).exists():
        return False
    before = set(_states_of(client_id, reader_id))
    is_strong = bool(kinds & STRONG) or Flag.State.CONFIRMED in before
    if before and not is_strong:
        return False
    Flag.objects.create(
        lot=lot,
        client_id=client_id,
        kinds=sorted(kinds),
        is_strong=is_strong,
        would_mature_at=lot.matures_at,
        raised_at=at,
    )
    if is_strong:
        _hold(lot)
    log.warning("earnings_flagged", about=lot.about, kinds=sorted(kinds), held=is_strong)
    return is_strong


@transaction.atomic
def suspect(
    lot: Lot, *, client_id: UUID, signs: Iterable[str], is_strong: bool, at: datetime
) -> bool:
    """Flag a locked lot for how its money moved (``suspicion``); whether this call held it.

    What staff decided stays so. An open flag learns the new signs and holds once one is strong.
    Signs that hold nothing are told once for the two, as an address is.
    """
    flag = Flag.objects.filter(lot=lot).first()
    if flag is None:
        about = Flag.objects.filter(client_id=client_id, lot__reader_id=lot.reader_id)
        if lot.matures_at is None or (not is_strong and about.exists()):
            return False
        Flag.objects.create(
            lot=lot,
            client_id=client_id,
            kinds=sorted(signs),
            is_strong=is_strong,
            would_mature_at=lot.matures_at,
            raised_at=at,
        )
    elif flag.state == Flag.State.OPEN and not flag.is_strong:
        flag.kinds, flag.is_strong = sorted({*flag.kinds, *signs}), is_strong
        flag.save(update_fields=["kinds", "is_strong"])
    else:
        return False
    if is_strong:
        _hold(lot)
    return is_strong


@transaction.atomic
def clear(flag_id: UUID, *, by: User, reason: str, at: datetime) -> None:
    """They are two people: a held lot matures when it would have, at the earliest ``at``.

    :raises Forbidden: ``by`` is no admin.
    :raises NotFound: there is no such flag.
    :raises IllegalMove: somebody has decided already.
    """
    flag = _decide(flag_id, Flag.State.CLEARED, by, reason, at)
    if flag.is_strong:  # a weak one holds nothing
        Lot.objects.filter(pk=flag.lot_id, matures_at=None).update(
            matures_at=max(flag.would_mature_at, at)
        )


@transaction.atomic
def confirm(flag_id: UUID, *, by: User, reason: str, at: datetime) -> None:
    """They are one person: what is still pending stays so, also when the flag was weak.

    :raises Forbidden: ``by`` is no admin.
    :raises NotFound: there is no such flag.
    :raises IllegalMove: somebody has decided already.
    """
    flag = _decide(flag_id, Flag.State.CONFIRMED, by, reason, at)
    _hold(flag.lot)


def _decide(flag_id: UUID, to: Flag.State, by: User, reason: str, at: datetime) -> Flag:
    if not by.is_admin:
        raise Forbidden("Only admins decide about flags.")
    if not reason.strip():
        raise InvalidInput("A decision has a reason.")
    said = reason.strip()[:REASON_CHARS_MAX]
    still_open = Flag.objects.filter(pk=flag_id, state=Flag.State.OPEN)
    if still_open.update(state=to, decided_by=by, decided_at=at, reason=said) != 1:
        if not Flag.objects.filter(pk=flag_id).exists():
            raise NotFound("There is no such flag.")
        raise IllegalMove("Somebody has decided this already.", to=to.value)
    audit_log.record(actor=by, act=f"flag.{to.value}", about=f"flag:{flag_id}", at=at, reason=said)
    log.info("flag_decided", flag_id=str(flag_id), to=to.value, by=str(by.pk), reason=said)
    return Flag.objects.select_related("lot").get(pk=flag_id)


def _states_of(client_id: UUID, reader_id: UUID) -> Iterable[str]:
    """What became of earlier flags about these two."""
    about = Flag.objects.filter(client_id=client_id, lot__reader_id=reader_id)
    return about.values_list("state", flat=True).distinct()


def _hold(lot: Lot) -> None:
    """Only what is pending can be held: money that has matured is out of a flag's reach."""
    Lot.objects.filter(pk=lot.pk, state=Lot.State.PENDING).update(matures_at=None)
