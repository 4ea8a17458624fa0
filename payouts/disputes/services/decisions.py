"""Decisions: what comes back of a reading, at whose cost. One or two admins sign them.

Locks are taken in one order: the case, then (in the ledger) the lot and the pots. Of two admins
who decide at once, the second waits for the first one's row and then finds another version.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from backend.accounts.models import User
from backend.accounts.services import audit_log
from backend.core.errors import InvalidInput, NotFound
from backend.ledger import signatures
from payouts.dispute_states import BearerOf, Outcome, SignatureState, next_decision
from payouts.disputes import selectors
from payouts.disputes.errors import NotOpen, Overtaken, SignatureWaits
from payouts.disputes.services import acts, rows, signing
from payouts.disputes.services.acts import Act
from payouts.disputes.verdicts import Preview, Verdict
from payouts.models import Decision, Dispute, SignatureRequest
from payouts.models.disputes import REASON_CHARS_MAX, WORDS_CHARS_MAX


@transaction.atomic
def preview(*, dispute_id: UUID, by: User, verdict: Verdict, at: datetime) -> Preview:
    """What ``verdict`` would write at this moment. Nothing stays.

    The movements are really posted and rolled back: so these are the lines, and not a guess.
    :raises NotFound: there is no such case.
    :raises Forbidden: ``by`` may not decide it.
    :raises NotOpen: there is nothing to decide.
    :raises InvalidInput: minutes or cents that do not fit the reading.
    :raises MoreThanWasPaid: more than could come back.
    """
    dispute = rows.locked(dispute_id)
    signing.require_judge(by, dispute)
    act = Act(_due(dispute), verdict, acts.cents_of(dispute, verdict), by)
    return Preview(
        cents=act.cents,
        max_cents=acts.left_cents(dispute),
        needs_second=not signatures.can_sign_alone(admin_id=by.pk, cents=act.cents, at=at),
        version=dispute.version,
        lines=acts.tried(dispute, act, at=at),
    )


@transaction.atomic
def decide(
    *, dispute_id: UUID, by: User, verdict: Verdict, version: int, at: datetime
) -> Decision | SignatureRequest:
    """Decide a case, or its appeal; above the limit of one admin, ask for a second signature.

    reject: nothing moves but what was frozen, back to the reader
    else:   the money comes back by ``movements.refund_reading``, the rest is released

    ``version`` is that of the case as the admin saw it.
    :raises NotFound: there is no such case.
    :raises Forbidden: ``by`` may not decide it.
    :raises Overtaken: somebody changed it since.
    :raises NotOpen: there is nothing to decide.
    :raises SignatureWaits: a decision of it waits for a second admin.
    :raises InvalidInput: no reason, or minutes or cents that do not fit the reading.
    :raises MoreThanWasPaid: more than could come back.
    """
    dispute = rows.locked(dispute_id)
    signing.require_judge(by, dispute)
    if dispute.version != version:
        raise Overtaken(version=dispute.version)
    sound = _sound(verdict)
    act = Act(_due(dispute), sound, acts.cents_of(dispute, sound), by)
    if selectors.waiting_signature(dispute.pk) is not None:
        raise SignatureWaits
    if not signing.sign_alone(by, dispute, act.cents, at=at):
        return _ask_for_second(dispute, act, at)
    return acts.take(dispute, act, at=at)


@transaction.atomic
def approve(*, dispute_id: UUID, by: User, at: datetime) -> Decision:
    """Sign the decision that waits: requester, approver and both sides are different people.

    :raises NotFound: nothing waits.
    :raises SamePerson: ``by`` asked for it.
    :raises Forbidden: ``by`` may not decide this case, or who asked has left.
    :raises MoreThanWasPaid: meanwhile so much came back that this would be too much.
    """
    dispute = rows.locked(dispute_id)
    signing.require_judge(by, dispute)
    asked = _waiting(dispute)
    signing.require_three(asked.requested_by, by, dispute)
    _answer(asked, SignatureState.SIGNED, by, at)
    return acts.take(dispute, _act_of(asked, second=by), at=at)


@transaction.atomic
def refuse(*, dispute_id: UUID, by: User, reason: str, at: datetime) -> SignatureRequest:
    """Say no to the decision that waits; whoever asked for it takes it back like this too.

    :raises NotFound: nothing waits.
    :raises Forbidden: ``by`` may not decide this case.
    :raises InvalidInput: no reason.
    """
    dispute = rows.locked(dispute_id)
    signing.require_judge(by, dispute)
    asked = _waiting(dispute)
    asked.answer_reason = _sound_reason(reason)
    _answer(asked, SignatureState.REFUSED, by, at)
    rows.change(dispute)
    _record("dispute.refuse_second", dispute, asked, by, asked.answer_reason)
    return asked


def _due(dispute: Dispute) -> int:
    n = next_decision(dispute.state)
    if not n:
        raise NotOpen("This case is decided.")
    return n


def _sound(verdict: Verdict) -> Verdict:
    """The verdict as it is kept: with a reason, and words that fit."""
    said = [verdict.words_to_client.strip(), verdict.words_to_reader.strip()]
    if max(map(len, said)) > WORDS_CHARS_MAX:
        raise InvalidInput(f"Tell each side in at most {WORDS_CHARS_MAX} characters.")
    return replace(
        verdict,
        reason=_sound_reason(verdict.reason),
        words_to_client=said[0],
        words_to_reader=said[1],
    )


def _sound_reason(reason: str) -> str:
    if not 0 < len(reason.strip()) <= REASON_CHARS_MAX:
        raise InvalidInput(f"Give a reason of up to {REASON_CHARS_MAX} characters.")
    return reason.strip()


def _ask_for_second(dispute: Dispute, act: Act, at: datetime) -> SignatureRequest:
    verdict = act.verdict
    asked = dispute.signature_requests.create(
        n=act.n,
        outcome=verdict.outcome,
        cents=act.cents,
        minutes=verdict.minutes if verdict.outcome is Outcome.MINUTES else None,
        bearer=verdict.bearer,
        reason=verdict.reason,
        words_to_client=verdict.words_to_client,
        words_to_reader=verdict.words_to_reader,
        requested_by=act.by,
        requested_at=at,
    )
    rows.change(dispute)
    _record("dispute.ask_second", dispute, asked, act.by, asked.reason)
    return asked


def _waiting(dispute: Dispute) -> SignatureRequest:
    asked = selectors.waiting_signature(dispute.pk)
    if asked is None:
        raise NotFound("No decision of this case waits for a signature.")
    return asked


def _answer(asked: SignatureRequest, state: SignatureState, by: User, at: datetime) -> None:
    asked.state, asked.answered_by, asked.answered_at = state, by, at
    asked.save(update_fields=["state", "answered_by", "answered_at", "answer_reason"])


def _act_of(asked: SignatureRequest, *, second: User) -> Act:
    verdict = Verdict(
        outcome=Outcome(asked.outcome),
        minutes=asked.minutes,
        cents=asked.cents,
        bearer=BearerOf(asked.bearer),
        reason=asked.reason,
        words_to_client=asked.words_to_client,
        words_to_reader=asked.words_to_reader,
    )
    return Act(asked.n, verdict, asked.cents, asked.requested_by, second)


def _record(act: str, dispute: Dispute, asked: SignatureRequest, by: User, reason: str) -> None:
    audit_log.record(
        actor=by,
        act=act,
        about=f"dispute:{dispute.pk}",
        at=asked.answered_at or asked.requested_at,
        reason=reason,
        facts={"n": asked.n, "outcome": asked.outcome, "cents": asked.cents},
    )
