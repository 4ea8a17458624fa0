"""The earnings of one lot, frozen while a dispute is open, and released (movements 21, 22)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q, Sum

from backend.core.errors import IllegalMove, NotFound
from backend.ledger import pots
from backend.ledger.models import Flag, Lot, Movement, PotKind, Transfer
from backend.ledger.movements.debts import settle_debt
from backend.ledger.posting import Fact, Leg, Posted, post
from backend.ledger.pots import Locked, PotName

_K = Movement.Kind
_HOLDS: Final = Q(state=Flag.State.OPEN, is_strong=True) | Q(state=Flag.State.CONFIRMED)


@transaction.atomic
def freeze_lot(*, case_id: UUID, about: str, at: datetime, n: int = 1) -> Movement:
    """Freeze what is left of the lot of ``about`` until the case is decided.

    reader pending -> reader disputed, all that is left of the lot; or, once it has matured,
    reader payable -> reader disputed, as much of it as was not paid out yet

    ``n`` is more than 1 when a case freezes again, for its appeal. A thing that earned nothing
    freezes nothing, and the fact is kept. Calling again returns the first movement, unchanged.
    :raises IllegalMove: another case has frozen this lot.
    """
    lot = _locked_lot(about)

    def legs(locked: Locked) -> list[Leg]:
        if lot is None:
            return []
        if lot.state == Lot.State.DISPUTED:
            raise IllegalMove("Another dispute has frozen these earnings.")
        disputed, payable = pots.disputed_of(lot.reader_id), pots.payable_of(lot.reader_id)
        if lot.state == Lot.State.PENDING:
            return [Leg(pots.pending_of(lot.reader_id), disputed, lot.left_cents)]
        return [Leg(payable, disputed, min(lot.left_cents, locked[payable].held_cents))]

    posted = _post(lot, Fact(_K.LOT_FROZEN, _freeze_key(case_id, n), about, _gross(lot), at), legs)
    if posted.is_new and lot is not None:
        frozen = posted.movement.transfers.aggregate(cents=Sum("amount_cents"))
        lot.state, lot.disputed_cents = Lot.State.DISPUTED, frozen["cents"] or 0
        lot.save(update_fields=["state", "disputed_cents"])
    return posted.movement


@transaction.atomic
def release_lot(*, case_id: UUID, about: str, at: datetime, n: int = 1) -> Movement:
    """Give back to the reader what freeze ``n`` of a case froze and what is still there of it.

    reader disputed -> reader pending, while the lot has not matured; later
                    -> reader payable, and from there first to what the reader owes

    A lot that was still pending, and that a flag holds by now, waits on for staff.
    Calling again returns the first movement, unchanged.
    :raises NotFound: this case never froze the lot.
    :raises IllegalMove: the lot is not frozen.
    """
    lot = _locked_lot(about)
    frozen = Movement.objects.filter(key=_freeze_key(case_id, n), about=about).first()
    if frozen is None:
        raise NotFound("This dispute never froze these earnings.")
    is_held = lot is not None and _is_held(lot, frozen)
    is_due = lot is not None and not is_held and lot.matures_at is not None and lot.matures_at <= at

    def legs(locked: Locked) -> list[Leg]:
        if lot is None:
            return []
        if lot.state != Lot.State.DISPUTED:
            raise IllegalMove("These earnings are not frozen.")
        disputed, payable = pots.disputed_of(lot.reader_id), pots.payable_of(lot.reader_id)
        if not is_due:
            return [Leg(disputed, pots.pending_of(lot.reader_id), lot.disputed_cents)]
        debt = pots.debt_of_reader(lot.reader_id)
        back = [Leg(disputed, payable, lot.disputed_cents)]
        return settle_debt(back, spendable=payable, debt=debt, locked=locked)

    key = f"case:{case_id}:unfreeze:{n}"
    posted = _post(lot, Fact(_K.LOT_RELEASED, key, about, _gross(lot), at), legs)
    if posted.is_new and lot is not None:
        lot.state = Lot.State.PAYABLE if is_due else Lot.State.PENDING
        lot.disputed_cents = 0
        lot.matures_at = None if is_held else lot.matures_at
        lot.save(update_fields=["state", "disputed_cents", "matures_at"])
    return posted.movement


def _locked_lot(about: str) -> Lot | None:
    return Lot.objects.select_for_update().filter(about=about).first()


def _post(lot: Lot | None, fact: Fact, legs: Callable[[Locked], Sequence[Leg]]) -> Posted:
    return post(fact, touching=_pots_of(lot), legs=legs)


def _pots_of(lot: Lot | None) -> list[PotName]:
    if lot is None:
        return []
    of_reader = (pots.pending_of, pots.payable_of, pots.disputed_of, pots.debt_of_reader)
    return [pot_of(lot.reader_id) for pot_of in of_reader]


def _is_held(lot: Lot, frozen: Movement) -> bool:
    """Only what was frozen before it matured can be held: the rest was the reader's already."""
    from_pending = Transfer.objects.filter(
        movement=frozen, debit_pot__kind=PotKind.READER_PENDING
    ).exists()
    return from_pending and Flag.objects.filter(_HOLDS, lot=lot).exists()


def _gross(lot: Lot | None) -> int:
    """What was earned: unlike what is left of it, that never changes, so it is a fact."""
    return lot.earned_cents if lot else 0


def _freeze_key(case_id: UUID, n: int) -> str:
    return f"case:{case_id}:freeze" if n == 1 else f"case:{case_id}:freeze:{n}"
