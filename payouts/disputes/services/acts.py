"""A verdict becomes money, a row and words. The case is locked by whoever calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from backend.accounts.models import User
from backend.accounts.services import audit_log
from backend.core.announcements import announce
from backend.core.errors import InvalidInput
from backend.ledger import lines, movements, refundables
from backend.ledger.errors import MoreThanWasPaid
from payouts.announcements import DisputeDecided
from payouts.dispute_states import DECIDED_BY, Outcome
from payouts.disputes import pricing, words
from payouts.disputes.services import rows
from payouts.disputes.verdicts import PreviewLine, Verdict
from payouts.models import Decision, Dispute


class _TakenBack(Exception):
    """Ends a trial: everything that it wrote is rolled back."""


@dataclass(frozen=True, slots=True)
class Act:
    """A verdict whose amount is known, with its signatures. ``n``: the first, or the appeal's."""

    n: int
    verdict: Verdict
    cents: int
    by: User
    second: User | None = None


def left_cents(dispute: Dispute) -> int:
    """What could still come back of the reading."""
    paid = refundables.paid_for(dispute.session_id)
    return paid.left_cents if paid else 0


def cents_of(dispute: Dispute, verdict: Verdict) -> int:
    """What ``verdict`` gives back at this moment: at most what was paid and is not back yet.

    :raises InvalidInput: minutes or cents that do not fit the reading.
    :raises MoreThanWasPaid: more than could come back.
    """
    if verdict.outcome is Outcome.REJECT:
        return 0
    left = left_cents(dispute)
    if verdict.outcome is Outcome.MINUTES:
        cents = _minutes_cents(dispute, verdict.minutes or 0, left)
    else:
        cents = left if verdict.outcome is Outcome.FULL else verdict.cents or 0
    if cents > left or not left:
        raise MoreThanWasPaid(wanted_cents=cents, left_cents=left)
    if cents < 1:
        raise InvalidInput("Give something back, or reject the case.")
    return cents


def take(dispute: Dispute, act: Act, *, at: datetime) -> Decision:
    """Move the money, write the decision, move the case, tell.

    :raises MoreThanWasPaid: together with what came back before it would be too much.
    """
    borne_cents = _borne_by_reader(_post(dispute, act, at), dispute)
    decision = _write(dispute, act, borne_cents, at)
    until = at + timedelta(days=settings.DISPUTE_APPEAL_DAYS)
    rows.move(dispute, DECIDED_BY[act.n][1], at=at, appeal_until=until, frozen_cents=0)
    outcome = decision.outcome
    audit_log.record(
        actor=act.by,
        act="dispute.decide",
        about=f"dispute:{dispute.pk}",
        at=at,
        reason=decision.reason,
        facts={
            "n": act.n,
            "outcome": outcome,
            "cents": act.cents,
            "bearer": decision.bearer,
            "second": str(act.second.pk) if act.second else None,
        },
    )
    announce(DisputeDecided(dispute.pk, dispute.session_id, act.n, outcome, act.cents, at))
    return decision


def tried(dispute: Dispute, act: Act, *, at: datetime) -> list[PreviewLine]:
    """The lines that ``act`` would write, by posting them and rolling all of it back."""
    written: list[lines.LedgerLine] = []
    try:
        with transaction.atomic():
            written = lines.lines_of(_post(dispute, act, at))
            raise _TakenBack
    except _TakenBack:
        return [_shown(line, dispute) for line in written]


def _minutes_cents(dispute: Dispute, minutes: int, left: int) -> int:
    billed = pricing.minutes_billed(dispute.billed_s)
    if not 1 <= minutes <= billed:
        raise InvalidInput(f"This reading has {billed} minutes.")
    rate = dispute.rate_per_minute_cents
    return pricing.minutes_cents(minutes=minutes, rate_cents=rate, left_cents=left)


def _post(dispute: Dispute, act: Act, at: datetime) -> list[UUID]:
    """Give back, then release what is still frozen; the ids of the movements."""
    posted = []
    if act.cents:
        refund = movements.Refund(
            case_id=dispute.pk,
            n=act.n,
            session_id=dispute.session_id,
            cents=act.cents,
            bearer=movements.Bearer(act.verdict.bearer.value),
            split_bps=dispute.split_bps,
        )
        back = movements.refund_reading(
            refund=refund, at=at, by=act.by.pk, reason=act.verdict.reason
        )
        posted.append(back.pk)
    freed = movements.release_lot(case_id=dispute.pk, about=dispute.about, at=at, n=act.n)
    return [*posted, freed.pk]


def _borne_by_reader(movement_ids: list[UUID], dispute: Dispute) -> int:
    """What left the reader's pots for others."""
    written = lines.lines_of(movement_ids)
    out = sum(line.cents for line in written if line.debit_owner_id == dispute.reader_id)
    back = sum(line.cents for line in written if line.credit_owner_id == dispute.reader_id)
    return out - back


def _write(dispute: Dispute, act: Act, borne_cents: int, at: datetime) -> Decision:
    verdict, cents = act.verdict, act.cents
    minutes = verdict.minutes if verdict.outcome is Outcome.MINUTES else None
    is_all = not left_cents(dispute)
    to_client = verdict.words_to_client or words.to_client(
        outcome=verdict.outcome,
        cents=cents,
        minutes=minutes,
        n=act.n,
        is_all=is_all,
    )
    to_reader = verdict.words_to_reader or words.to_reader(
        outcome=verdict.outcome,
        cents=cents,
        borne_cents=borne_cents,
        n=act.n,
        is_all=is_all,
    )
    return dispute.decisions.create(
        n=act.n,
        outcome=verdict.outcome,
        cents=cents,
        minutes=minutes,
        bearer=verdict.bearer,
        reason=verdict.reason,
        words_to_client=to_client,
        words_to_reader=to_reader,
        decided_by=act.by,
        second_by=act.second,
        at=at,
    )


def _shown(line: lines.LedgerLine, dispute: Dispute) -> PreviewLine:
    owners: dict[UUID | None, str] = {dispute.client_id: "client", dispute.reader_id: "reader"}
    return PreviewLine(
        debit=line.debit,
        debit_owner=owners.get(line.debit_owner_id, "platform"),
        credit=line.credit,
        credit_owner=owners.get(line.credit_owner_id, "platform"),
        cents=line.cents,
    )
