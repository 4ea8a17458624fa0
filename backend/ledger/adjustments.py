"""Adjustments by hand: small ones post at once, larger ones wait for a second admin.

Requester, approver and the person it is for are three people (``signatures``), and every step
is a line of the audit log, written in the same transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from backend.accounts.models import Role, User
from backend.accounts.services import audit_log
from backend.core.errors import Conflict, Forbidden, IllegalMove, InvalidInput, NotFound
from backend.ledger import movements, selectors, signatures
from backend.ledger.errors import InsufficientFunds, NeedsSecondSignature, SamePerson
from backend.ledger.models import Adjustment, Movement, PotKind

REASON_CHARS_MAX: Final = 200
CENTS_MAX: Final = 10_000_000
_State = Adjustment.State


@dataclass(frozen=True, slots=True)
class Preview:
    """What an adjustment would write now. ``lines``: from which pot, into which, cents.

    ``before_cents``, ``after_cents``: in a client's wallet, or of a reader's pending earnings.
    ``takes_two``: the admin who asks may not sign it alone. ``short_cents``: by how much the
    wallet falls short of what would be taken.
    """

    person: User
    cents: int
    lines: list[tuple[str, str, int]]
    before_cents: int
    after_cents: int
    takes_two: bool
    short_cents: int


def adjustments(state: str = "") -> QuerySet[Adjustment]:
    """For staff: adjustments in one state, or all, newest first, with their people."""
    found = Adjustment.objects.select_related("person", "requested_by", "decided_by")
    return (found.filter(state=state) if state else found).order_by("-id")


def adjustment(adjustment_id: UUID) -> Adjustment:
    """One adjustment with its people.

    :raises NotFound: there is none with that id.
    """
    found = adjustments().filter(pk=adjustment_id).first()
    if found is None:
        raise NotFound("There is no such adjustment.")
    return found


def waiting_count() -> int:
    """How many wait for a second admin."""
    return Adjustment.objects.filter(state=_State.REQUESTED).count()


def preview(*, by: User, person_id: UUID, cents: int, at: datetime) -> Preview:
    """What asking for this would do at this moment; nothing moves and nothing is kept.

    :raises InvalidInput, Forbidden, NotFound: as ``request`` would.
    """
    person = _person(person_id, by)
    _refuse_size(person, cents)
    before, legs = _before(person), movements.preview_adjustment(person=person, cents=cents)
    lines = [
        (PotKind(leg.debit.kind).label, PotKind(leg.credit.kind).label, leg.amount_cents)
        for leg in legs
    ]
    paid = sum(leg.amount_cents for leg in legs if leg.debit.kind == PotKind.CLIENT_WALLET)
    after = before + max(cents, 0) - paid
    alone = signatures.can_sign_alone(admin_id=by.pk, cents=abs(cents), at=at)
    return Preview(person, cents, lines, before, max(after, 0), not alone, max(-after, 0))


@transaction.atomic
def request(
    *, adjustment_id: UUID, by: User, person_id: UUID, cents: int, reason: str, at: datetime
) -> Adjustment:
    """Ask to give a client or a reader ``cents``, or to take them from a client when negative.

    Within what ``by`` may sign alone it is posted at once; else it waits for a second admin.
    The same request again gives the first one, as it stands.
    :raises InvalidInput: no amount, too large a one, or no reason.
    :raises Forbidden: ``by`` is no admin, or it is for themselves.
    :raises NotFound: there is no such client or reader.
    :raises Conflict: ``adjustment_id`` stands for something else.
    :raises InsufficientFunds: more would be taken than the wallet holds.
    """
    person, said = _person(person_id, by), _reason(reason)
    _refuse_size(person, cents)
    facts = {"person": person, "cents": cents, "reason": said, "requested_by": by}
    asked, is_new = Adjustment.objects.get_or_create(
        pk=adjustment_id, defaults={**facts, "requested_at": at}
    )
    if not is_new:
        if any(getattr(asked, name) != value for name, value in facts.items()):
            raise Conflict("This request already stands for something else.")
        return adjustment(adjustment_id)
    _refuse_unfunded(person_id, cents)
    _log("adjustment.request", asked, by, at, said)
    try:
        with transaction.atomic():
            _post(asked, [by.pk], None, at)
    except NeedsSecondSignature:
        return adjustment(adjustment_id)
    _log("adjustment.post", asked, by, at, said)
    return adjustment(adjustment_id)


@transaction.atomic
def approve(*, adjustment_id: UUID, by: User, at: datetime) -> Adjustment:
    """Sign second: the money moves.

    :raises NotFound: there is no such adjustment.
    :raises IllegalMove: it is decided already.
    :raises SamePerson: ``by`` asked for it, or it concerns them.
    :raises Forbidden: one of the two admins is none any more.
    :raises InsufficientFunds: more would be taken than the wallet holds by now.
    """
    asked = _lock(adjustment_id)
    _post(asked, [asked.requested_by_id, by.pk], by, at)
    _log("adjustment.approve", asked, by, at, asked.reason)
    return adjustment(adjustment_id)


@transaction.atomic
def refuse(*, adjustment_id: UUID, by: User, answer: str, at: datetime) -> Adjustment:
    """Say no to what somebody else asked for; nothing moves.

    :raises NotFound: there is no such adjustment.
    :raises IllegalMove: it is decided already.
    :raises SamePerson: ``by`` asked for it (who withdraws instead), or it concerns them.
    """
    said, asked = _reason(answer), _lock(adjustment_id)
    signatures.require_three(
        requester_id=asked.requested_by_id, approver_id=by.pk, beneficiaries=[asked.person_id]
    )
    _decide(asked, _State.REFUSED, by, said, at)
    _log("adjustment.refuse", asked, by, at, said)
    return adjustment(adjustment_id)


@transaction.atomic
def withdraw(*, adjustment_id: UUID, by: User, at: datetime) -> Adjustment:
    """Take one's own request back; nothing moves.

    :raises NotFound: there is no such adjustment.
    :raises IllegalMove: it is decided already.
    :raises Forbidden: somebody else asked for it.
    """
    asked = _lock(adjustment_id)
    if asked.requested_by_id != by.pk:
        raise Forbidden("Only who asked for it takes it back.")
    _decide(asked, _State.WITHDRAWN, by, "", at)
    _log("adjustment.withdraw", asked, by, at, "")
    return adjustment(adjustment_id)


def _lock(adjustment_id: UUID) -> Adjustment:
    """The request, locked, while it still waits: of two admins at once one is told."""
    asked = Adjustment.objects.select_for_update().filter(pk=adjustment_id).first()
    if asked is None:
        raise NotFound("There is no such adjustment.")
    if asked.state != _State.REQUESTED:
        raise IllegalMove(f"This is {asked.get_state_display().lower()} already.", to=asked.state)
    return asked


def _post(asked: Adjustment, signed_by: list[UUID], by: User | None, at: datetime) -> None:
    movement = _moved(asked, signed_by, at)
    asked.movement_id = movement.pk
    _decide(asked, _State.POSTED, by, "", at)


def _moved(asked: Adjustment, signed_by: list[UUID], at: datetime) -> Movement:
    if asked.person.is_reader:
        return movements.make_good(
            reader=asked.person,
            adjustment_id=asked.pk,
            cents=asked.cents,
            reason=asked.reason,
            signed_by=signed_by,
            at=at,
        )
    return movements.adjust(
        client=asked.person,
        adjustment_id=asked.pk,
        cents=asked.cents,
        reason=asked.reason,
        signed_by=signed_by,
        at=at,
    )


def _decide(
    asked: Adjustment, to: Adjustment.State, by: User | None, answer: str, at: datetime
) -> None:
    asked.state, asked.decided_by, asked.decided_at, asked.answer = to, by, at, answer
    asked.save(update_fields=["state", "decided_by", "decided_at", "answer", "movement_id"])


def _person(person_id: UUID, by: User) -> User:
    if not by.is_admin:
        raise Forbidden("Only admins adjust.")
    person = User.objects.filter(pk=person_id).first()
    if person is not None and person.pk == by.pk:
        raise SamePerson("Nobody adjusts for themselves.")
    if person is None or person.role == Role.ADMIN:
        raise NotFound("There is no such client or reader.")
    return person


def _before(person: User) -> int:
    if person.is_reader:
        return selectors.earnings_of(person.pk).pending_cents
    return selectors.balance_of(person.pk).cash_cents


def _reason(text: str) -> str:
    if not text.strip():
        raise InvalidInput("Say why, in a few words.")
    return text.strip()[:REASON_CHARS_MAX]


def _refuse_size(person: User, cents: int) -> None:
    if person.is_reader and cents < 0:
        raise InvalidInput("Nothing is taken from a reader's earnings by hand. A case decides.")
    if not 0 < abs(cents) <= CENTS_MAX:
        raise InvalidInput("An adjustment moves something, and at most 100,000 dollars.")


def _refuse_unfunded(person_id: UUID, cents: int) -> None:
    """A request that could not be posted today is not worth anybody's second look."""
    there = selectors.balance_of(person_id).cash_cents
    if -cents > there:
        raise InsufficientFunds(needed_cents=-cents, available_cents=there)


def _log(act: str, asked: Adjustment, by: User, at: datetime, reason: str) -> None:
    audit_log.record(
        actor=by,
        act=act,
        about=f"adjustment:{asked.pk}",
        at=at,
        reason=reason,
        facts={
            "client": str(asked.person_id),
            "cents": asked.cents,
            "state": asked.state,
            "movement": str(asked.movement_id or ""),
        },
    )
